// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhoFitsOnAnImage(t *testing.T) {
	for sentence, c := range map[string]struct {
		group         []Declaration
		seen          Observed
		quota         int
		held          string
		grants, rests string
		steps         []string
	}{
		"everybody, where there is room": {
			group: []Declaration{one("A", Active, "1 2 3", "")}, seen: seen("9"), quota: 4, grants: "1 2 3",
		},
		"the first by their IDs, and nobody else is written down": {
			group: []Declaration{one("A", Active, "1 2 3", "")}, seen: seen("9"), quota: 3, grants: "1 2", rests: "3",
			steps: []string{"record A: 1, 2", "look", "grant 1, 2", "read"},
		},
		"those of two ImageShares together": {
			group: []Declaration{one("A", Active, "1 3", ""), one("B", Active, "2 4", "")}, seen: seen(""), quota: 3, grants: "1 2 3", rests: "4",
			steps: []string{"record A: 1, 3", "record B: 2", "look", "grant 1, 2, 3", "read"},
		},
		"who is there already keeps the place": {
			group: []Declaration{one("A", Active, "1 2 3", "3")}, seen: seen("3"), quota: 2, grants: "1", rests: "2",
		},
		"strangers take places": {
			group: []Declaration{one("A", Active, "1 2", "")}, seen: seen("7 8"), quota: 3, grants: "1", rests: "2",
		},
		"nobody on an image that is more than full": {
			group: []Declaration{one("A", Active, "1 2", "")}, seen: seen("7 8 9"), quota: 2, rests: "1 2",
			steps: []string{},
		},
		"one for one on a full image": {
			group: []Declaration{one("A", Active, "1 3", "1 2")}, seen: seen("1 2"), quota: 2, grants: "3",
			steps: []string{"record A: 1, 2, 3", "look", "revoke 2", "read", "look", "grant 3", "read"},
		},
		"as many as leave, and no more": {
			group: []Declaration{one("A", Active, "3 4 5", "1 2")}, seen: seen("1 2"), quota: 2, grants: "3 4", rests: "5",
		},
		"whose revocation is held does not leave": {
			group: []Declaration{one("A", Active, "3 4", "1 2")}, seen: seen("1 2"), quota: 2, held: "1", grants: "3", rests: "4",
		},
		"who is not there leaves no place": {
			group: []Declaration{one("A", Active, "2 3", "1 9")}, seen: seen("1"), quota: 1, grants: "2", rests: "3",
		},
		"who is there by something else takes no place": {
			group: []Declaration{one("A", Active, "1 2", "")},
			seen:  Observed{Known: true, Sharees: set("7 8"), Elsewhere: set("7")}, quota: 3, grants: "1 2",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			plan := Diff(c.group, c.seen, c.quota).HoldRevokes(set(c.held))
			got, rests := plan.Fit(c.seen, c.quota)
			if !got.Grant.Equal(set(c.grants)) || !rests.Equal(set(c.rests)) {
				t.Errorf("%s are granted and %s are not, want %s and %s", got.Grant, rests, c.grants, c.rests)
			}
			if c.steps != nil {
				sameSteps(t, got, c.steps)
			}
		})
	}
}

// A place is free only once whoever has it is gone, whatever quota the plan was
// made for.
func TestWhoLeavesLaterLeavesNoPlace(t *testing.T) {
	plan := Plan{Grant: set("2"), Revoke: set("1")}
	if _, without := plan.Fit(seen("1"), 1); !without.Equal(set("2")) {
		t.Errorf("%s have no place, want 2", without)
	}
	plan.LeavingFirst = true
	if _, without := plan.Fit(seen("1"), 1); !without.Empty() {
		t.Errorf("%s have no place, want everybody to have one", without)
	}
}

func sameSteps(t *testing.T, plan Plan, want []string) {
	t.Helper()
	var got []string
	for _, step := range plan.Steps(10) {
		got = append(got, step.String())
	}
	if len(got) != len(want) {
		t.Fatalf("the steps are %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("step %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// after is whom a plan leaves on the image, if everything in it works.
func after(plan Plan, onImage Observed) Sharees {
	return onImage.Sharees.Without(plan.Revoke).With(plan.Grant)
}

// Whatever the world and whatever of the plan is held, at no moment of the plan
// is anybody beyond the quota put on the image, nobody is left out for whom there
// is a place, and nothing else of the plan changes.
func TestNobodyIsGrantedBeyondTheQuota(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := anyGroup().Draw(t, "group")
		onImage := Observed{Known: true, Sharees: anySharees().Draw(t, "seen")}
		quota := rapid.IntRange(0, 6).Draw(t, "quota")
		whole := Diff(group, onImage, quota).HoldRevokes(anySharees().Draw(t, "held"))
		plan, without := whole.Fit(onImage, quota)
		most := onImage.Sharees.Without(plan.Revoke).With(plan.Grant).Len()
		if !plan.LeavingFirst {
			most = onImage.Sharees.With(plan.Grant).Len()
		}
		if most > quota && !plan.Grant.Empty() {
			t.Fatalf("%d are on the image, and %d can be", most, quota)
		}
		if most < quota && !without.Empty() {
			t.Fatalf("%s have no place, and %d of %d are taken", without, most, quota)
		}
		if !plan.Revoke.Equal(whole.Revoke) || !plan.Grant.With(without).Equal(whole.Grant) || !plan.Grant.And(without).Empty() {
			t.Fatalf("another plan comes out: %v of %v", plan, whole)
		}
		for _, r := range plan.Records {
			if !r.Intents.And(without).Empty() {
				t.Fatalf("%s is written down to be granted", r.Intents.And(without))
			}
		}
	})
}

// Who has a place keeps it, however many are declared behind them: in the same
// plan and in the next.
func TestWhoFitsGoesOnFitting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		declared, onImage := anySharees().Draw(t, "declared"), Observed{Known: true, Sharees: anySharees().Draw(t, "seen")}
		quota := rapid.IntRange(0, 6).Draw(t, "quota")
		first, _ := Diff([]Declaration{{ID: "A", Sharees: declared}}, onImage, quota).Fit(onImage, quota)
		more := declared.With(set("x y"))
		second, _ := Diff([]Declaration{{ID: "A", Sharees: more}}, onImage, quota).Fit(onImage, quota)
		if !first.Grant.Without(second.Grant).Empty() {
			t.Fatalf("%s had a place and have none beside others", first.Grant.Without(second.Grant))
		}
		next := Observed{Known: true, Sharees: after(first, onImage)}
		third, _ := Diff([]Declaration{{ID: "A", Sharees: more}}, next, quota).Fit(next, quota)
		if !after(first, onImage).Without(after(third, next)).Empty() {
			t.Fatalf("%s had a place and lose it", after(first, onImage).Without(after(third, next)))
		}
	})
}
