// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Set is a set of names. The zero value is the empty set. A set is never
// changed once made: every operation answers a new one.
type Set[T ~string] struct {
	sorted []T
}

// NewSet makes a set of the names given, in any order and with repetitions.
func NewSet[T ~string](names ...T) Set[T] {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return Set[T]{sorted: slices.Compact(sorted)}
}

// Len is the number of names in the set.
func (a Set[T]) Len() int { return len(a.sorted) }

// Empty reports whether nothing is in the set.
func (a Set[T]) Empty() bool { return len(a.sorted) == 0 }

// Has reports whether a name is in the set.
func (a Set[T]) Has(name T) bool {
	_, found := slices.BinarySearch(a.sorted, name)
	return found
}

// All yields the names in ascending order.
func (a Set[T]) All() iter.Seq[T] { return slices.Values(a.sorted) }

// Sorted is the names in ascending order, in a slice of the caller's own.
func (a Set[T]) Sorted() []T { return slices.Clone(a.sorted) }

// Strings is the names in ascending order, as text.
func (a Set[T]) Strings() []string {
	out := make([]string, 0, len(a.sorted))
	for _, name := range a.sorted {
		out = append(out, string(name))
	}
	return out
}

// String lists the names, for people.
func (a Set[T]) String() string { return strings.Join(a.Strings(), ", ") }

// Equal reports whether both sets hold the same names.
func (a Set[T]) Equal(b Set[T]) bool { return slices.Equal(a.sorted, b.sorted) }

// With is the union of both sets.
func (a Set[T]) With(b Set[T]) Set[T] {
	switch {
	case a.Empty():
		return b
	case b.Empty():
		return a
	}
	return NewSet(slices.Concat(a.sorted, b.sorted)...)
}

// Without is what is in a and not in b.
func (a Set[T]) Without(b Set[T]) Set[T] {
	return a.Filter(func(name T) bool { return !b.Has(name) })
}

// And is what is in both.
func (a Set[T]) And(b Set[T]) Set[T] { return a.Filter(b.Has) }

// Filter is what is in a and wanted.
func (a Set[T]) Filter(wanted func(T) bool) Set[T] {
	first := slices.IndexFunc(a.sorted, func(name T) bool { return !wanted(name) })
	if first < 0 {
		return a
	}
	out := slices.Clone(a.sorted[:first])
	for _, name := range a.sorted[first+1:] {
		if wanted(name) {
			out = append(out, name)
		}
	}
	return Set[T]{sorted: out}
}

// Batches cuts the set into ascending pieces of at most size names.
func (a Set[T]) Batches(size int) []Set[T] {
	var out []Set[T]
	for piece := range slices.Chunk(a.sorted, max(size, 1)) {
		out = append(out, Set[T]{sorted: piece})
	}
	return out
}

// Halves cuts a set in two, the first half being the larger by at most one.
func (a Set[T]) Halves() (Set[T], Set[T]) {
	middle := (len(a.sorted) + 1) / 2
	return Set[T]{sorted: a.sorted[:middle]}, Set[T]{sorted: a.sorted[middle:]}
}

// First is the first names of a set, at most so many.
func (a Set[T]) First(count int) Set[T] {
	return Set[T]{sorted: a.sorted[:min(max(count, 0), len(a.sorted))]}
}

// As are the same names as names of another kind.
func As[U, T ~string](a Set[T]) Set[U] {
	out := make([]U, 0, len(a.sorted))
	for _, name := range a.sorted {
		out = append(out, U(name))
	}
	return Set[U]{sorted: out}
}

// sortedKeys is the keys of a map in ascending order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
