// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestBatchesAreTen(t *testing.T) {
	var many []string
	for i := range 25 {
		many = append(many, fmt.Sprintf("%02d", i))
	}
	plan := Diff([]Declaration{one("A", Active, strings.Join(many, " "), "")}, seen(""), 50)
	var sizes []int
	for _, step := range plan.Steps(10) {
		if step.Verb == Grant {
			sizes = append(sizes, step.Sharees.Len())
		}
	}
	if !slices.Equal(sizes, []int{10, 10, 5}) {
		t.Errorf("batches of %v, want 10, 10 and 5", sizes)
	}
}

func TestHoldingGrantsAlsoHoldsTheEntriesThatAnnounceThem(t *testing.T) {
	group := []Declaration{one("A", Active, "1 2 3", "4"), one("B", Active, "2", "")}
	plan := Diff(group, seen("1 4"), 50)
	for sentence, c := range map[string]struct {
		held string
		want []string
	}{
		"one":       {"2", []string{"record A: 1 (found), 3, 4", "look", "grant 3", "read", "look", "revoke 4", "read"}},
		"all":       {"1 2 3", []string{"record A: 1 (found), 4", "look", "revoke 4", "read"}},
		"strangers": {"9", []string{"record A: 1 (found), 2, 3, 4", "record B: 2", "look", "grant 2, 3", "read", "look", "revoke 4", "read"}},
	} {
		if got := lines(plan.HoldGrants(set(c.held))); !slices.Equal(got, c.want) {
			t.Errorf("holding %s: planned\n  %s\nwant\n  %s", sentence, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
		}
	}
	if len(group[0].Ledger) != 1 {
		t.Error("planning has changed what it was given")
	}
}

func TestUndeclaredAreThoseNobodyKnows(t *testing.T) {
	group := []Declaration{
		one("A", Active, "1", "1 2"), one("B", Idle, "3", ""), one("C", Withdrawing, "4", "5"), one("D", Leaving, "6", ""),
	}
	if got := Undeclared(group, seen("1 2 3 4 5 6 7")); !got.Equal(set("4 6 7")) {
		t.Errorf("undeclared are %s, want 4, 6, 7", got)
	}
}

func TestSettledLedgers(t *testing.T) {
	if got := Settled(nil, one("A", Active, "", "1 2 3?"), set("2 9"), seen("1 3")).Ledger; !got.Equal(book("1 3?")) {
		t.Errorf("what was removed is still there: %s", got)
	}
	if got := Settled(nil, one("A", Active, "", "1 2"), set(""), Observed{Known: true, Gone: true}).Ledger; len(got) != 0 {
		t.Errorf("of an image that is gone is left: %s", got)
	}
}
