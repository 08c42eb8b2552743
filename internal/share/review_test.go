// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// crowd is a line of so many names.
func crowd(from, to int) string {
	var names []string
	for i := from; i <= to; i++ {
		names = append(names, fmt.Sprintf("%03d", i))
	}
	return strings.Join(names, " ")
}

// over is a declaration whose time is over.
func over(d Declaration) Declaration {
	d.Sharees, d.Nobody, d.Over = Sharees{}, true, true
	return d
}

func TestWhatWaitsForApproval(t *testing.T) {
	revoke := func(line string, reason HeldReason) []Change {
		var out []Change
		for id := range set(line).All() {
			out = append(out, Change{Sharee: id, Revoke: true, Reason: reason})
		}
		return out
	}
	for sentence, c := range map[string]struct {
		group    []Declaration
		seen     string
		claim    Claim
		limits   Limits
		approved []Change
		// held is what waits, by reason, and goes who is revoked all the same.
		held map[HeldReason]string
		goes string
	}{
		"who was there before": {
			group: []Declaration{exactly("A", Active, "1", "1 8+ 9- !")}, seen: "1 8 9", claim: Ours,
			held: map[HeldReason]string{HeldBeforeTakeover: "9"}, goes: "8",
		},
		"not once that is approved": {
			group: []Declaration{exactly("A", Active, "1", "1 8+ 9- !")}, seen: "1 8 9", claim: Ours, approved: revoke("9", HeldBeforeTakeover), goes: "8 9",
		},
		"an approval of one is none of another": {
			group: []Declaration{exactly("A", Active, "1", "1 8- 9- !")}, seen: "1 8 9", claim: Ours, approved: revoke("9", HeldBeforeTakeover),
			held: map[HeldReason]string{HeldBeforeTakeover: "8"}, goes: "9",
		},
		"on an image that is not known to be ours nobody goes whom we did not grant": {
			group: []Declaration{exactly("A", Active, "1", "1 2 7? 8+ 9- !")}, seen: "1 2 7 8 9",
			held: map[HeldReason]string{HeldBeforeTakeover: "9"}, goes: "2",
		},
		"all that is done to another operator's image": {
			group: []Declaration{exactly("A", Withdrawing, "", "1 2")}, seen: "1 2", claim: Elsewhere,
			held: map[HeldReason]string{HeldChangesHands: "1 2"},
		},
		"ten at a time do not": {
			group: []Declaration{exactly("A", Active, crowd(1, 5), crowd(1, 15))}, seen: crowd(1, 15), claim: Ours, goes: crowd(6, 15),
		},
		"eleven of fifteen do": {
			group: []Declaration{exactly("A", Active, crowd(1, 4), crowd(1, 15))}, seen: crowd(1, 15), claim: Ours,
			held: map[HeldReason]string{HeldTooManyRevocations: crowd(5, 15)},
		},
		"half of many do not": {
			group: []Declaration{exactly("A", Active, crowd(1, 20), crowd(1, 40))}, seen: crowd(1, 40), claim: Ours, goes: crowd(21, 40),
		},
		"more than half do": {
			group: []Declaration{exactly("A", Active, crowd(1, 19), crowd(1, 40))}, seen: crowd(1, 40), claim: Ours,
			held: map[HeldReason]string{HeldTooManyRevocations: crowd(20, 40)},
		},
		"the account may set another limit": {
			group: []Declaration{exactly("A", Active, crowd(1, 4), crowd(1, 7))}, seen: crowd(1, 7), claim: Ours, limits: Limits{Revocations: 2},
			held: map[HeldReason]string{HeldTooManyRevocations: crowd(5, 7)},
		},
		"what is approved counts for no limit": {
			group: []Declaration{exactly("A", Active, crowd(1, 4), crowd(1, 7))}, seen: crowd(1, 7), claim: Ours, limits: Limits{Revocations: 2},
			approved: revoke("005", HeldTooManyRevocations), goes: crowd(5, 7),
		},
		"strays count for it too": {
			group: []Declaration{exactly("A", Active, "1", "1 7+ 8+ 9+ !")}, seen: "1 7 8 9", claim: Ours, limits: Limits{Revocations: 2},
			held: map[HeldReason]string{HeldTooManyRevocations: "7 8 9"},
		},
		"who is not there any more does not": {
			group: []Declaration{exactly("A", Active, "1", "1 7 8 9")}, seen: "1 7 8", claim: Ours, limits: Limits{Revocations: 2}, goes: "7 8 9",
		},
		"whom a deleted ImageShare has does not, however many": {
			group: []Declaration{exactly("A", Withdrawing, "", crowd(1, 40))}, seen: crowd(1, 40), claim: Ours, goes: crowd(1, 40),
		},
		"nor whom an expired one has": {
			group: []Declaration{over(exactly("A", Active, "", crowd(1, 40)))}, seen: crowd(1, 40), claim: Ours, goes: crowd(1, 40),
		},
		"also when an empty list tells nothing": {
			group: []Declaration{exactly("A", Active, "1", "1 7 8 9")}, claim: Ours, limits: Limits{Revocations: 2},
			held: map[HeldReason]string{HeldTooManyRevocations: "7 8 9"},
		},
		"an image that a declaration leaves empty": {
			group: []Declaration{exactly("A", Active, "", "1 2")}, seen: "1 2", claim: Ours, held: map[HeldReason]string{HeldNobodyLeft: "1 2"},
		},
		"not where another declares somebody": {
			group: []Declaration{exactly("A", Active, "", "1 2"), exactly("B", Idle, "3", "")}, seen: "1 2 3", claim: Ours, goes: "1 2",
		},
		"what a refused one has": {
			group: []Declaration{exactly("A", Refused, "1", "1 2")}, seen: "1 2", claim: Ours, held: map[HeldReason]string{HeldNotAllowed: "1 2"},
		},
		"also when a deleted one has it as well": {
			group: []Declaration{exactly("A", Withdrawing, "", "1"), exactly("B", Refused, "1", "1?")}, seen: "1", claim: Ours,
			held: map[HeldReason]string{HeldNotAllowed: "1"},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			onImage := seen(c.seen)
			onImage.Claim = c.claim
			plan, held := Review(c.group, Diff(c.group, onImage, 50), onImage, c.limits, c.approved)
			if !plan.Revoke.Equal(set(c.goes)) {
				t.Errorf("%s are revoked, want %s", plan.Revoke, set(c.goes))
			}
			count := 0
			for reason, line := range c.held {
				of := Changed(heldFor(held, reason), true)
				count += of.Len()
				if !of.Equal(set(line)) {
					t.Errorf("for %s are held %s, want %s", reason, of, set(line))
				}
			}
			if count != len(held) {
				t.Errorf("held are %v, want nothing but %v", held, c.held)
			}
		})
	}
}

