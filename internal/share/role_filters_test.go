// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestHeldTrustIsNeitherPutThereNorAnnounced(t *testing.T) {
	plan := DiffRole(wants("1 2 3", "k"), ImageKeys, trustOf("2 3?"), roleOf("", ""))
	held := plan.HoldTrust(plan.Trust)
	want := withKeys(trustOf("2. 3?."), "k.")
	if !held.Ledger.Equal(want) || !held.Trust.Empty() || held.Make {
		t.Errorf("the plan is %+v, want the ledger %v", held, want)
	}
	if !held.Keys.Equal(keySet("k")) {
		t.Errorf("keys are held too: %q", held.Keys)
	}
	if _, announced := plan.Ledger.Trust["1"]; !announced || !plan.Trust.Equal(who("1 2 3")) {
		t.Errorf("the plan that was held has changed: %+v", plan)
	}
	if made := DiffRole(wants("1", "k"), ImageKeys, RoleLedger{}, RoleSeen{Known: true}).HoldTrust(who("1")); made.Make {
		t.Error("a role is made though its trust is held")
	}
}

func TestGoingMarksWhatWasGivenAndLeavesWhatIsUnsure(t *testing.T) {
	ledger := withKeys(trustOf("1 2. 3-"), "k l.")
	plan := DiffRole(Needed{}, ImageKeys, ledger, roleOf("1", "k"))
	want := withKeys(trustOf("1- 2. 3-"), "k- l.")
	if got := plan.Going(plan.Ledger); !got.Equal(want) {
		t.Errorf("the ledger is %v, want %v", got, want)
	}
	if !plan.Ledger.Equal(ledger) {
		t.Errorf("the ledger of the plan has changed to %v", plan.Ledger)
	}
}

func anyRoleLedger() *rapid.Generator[RoleLedger] {
	entry := rapid.Custom(func(t *rapid.T) RoleEntry {
		return RoleEntry{
			Origin: rapid.SampledFrom([]Origin{Granted, Found}).Draw(t, "origin"),
			Stage:  rapid.SampledFrom([]Stage{Pending, Given, Going}).Draw(t, "stage"),
		}
	})
	return rapid.Custom(func(t *rapid.T) RoleLedger {
		l := RoleLedger{
			Trust: rapid.MapOfN(rapid.SampledFrom([]Principal{"1", "2", "3"}), entry, 0, 3).Draw(t, "trust"),
			Keys:  rapid.MapOfN(rapid.SampledFrom([]KeyID{"r/k", "r/l"}), entry, 0, 2).Draw(t, "keys"),
		}
		if rapid.Bool().Draw(t, "all keys") {
			l.AllKeys = new(entry.Draw(t, "entry"))
		}
		return l
	})
}

func anyNeeded() *rapid.Generator[Needed] {
	some := rapid.SampledFrom([]string{"", "1", "2", "1 2", "2 3"})
	keys := rapid.SampledFrom([]string{"k", "l", "k l"})
	return rapid.Custom(func(t *rapid.T) Needed {
		needs := []Need{{ID: "B", Shields: who(some.Draw(t, "shields")), ShieldsAllKeys: rapid.IntRange(0, 5).Draw(t, "unknown") == 5}}
		if wanted := who(some.Draw(t, "trust")); !wanted.Empty() {
			needs = append(needs, Need{ID: "A", Trust: wanted, Keys: keySet(keys.Draw(t, "keys"))})
		}
		return CombineNeeds(needs)
	})
}

// Whatever is needed, known and seen: a plan takes nothing that was found,
// nothing that anyone shields, and nothing that it does not know; it announces
// whatever it gives; and planned once more from its own ledger it is the same.
func TestNoRolePlanGivesOrTakesTooMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needed, ledger := anyNeeded().Draw(t, "needed"), anyRoleLedger().Draw(t, "ledger")
		access := rapid.SampledFrom([]KeyAccess{ImageKeys, AllKeys, Unmanaged}).Draw(t, "access")
		seen := roleOf(rapid.SampledFrom([]string{"", "1", "1 2 9"}).Draw(t, "trusts"), rapid.SampledFrom([]string{"", "k", "k l"}).Draw(t, "has"))
		seen.AllKeys = rapid.Bool().Draw(t, "has all keys")
		plan := DiffRole(needed, access, ledger, seen)
		mustTakeOnlyItsOwn(t, needed, ledger, plan)
		for p := range plan.Trust.All() {
			if e, announced := plan.Ledger.Trust[p]; !announced || e.Stage == Given {
				t.Fatalf("%s is given without being announced: %+v", p, plan)
			}
		}
		again := DiffRole(needed, access, plan.Ledger, seen)
		if !again.Ledger.Equal(plan.Ledger) || !again.Trust.Equal(plan.Trust) || !again.NoKeys.Equal(plan.NoKeys) || !again.Spare.Equal(plan.Spare) {
			t.Fatalf("planned again it is %+v, before it was %+v", again, plan)
		}
		if again.NotAllKeys != plan.NotAllKeys {
			t.Fatalf("planned again all keys are taken: %v", again.NotAllKeys)
		}
	})
}

func mustTakeOnlyItsOwn(t *rapid.T, needed Needed, ledger RoleLedger, plan RolePlan) {
	ours := entriesWhere(ledger.Keys, func(e RoleEntry) bool { return e.Origin == Granted })
	if theirs := plan.Untrust.Without(ledger.Own()); !theirs.Empty() || !plan.Untrust.And(needed.Shields).Empty() {
		t.Fatalf("%s are untrusted: %+v", plan.Untrust, plan)
	}
	if theirs := plan.NoKeys.With(plan.Spare).Without(ours); !theirs.Empty() || !plan.NoKeys.And(needed.ShieldsKeys).Empty() {
		t.Fatalf("%s are taken, and %s spared: %+v", plan.NoKeys, plan.Spare, plan)
	}
	if needed.ShieldsAllKeys && !plan.NoKeys.Empty() {
		t.Fatalf("%s are taken though nobody knows which are needed: %+v", plan.NoKeys, plan)
	}
	if plan.NotAllKeys && (ledger.AllKeys == nil || ledger.AllKeys.Origin == Found) {
		t.Fatalf("all keys are taken: %+v", plan)
	}
}

func TestALedgerStaysSmallWhateverIsDeclared(t *testing.T) {
	var ids []Principal
	for i := range 1000 {
		ids = append(ids, Principal(strconv.Itoa(1000+i)))
	}
	plan := DiffRole(CombineNeeds([]Need{{ID: "A", Trust: NewSet(ids...), Keys: keySet("k")}}), ImageKeys, trustOf("1"), roleOf("1", "k")).HoldExcess()
	if len(plan.Ledger.Trust) != MostTrusted || plan.Trust.Len()+plan.NoRoom.Len() != 1000 || !plan.Untrust.Equal(who("1")) {
		t.Errorf("%d entries, %d to trust, no room for %d, %s go", len(plan.Ledger.Trust), plan.Trust.Len(), plan.NoRoom.Len(), plan.Untrust)
	}
	if again := DiffRole(CombineNeeds([]Need{{ID: "A", Trust: NewSet(ids...), Keys: keySet("k")}}), ImageKeys, plan.Ledger, roleOf("1", "k")).HoldExcess(); !again.Ledger.Equal(plan.Ledger) {
		t.Error("it grows when it is planned again")
	}
}
