// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "slices"

// SpreadKeys tells which keys each policy document is to hold. Keys stay in
// the document where they are, so that no change takes a key away in one
// document before another gives it; new ones go to the first document with
// room. A document that has nothing left stays in its place, empty. A document
// has room while it has at most size characters, and only the first most are
// filled; beyond them keys just stay. What found no room is left.
func SpreadKeys(account AccountID, present []Keys, wanted Keys, size, most int) (documents []Keys, left Keys) {
	fits := func(keys Keys) bool { return NewKeyPolicy(account, keys).Size() <= size }
	rest := wanted.Filter(func(key KeyID) bool { return writable(account, key) })
	left = wanted.Without(rest)
	for _, keys := range present {
		kept := firstFitting(keys.And(rest), fits)
		documents = append(documents, kept)
		rest = rest.Without(kept)
	}
	for key := range rest.All() {
		one := NewSet(key)
		i := slices.IndexFunc(documents[:min(len(documents), max(most, 0))], func(keys Keys) bool { return fits(keys.With(one)) })
		switch {
		case i >= 0:
			documents[i] = documents[i].With(one)
		case len(documents) < most && fits(one):
			documents = append(documents, one)
		default:
			left = left.With(one)
		}
	}
	return documents, left
}

// firstFitting is the largest first part of a document's keys that fits. All
// do, unless someone wrote the document more tightly than we do.
func firstFitting(keys Keys, fits func(Keys) bool) Keys {
	count := keys.Len()
	for count > 0 && !fits(keys.First(count)) {
		count--
	}
	return keys.First(count)
}
