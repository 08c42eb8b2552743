// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anySharees draws a set of a few sharees with short names.
func anySharees() *rapid.Generator[Sharees] {
	return rapid.Custom(func(t *rapid.T) Sharees {
		return NewSharees(rapid.SliceOfN(rapid.SampledFrom([]Sharee{"a", "b", "c", "d", "e"}), 0, 8).Draw(t, "ids")...)
	})
}

func TestSetsObeyTheLawsOfSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anySharees().Draw(t, "a"), anySharees().Draw(t, "b")
		if !a.With(b).Equal(b.With(a)) || !a.And(b).Equal(b.And(a)) {
			t.Fatal("union and intersection do not commute")
		}
		if !a.Without(b).With(a.And(b)).Equal(a) {
			t.Fatal("what is in b and what is not do not make up a")
		}
		if !a.Without(b).And(b).Empty() {
			t.Fatal("something of b is left")
		}
		first, second := a.Halves()
		if !first.With(second).Equal(a) || first.Len()-second.Len() > 1 || second.Len() > first.Len() {
			t.Fatalf("%s halves into %s and %s", a, first, second)
		}
		for id := range a.All() {
			if !a.Has(id) {
				t.Fatalf("%s is not in %s", id, a)
			}
		}
	})
}

func TestBatchesHoldEverybodyOnceAndNoMoreThanTheirSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := NewSharees(rapid.SliceOf(rapid.Custom(func(t *rapid.T) Sharee {
			return Sharee(rapid.StringMatching("[0-9]{3}").Draw(t, "id"))
		})).Draw(t, "ids")...)
		size := rapid.IntRange(1, 12).Draw(t, "size")
		var all []Sharee
		for _, batch := range a.Batches(size) {
			if batch.Len() == 0 || batch.Len() > size {
				t.Fatalf("a batch of %d", batch.Len())
			}
			all = append(all, batch.Sorted()...)
		}
		if !slices.Equal(all, a.Sorted()) {
			t.Fatalf("batches hold %v, want %v", all, a.Sorted())
		}
	})
}
