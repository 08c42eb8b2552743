// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
)

// entry reads how people write an entry of the role's ledger here: whose it is
// (+ ours, ? found), then where it stands (. pending, nothing given, - going).
func entry(word string) (string, RoleEntry) {
	name, e := word, RoleEntry{Origin: Granted, Stage: Given}
	if strings.Contains(word, "?") {
		e.Origin = Found
	}
	if strings.Contains(word, ".") {
		e.Stage = Pending
	}
	if strings.Contains(word, "-") {
		e.Stage = Going
	}
	name = strings.TrimRight(name, "?.-")
	return name, e
}

// trustOf is a ledger that has only trust: "1" ours and given, "2?" found,
// "3." pending, "4-" going.
func trustOf(line string) RoleLedger {
	l := RoleLedger{}.Clone()
	for word := range strings.FieldsSeq(line) {
		name, e := entry(word)
		l.Trust[Principal(name)] = e
	}
	return l
}

// withKeys is a ledger with keys beside its trust, written in the same way.
func withKeys(l RoleLedger, line string) RoleLedger {
	out := l.Clone()
	for word := range strings.FieldsSeq(line) {
		name, e := entry(word)
		out.Keys[KeyID("r/"+name)] = e
	}
	return out
}

func keySet(line string) Keys {
	var ids []KeyID
	for id := range strings.FieldsSeq(line) {
		ids = append(ids, KeyID("r/"+id))
	}
	return NewSet(ids...)
}

// roleOf is a role that trusts some, and has some keys by a policy of ours.
func roleOf(trust, keys string) RoleSeen {
	seen := RoleSeen{Known: true, Exists: true, Trust: TrustPolicy{}.With(who(trust), Principals{})}
	if keys != "" {
		seen.Policies = []OwnPolicy{{Name: "ours", Attached: true, Exact: true, Keys: keySet(keys)}}
	}
	return seen
}

// wants is what one ImageShare wants, which it shields too.
func wants(trust, keys string) Needed {
	return CombineNeeds([]Need{{ID: "A", Trust: who(trust), Keys: keySet(keys)}})
}

// shieldsOnly is what a suspended one shields: 1, and the key k.
func shieldsOnly() Needed {
	return CombineNeeds([]Need{{ID: "A", Shields: who("1"), ShieldsKeys: keySet("k")}})
}

// The table of what becomes of an entry: somebody wants 1, shields it, or
// neither; it is there or not; and the ledger knows it in one way or another.
func TestWhatBecomesOfATrustEntry(t *testing.T) {
	for _, c := range []struct {
		name                     string
		needed                   Needed
		before, seen             string
		after, gives, gone, goes string
	}{
		{"wanted, there, new", wants("1", "k"), "", "1", "1?", "", "", ""},
		{"wanted, there, announced", wants("1", "k"), "1.", "1", "1", "", "", ""},
		{"wanted, there, given", wants("1", "k"), "1", "1", "1", "", "", ""},
		{"wanted, there, found", wants("1", "k"), "1?", "1", "1?", "", "", ""},
		{"wanted, there, on its way out", wants("1", "k"), "1-", "1", "1-", "1", "", ""},
		{"wanted, absent, new", wants("1", "k"), "", "", "1.", "1", "", ""},
		{"wanted, absent, announced", wants("1", "k"), "1.", "", "1.", "1", "", ""},
		{"wanted, absent, was given", wants("1", "k"), "1", "", "1.", "1", "1", ""},
		{"wanted, absent, was found", wants("1", "k"), "1?", "", "1.", "1", "1", ""},
		{"wanted, absent, taken already", wants("1", "k"), "1-", "", "1.", "1", "", ""},
		{"shielded, there, new", shieldsOnly(), "", "1", "", "", "", ""},
		{"shielded, there, announced", shieldsOnly(), "1.", "1", "1", "", "", ""},
		{"shielded, there, on its way out", shieldsOnly(), "1-", "1", "1-", "", "", ""},
		{"shielded, there, found", shieldsOnly(), "1?-", "1", "1?-", "", "", ""},
		{"shielded, absent, given", shieldsOnly(), "1", "", "1.", "", "", ""},
		{"shielded, absent, found", shieldsOnly(), "1?", "", "1?.", "", "", ""},
		{"unwanted, there, in no ledger", Needed{}, "", "1", "", "", "", ""},
		{"unwanted, there, found", Needed{}, "1?", "1", "", "", "", ""},
		{"unwanted, absent, found", Needed{}, "1?.", "", "", "", "", ""},
		{"unwanted, there, given", Needed{}, "1", "1", "1", "", "", "1"},
		{"unwanted, there, announced", Needed{}, "1.", "1", "1.", "", "", "1"},
		{"unwanted, absent, announced", Needed{}, "1.", "", "1.", "", "", "1"},
		{"unwanted, absent, on its way out", Needed{}, "1-", "", "1-", "", "", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := DiffRole(c.needed, Unmanaged, trustOf(c.before), roleOf(c.seen, ""))
			got := RoleLedger{Trust: plan.Ledger.Trust}
			if !got.Equal(RoleLedger{Trust: trustOf(c.after).Trust}) {
				t.Errorf("the ledger becomes %v, want %v", got.Trust, trustOf(c.after).Trust)
			}
			if !plan.Trust.Equal(who(c.gives)) || !plan.Vanished.Equal(who(c.gone)) || !plan.Untrust.Equal(who(c.goes)) {
				t.Errorf("it gives %q, misses %q, takes %q; want %q, %q, %q", plan.Trust, plan.Vanished, plan.Untrust, c.gives, c.gone, c.goes)
			}
		})
	}
}

func TestOfARoleThatCouldNotBeReadNothingIsPlannedAndNothingForgotten(t *testing.T) {
	before := withKeys(trustOf("1 2? 3. 4-"), "k l?")
	plan := DiffRole(wants("9", "m"), ImageKeys, before, RoleSeen{})
	if plan.Gives() || plan.Takes() || plan.Leave || !plan.Ledger.Equal(before) {
		t.Errorf("the plan is %+v", plan)
	}
}

func TestNeedsAreTheUnionAndWhateverIsWantedIsShielded(t *testing.T) {
	got := CombineNeeds([]Need{
		{ID: "A", Trust: who("1 2"), Keys: keySet("k")},
		{ID: "B", Shields: who("2 3"), ShieldsKeys: keySet("l")},
		{ID: "C", Shields: who("4"), ShieldsAllKeys: true},
	})
	if !got.Trust.Equal(who("1 2")) || !got.Shields.Equal(who("1 2 3 4")) || !got.Keys.Equal(keySet("k")) ||
		!got.ShieldsKeys.Equal(keySet("k l")) || !got.ShieldsAllKeys || got.Nothing() {
		t.Errorf("together they need %+v", got)
	}
	if !CombineNeeds(nil).Nothing() {
		t.Error("nobody needs something")
	}
}
