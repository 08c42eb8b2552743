// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// AccountID is the ID of an Alibaba Cloud account: 16 digits. It is text and
// not a number, since some clients lose digits of numbers of that size.
type AccountID string

// Accounts is a set of accounts. The zero value is the empty set. A set is
// never changed once made: every operation answers a new one.
type Accounts struct {
	sorted []AccountID
}

// NewAccounts makes a set of the accounts given, in any order and with
// repetitions.
func NewAccounts(ids ...AccountID) Accounts {
	return Accounts{sorted: slices.Compact(slices.Sorted(slices.Values(ids)))}
}

// Len is the number of accounts in the set.
func (a Accounts) Len() int { return len(a.sorted) }

// Empty reports whether nobody is in the set.
func (a Accounts) Empty() bool { return len(a.sorted) == 0 }

// Has reports whether an account is in the set.
func (a Accounts) Has(id AccountID) bool {
	_, found := slices.BinarySearch(a.sorted, id)
	return found
}

// All yields the accounts in ascending order.
func (a Accounts) All() iter.Seq[AccountID] { return slices.Values(a.sorted) }

// Sorted is the accounts in ascending order, in a slice of the caller's own.
func (a Accounts) Sorted() []AccountID { return slices.Clone(a.sorted) }

// Strings is the accounts in ascending order, as text.
func (a Accounts) Strings() []string {
	out := make([]string, 0, len(a.sorted))
	for _, id := range a.sorted {
		out = append(out, string(id))
	}
	return out
}

// String lists the accounts, for people.
func (a Accounts) String() string { return strings.Join(a.Strings(), ", ") }

// Equal reports whether both sets hold the same accounts.
func (a Accounts) Equal(b Accounts) bool { return slices.Equal(a.sorted, b.sorted) }

// With is the union of both sets.
func (a Accounts) With(b Accounts) Accounts {
	return NewAccounts(slices.Concat(a.sorted, b.sorted)...)
}

// Without is what is in a and not in b.
func (a Accounts) Without(b Accounts) Accounts {
	return a.Filter(func(id AccountID) bool { return !b.Has(id) })
}

// And is what is in both.
func (a Accounts) And(b Accounts) Accounts { return a.Filter(b.Has) }

// Filter is what is in a and wanted.
func (a Accounts) Filter(wanted func(AccountID) bool) Accounts {
	var out []AccountID
	for _, id := range a.sorted {
		if wanted(id) {
			out = append(out, id)
		}
	}
	return Accounts{sorted: out}
}

// Batches cuts the set into ascending pieces of at most size accounts.
func (a Accounts) Batches(size int) []Accounts {
	var out []Accounts
	for piece := range slices.Chunk(a.sorted, max(size, 1)) {
		out = append(out, Accounts{sorted: piece})
	}
	return out
}

// Halves cuts a set in two, the first half being the larger by at most one.
func (a Accounts) Halves() (Accounts, Accounts) {
	middle := (len(a.sorted) + 1) / 2
	return Accounts{sorted: a.sorted[:middle]}, Accounts{sorted: a.sorted[middle:]}
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
