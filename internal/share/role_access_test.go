// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "testing"

// roleWorld is a role on which plans are carried out at once and as they are.
type roleWorld struct {
	ledger  RoleLedger
	trust   Principals
	keys    Keys
	allKeys bool
}

func (w *roleWorld) seen() RoleSeen {
	seen := roleOf("", "")
	seen.Trust, seen.AllKeys = TrustPolicy{}.With(w.trust, Principals{}), w.allKeys
	if !w.keys.Empty() {
		seen.Policies = []OwnPolicy{{Name: "ours", Attached: true, Exact: true, Keys: w.keys}}
	}
	return seen
}

// pass carries out a plan: gives, then takes, and forgets what was taken.
func (w *roleWorld) pass(t *testing.T, needed Needed, access KeyAccess) RolePlan {
	t.Helper()
	plan := DiffRole(needed, access, w.ledger, w.seen())
	w.keys = w.keys.With(plan.Keys)
	w.trust = w.trust.With(plan.Trust)
	w.allKeys = w.allKeys || plan.AllKeys
	w.trust = w.trust.Without(plan.Untrust)
	w.keys = w.keys.Without(plan.NoKeys).Without(plan.Spare)
	w.allKeys = w.allKeys && !plan.NotAllKeys
	after := DiffRole(needed, access, plan.Ledger, w.seen()).Ledger
	w.ledger = after.Without(plan.Untrust, plan.NoKeys, plan.NotAllKeys)
	if lost := needed.ShieldsKeys.Without(w.keys); !lost.Empty() && !w.allKeys && access != Unmanaged {
		t.Errorf("%s are needed and the role does not have them", lost)
	}
	return plan
}

// rest carries out plans until there is nothing to do.
func (w *roleWorld) rest(t *testing.T, needed Needed, access KeyAccess) {
	t.Helper()
	for range 6 {
		if plan := w.pass(t, needed, access); !plan.Gives() && !plan.Takes() {
			return
		}
	}
	t.Error("it never comes to rest")
}

func (w *roleWorld) want(t *testing.T, trust, keys string, allKeys bool) {
	t.Helper()
	if !w.trust.Equal(who(trust)) || !w.keys.Equal(keySet(keys)) || w.allKeys != allKeys {
		t.Errorf("the role trusts %q and has %q, all keys %v; want %q, %q, %v", w.trust, w.keys, w.allKeys, trust, keys, allKeys)
	}
}

func TestEachKeyAccessSwitchesToEachOtherAndNobodyIsWithoutKeysMeanwhile(t *testing.T) {
	ways := map[KeyAccess]struct {
		keys    string
		allKeys bool
	}{ImageKeys: {"k l", false}, AllKeys: {"", true}}
	for from := range ways {
		for to, end := range ways {
			w := &roleWorld{ledger: RoleLedger{}.Clone()}
			needed := CombineNeeds([]Need{
				{ID: "A", Trust: who("1"), Keys: keySet("k")},
				{ID: "B", Shields: who("2"), ShieldsKeys: keySet("l")},
			})
			both := wants("1 2", "k l")
			w.rest(t, both, from)
			w.rest(t, needed, from)
			w.rest(t, needed, to)
			w.want(t, "1 2", end.keys, end.allKeys)
			w.rest(t, Needed{}, to)
			w.want(t, "", "", false)
			if !w.ledger.Empty() {
				t.Errorf("from %d to %d there is left %v", from, to, w.ledger)
			}
		}
	}
}

func TestUnmanagedGivesNoKeysAndTakesOnlyItsOwnWhenNobodyNeedsThem(t *testing.T) {
	w := &roleWorld{ledger: RoleLedger{}.Clone()}
	w.rest(t, wants("1", "k"), Unmanaged)
	w.want(t, "1", "", false)
	w.rest(t, wants("1", "k"), ImageKeys)
	w.want(t, "1", "k", false)
	w.rest(t, wants("1", "k"), Unmanaged)
	w.want(t, "1", "k", false)
	w.rest(t, Needed{}, Unmanaged)
	w.want(t, "", "", false)
}

func TestTheVendorsPolicyThatSomebodyElseAttachedIsNeverDetached(t *testing.T) {
	for _, access := range []KeyAccess{ImageKeys, AllKeys, Unmanaged} {
		w := &roleWorld{ledger: RoleLedger{}.Clone(), allKeys: true}
		w.rest(t, wants("1", "k"), AllKeys)
		w.rest(t, wants("1", "k"), access)
		w.rest(t, Needed{}, access)
		w.want(t, "", "", true)
	}
}

// A key that was left for good stands in no ledger any more; whoever needs it
// later must not take it along.
func TestAKeyThatWasLeftForGoodStaysWhoeverNeedsItLater(t *testing.T) {
	for _, access := range []KeyAccess{ImageKeys, AllKeys, Unmanaged} {
		w := &roleWorld{ledger: RoleLedger{}.Clone(), keys: keySet("k"), trust: who("1")}
		w.rest(t, wants("1", "k"), ImageKeys)
		w.rest(t, wants("1", "k"), access)
		w.rest(t, Needed{}, access)
		w.want(t, "1", "k", false)
	}
}

// The same while it still stands in the ledger as found.
func TestAKeyThatIsLeftForGoodWhileOthersNeedItStaysThroughEverySwitch(t *testing.T) {
	for _, access := range []KeyAccess{ImageKeys, AllKeys, Unmanaged} {
		w := &roleWorld{ledger: withKeys(trustOf("1?"), "k?"), keys: keySet("k"), trust: who("1")}
		w.rest(t, wants("1", "k"), access)
		w.rest(t, wants("1", "k"), ImageKeys)
		w.rest(t, Needed{}, ImageKeys)
		w.want(t, "1", "k", false)
	}
}

func TestKeysOfWhichNobodyKnowsYetKeepEveryKey(t *testing.T) {
	w := &roleWorld{ledger: RoleLedger{}.Clone()}
	w.rest(t, wants("1", "k l"), ImageKeys)
	fresh := CombineNeeds([]Need{{ID: "A", Shields: who("1"), ShieldsAllKeys: true}})
	w.rest(t, fresh, ImageKeys)
	w.want(t, "1", "k l", false)
	w.rest(t, Needed{}, ImageKeys)
	w.want(t, "", "", false)
}
