// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

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
		mustBePart(t, plan, whole, held)
		if onImage.Claim == Elsewhere && (!plan.Grant.Empty() || !plan.Revoke.Empty()) {
			t.Fatalf("another operator's image is written to")
		}
		after, rest := Review(group, whole, onImage, limits, held)
		if (onImage.Claim == Elsewhere) != (len(rest) > 0) && len(held) > 0 {
			t.Fatalf("of an image (claim %d), %v is held, and %v once that is approved", onImage.Claim, held, rest)
		}
		if onImage.Claim == Ours && !after.Revoke.Equal(whole.Revoke) {
			t.Fatalf("all was approved, and %s are not revoked", whole.Revoke.Without(after.Revoke))
		}
	})
}

// mustBePart fails when a review has added to a plan, or does what is held.
func mustBePart(t *rapid.T, plan, whole Plan, held []Change) {
	if !plan.Revoke.Without(whole.Revoke).Empty() || !plan.Grant.Without(whole.Grant).Empty() {
		t.Fatalf("the review adds to the plan")
	}
	if !plan.Revoke.And(Changed(held, true)).Empty() || !plan.Grant.And(Changed(held, false)).Empty() {
		t.Fatalf("what is held is done")
	}
}