func heldFor(changes []Change, reason HeldReason) []Change {
	var out []Change
	for _, c := range changes {
		if c.Reason == reason {
			out = append(out, c)
		}
	}
	return out
}

func TestManyGrantsWait(t *testing.T) {
	group := []Declaration{exactly("A", Active, "1 2 3 4", "4")}
	onImage := seen("4 9")
	onImage.Claim = Ours
	plan, held := Review(group, Diff(group, onImage, 50), onImage, Limits{Grants: 2}, nil)
	if !plan.Grant.Empty() || !Changed(held, false).Equal(set("1 2 3")) {
		t.Errorf("%s are granted and %v held, want nobody and 1, 2 and 3", plan.Grant, held)
	}
	if _, held := Review(group, Diff(group, onImage, 50), onImage, Limits{Grants: 3}, nil); len(Changed(held, false).sorted) > 0 {
		t.Errorf("three are within the limit, but %v are held", held)
	}
}

// A hash stands for one image, one moment and one set of changes, in whatever
// order.
func TestAHashIsOfNothingElse(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	changes := []Change{{"1", true, HeldBeforeTakeover}, {"2", false, HeldTooManyGrants}}
	hash := HashOf("m-1", at, changes)
	if same := HashOf("m-1", at, []Change{changes[1], changes[0], changes[1]}); same != hash {
		t.Errorf("in another order it is %s and not %s", same, hash)
	}
	for what, other := range map[string]string{
		"image":    HashOf("m-2", at, changes),
		"moment":   HashOf("m-1", at.Add(time.Second), changes),
		"set":      HashOf("m-1", at, changes[:1]),
		"verb":     HashOf("m-1", at, []Change{{"1", false, HeldBeforeTakeover}, changes[1]}),
		"reason":   HashOf("m-1", at, []Change{{"1", true, HeldNotAllowed}, changes[1]}),
		"boundary": HashOf("m-1", at, []Change{{"1 ", true, HeldBeforeTakeover}, changes[1]}),
	} {
		if other == hash {
			t.Errorf("another %s has the same hash", what)
		}
	}
}

// Whatever the world, nothing that is held is done, what is done was planned,
// and an approval of all that is held leaves nothing held.
func TestReviewOnlyHoldsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := anyGroup().Draw(t, "group")
		onImage := Observed{Known: true, Sharees: anySharees().Draw(t, "seen"), Claim: rapid.SampledFrom([]Claim{Unclaimed, Ours, Elsewhere}).Draw(t, "claim")}
		limits := Limits{Revocations: rapid.IntRange(0, 3).Draw(t, "revocations"), Grants: rapid.IntRange(0, 3).Draw(t, "grants")}
		whole := Diff(group, onImage, 50)
		plan, held := Review(group, whole, onImage, limits, nil)
		if !plan.Revoke.Without(whole.Revoke).Empty() || !plan.Grant.Without(whole.Grant).Empty() {
			t.Fatalf("the review adds to the plan")
		}
		if !plan.Revoke.And(Changed(held, true)).Empty() || !plan.Grant.And(Changed(held, false)).Empty() {
			t.Fatalf("what is held is done")
		}
		if onImage.Claim == Elsewhere && (!plan.Grant.Empty() || !plan.Revoke.Empty()) {
			t.Fatalf("another operator's image is written to")
		}
		after, rest := Review(group, whole, onImage, limits, held)
		if len(rest) > 0 {
			t.Fatalf("all was approved, and %v is held", rest)
		}
		if onImage.Claim != Unclaimed && !after.Revoke.Equal(whole.Revoke) {
			t.Fatalf("all was approved, and %s are not revoked", whole.Revoke.Without(after.Revoke))
		}
	})
}
