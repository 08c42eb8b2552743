// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"strings"
	"testing"
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
		// grants is whose grant waits besides.
		grants string
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
		"nor an approval for one reason one for another": {
			group: []Declaration{exactly("A", Active, "1", "1 9- !")}, seen: "1 9", claim: Ours, approved: revoke("9", HeldTooManyRevocations),
			held: map[HeldReason]string{HeldBeforeTakeover: "9"},
		},
		"on an image that is not known to be ours nobody goes whom we did not grant": {
			group: []Declaration{exactly("A", Active, "1", "1 2 7? 8+ 9- !")}, seen: "1 2 7 8 9",
			held: map[HeldReason]string{HeldBeforeTakeover: "9"}, goes: "2",
		},
		"all that is done to another operator's image": {
			group: []Declaration{exactly("A", Withdrawing, "", "1 2")}, seen: "1 2", claim: Elsewhere,
			held: map[HeldReason]string{HeldChangesHands: "1 2"},
		},
		"though that is approved, as long as the image is another's": {
			group: []Declaration{exactly("A", Active, "", "1 9-"), exactly("B", Active, "2", "")}, seen: "1 9", claim: Elsewhere,
			approved: append(revoke("1", HeldChangesHands), revoke("9", HeldBeforeTakeover)...),
			held:     map[HeldReason]string{HeldChangesHands: "1", HeldBeforeTakeover: "9"}, grants: "2",
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
		"also where another declares somebody who is not there": {
			group: []Declaration{exactly("A", Active, "", "1 2"), exactly("B", Idle, "7", "")}, seen: "1 2", claim: Ours, held: map[HeldReason]string{HeldNobodyLeft: "1 2"},
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
			grants := Changed(held, false)
			if !grants.Equal(set(c.grants)) {
				t.Errorf("grants of %s are held, want %s", grants, set(c.grants))
			}
			count := grants.Len()
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
