// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"maps"
	"slices"
)

// recordOf tells what the ledger of one declaration has to become before
// anything is sent, and whether that is a change.
func recordOf(group []Declaration, d Declaration, seen Observed) (Record, bool) {
	r := Record{ID: d.ID, Before: d.book()}
	after := maps.Clone(d.Ledger)
	if after == nil {
		after = Ledger{}
	}
	if d.Standing == Leaving {
		// It may change its mind when others have let go on its account, or after
		// one before it has left.
		for id := range d.Ledger.Own().All() {
			after[id], _ = originIn(group, id)
			if left(before(group, d), id) {
				after[id] = Found
			}
		}
		r.After = Book{Ledger: after}
		return r, r.needed()
	}
	var intents []Sharee
	for id := range d.declared().All() {
		origin, intent, needed := entryOf(group, d, seen, id)
		if needed {
			after[id] = origin
		}
		if intent {
			intents = append(intents, id)
		}
	}
	for id := range d.Ledger.Own().Without(d.declared()).All() {
		switch {
		case letsGo(group, d, seen, id):
			delete(after, id)
		case left(group, id):
			after[id] = Found
		default:
			after[id], _ = originIn(group, id)
		}
	}
	r.Intents = NewSharees(intents...)
	r.After = TakeOver(group, d, seen, after)
	return r, r.needed()
}

// before is the part of the group that comes before a declaration, by ID.
func before(group []Declaration, d Declaration) []Declaration {
	return slices.DeleteFunc(slices.Clone(group), func(other Declaration) bool { return other.ID >= d.ID })
}

// entryOf tells which entry a declaration needs for a sharee that it
// declares, and whether the entry announces a grant.
//
//	the sharee is                     the entry becomes
//	left by a Leaving one              Found: it is not ours to take away
//	surely not on the image            Granted, to announce the grant (Active only);
//	                                   but an empty list turns no Found into Granted,
//	                                   unless it is candid
//	in any ledger                      Granted if it is so in any, else Found
//	on the image                       Found
//	not to be known                    none
func entryOf(group []Declaration, d Declaration, seen Observed, id Sharee) (origin Origin, intent, needed bool) {
	known, held := originIn(group, id)
	switch {
	case left(group, id):
		return Found, false, true
	case d.Grants(id) && seen.lacks(id) && (!held || known == Found && (seen.Candid || !seen.Sharees.Empty())):
		return Granted, true, true
	case held:
		return known, false, true
	}
	return Found, false, seen.Sharees.Has(id)
}

// originIn is how the sharee, if it is or was declared, is known in any ledger.
// Granted outweighs Found: one of us put it there, and somebody has to take it
// away.
func originIn(group []Declaration, id Sharee) (Origin, bool) {
	origin, known := Found, false
	for _, d := range group {
		if d.Ledger.owns(id) {
			known = true
			if d.Ledger[id] == Granted {
				origin = Granted
			}
		}
	}
	return origin, known
}

// letsGo reports whether an entry for a sharee that the declaration does not
// declare can leave its ledger without anything being sent: because it was
// Found and may stay, or is gone by itself; because a Leaving one leaves it
// there; or because another ImageShare keeps the sharee and has it in its own
// ledger.
func letsGo(group []Declaration, d Declaration, seen Observed, id Sharee) bool {
	if d.Standing == Idle || d.Standing == Refused {
		return false
	}
	found := d.Ledger[id] == Found
	if left(group, id) || found && (!exactIn(group, d) || seen.tells() && !seen.Sharees.Has(id)) {
		return true
	}
	return slices.ContainsFunc(group, func(other Declaration) bool {
		return other.ID != d.ID && other.carries(id) && (found || other.Ledger[id] == Granted)
	})
}

// Movable reports whether an entry can leave a ledger of the group without a
// call, since another one carries it by now.
func Movable(group []Declaration, seen Observed) bool {
	for _, d := range group {
		for id := range d.Ledger.Own().Without(d.declared()).All() {
			if d.Standing != Leaving && letsGo(group, d, seen, id) {
				return true
			}
		}
	}
	return false
}

// Settled is what is to be written down of a declaration once it is certain that
// some sharees are no longer on the image: their removal was answered, and a
// later read did not show them. Of an image that is gone nothing is left.
func Settled(group []Declaration, d Declaration, removed Sharees, seen Observed) Book {
	if seen.Gone {
		return Book{Ledger: Ledger{}}
	}
	return TakeOver(group, d, seen, d.Ledger.Without(removed))
}
