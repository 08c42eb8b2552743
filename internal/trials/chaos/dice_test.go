// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"math/rand/v2"
	"slices"
	"time"
)

// dice are what everything is drawn with.
type dice struct{ *rand.Rand }

func newDice(seed uint64) *dice { return &dice{rand.New(rand.NewPCG(seed, 0x1ca05))} }

// chance is true in so many of a hundred cases.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

// between is a number of at least the first and at most the second.
func (d *dice) between(least, most int) int { return least + d.IntN(most-least+1) }

// millis is a time of at least the first and at most the second, in
// milliseconds.
func (d *dice) millis(least, most int) time.Duration {
	return time.Duration(d.between(least, most)) * time.Millisecond
}

// one is one of several.
func one[T any](d *dice, of ...T) T { return of[d.IntN(len(of))] }

// some are as many of a list, in its order.
func some[T any](d *dice, n int, of []T) []T {
	at := d.Perm(len(of))[:min(n, len(of))]
	slices.Sort(at)
	out := make([]T, 0, len(at))
	for _, i := range at {
		out = append(out, of[i])
	}
	return out
}
