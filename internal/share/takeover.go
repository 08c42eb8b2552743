// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"maps"
	"slices"
)

// TakeOver is the ledger of one declaration with the strangers in it: those on
// the image whom nobody declares. It answers also whether the image is taken
// over for it by then.
//
// The first list that can be built on makes the takeover: whoever is a stranger
// on it was there before, and is Prior. Whoever comes later is a Stray. As soon
// as one of the group wants strangers kept, or it is on its way out itself, all
// of that is forgotten, so that a later takeover starts anew. One that is Idle
// stays as it is.
func TakeOver(group []Declaration, d Declaration, seen Observed, ledger Ledger) Book {
	switch {
	case !exactIn(group, d), d.Over, !d.stays() && d.Standing != Refused:
		return Book{Ledger: ledger.Without(ledger.Strangers())}
	case d.Standing != Active:
		return Book{Ledger: ledger, Taken: d.Taken}
	}
	after := maps.Clone(ledger)
	for id := range ledger.Strangers().All() {
		if _, still := strangerIn(group, id); !still || gone(group, seen, id) {
			delete(after, id)
		}
	}
	if !seen.tells() {
		return Book{Ledger: after, Taken: d.Taken}
	}
	for id := range seen.Sharees.Without(seen.Elsewhere).With(leavings(group)).All() {
		if origin, is := strangerIn(group, id); is {
			after[id] = origin
		}
	}
	return Book{Ledger: after, Taken: true}
}

// gone reports whether a stranger is on the image no longer, and will not be; or
// is there on account of something else.
func gone(group []Declaration, seen Observed, id Sharee) bool {
	return seen.Elsewhere.Has(id) || seen.tells() && !seen.Sharees.Has(id) && !left(group, id)
}

// leavings is all that Leaving ImageShares leave on the image.
func leavings(group []Declaration) Sharees {
	out := Sharees{}
	for _, d := range group {
		if d.Standing == Leaving {
			out = out.With(d.Ledger.Own())
		}
	}
	return out
}

// strangerIn tells whether a sharee on the image is nobody's, and since when:
//
//	somebody declares the sharee, or has yet to let go  it is no stranger
//	somebody leaves it, or lets go of what was found    Prior
//	it is known to have been there before               Prior
//	the image was taken over already                    Stray
//	else                                                Prior
func strangerIn(group []Declaration, id Sharee) (Origin, bool) {
	found, taken, prior := false, false, false
	for _, d := range group {
		switch {
		case d.declared().Has(id), d.Ledger.owns(id) && keeps(group, d, id):
			return Prior, false
		}
		found = found || d.Ledger.owns(id)
		taken = taken || d.Taken
		origin, held := d.Ledger[id]
		prior = prior || held && origin == Prior
	}
	if found || prior || !taken {
		return Prior, true
	}
	return Stray, true
}

// keeps reports whether a declaration that has a sharee in its ledger, and does
// not declare it, has yet to look after it.
func keeps(group []Declaration, d Declaration, id Sharee) bool {
	switch d.Standing {
	case Leaving:
		return false
	case Idle, Refused:
		return true
	case Active, Withdrawing:
	}
	return d.Ledger[id] == Granted || exactIn(group, d)
}

// beforeTakeover reports whether a sharee that nobody declares was on the image
// before it was taken over.
func beforeTakeover(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool {
		origin, held := d.Ledger[id]
		return held && origin == Prior
	})
}
