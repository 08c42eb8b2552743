// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTheWindowSlides(t *testing.T) {
	s := newGateScene(2)
	expectPassing(t, s.passes(deletedShare(1)), 1, "first of two")
	s.at = s.at.Add(9 * time.Minute)
	expectPassing(t, s.passes(deletedShare(2)), 1, "second of two")
	s.at = s.at.Add(time.Minute)
	expectPassing(t, s.passes(deletedShare(3)), 1, "the first is ten minutes ago")
	expectPassing(t, s.passes(deletedShare(4)), 0, "the second is not")
}

func TestNoWindowHasMoreThanTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit, window := rapid.IntRange(1, 4).Draw(t, "limit"), rapid.IntRange(1, 900).Draw(t, "window")
		s := newGateScene(int32(limit))
		s.sharer.Spec.Limits.DeletionWindowSeconds = int32(window)
		waited, let := map[int]bool{}, map[int]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "asks") {
			s.at = s.at.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "later")) * time.Second)
			n := rapid.IntRange(1, 25).Draw(t, "share")
			_, before := let[n]
			if s.passes(deletedShare(n)) == 0 {
				waited[n] = true
			} else if !before && !waited[n] {
				let[n] = s.at
			}
			there := rapid.IntRange(0, 25).Draw(t, "there")
			if rapid.Bool().Draw(t, "review") && s.review(deletedShares(there)...).Hash != "" {
				for n := range there {
					waited[n+1] = true
				}
			}
		}
		for _, first := range let {
			count := inWindow(let, first, time.Duration(window)*time.Second)
			if count > limit {
				t.Fatalf("%d were let through within %ds, not %d", count, window, limit)
			}
		}
	})
}

// inWindow is how many times are no earlier than the first, and no later than a
// window after it.
func inWindow(times map[int]time.Time, first time.Time, window time.Duration) (count int) {
	for _, at := range times {
		if d := at.Sub(first); d >= 0 && d < window {
			count++
		}
	}
	return count
}
