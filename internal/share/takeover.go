// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"maps"
	"slices"
)

// TakeOver is the ledger of one declaration with the strangers in it: those on
// the image whom nobody declares, and whether the image is taken over for it
// by then.
//
// The first list that can be built on makes the takeover: whoever is a stranger
// on it was there before, and is Prior. Whoever comes later is a Stray. As soon
// as one of the group wants strangers kept, or it is on its way out itself, all
// of that is forgotten, so that a later takeover starts anew. An image of another
// operator is not taken over: whoever comes there was there before.
//
// Whom others leave on the image, or let go of, it takes down at once, whether
// or not it acts and the image can be read: nobody else knows of them.
func TakeOver(group []Declaration, d Declaration, seen Observed, ledger Ledger) Book {
	if !exactIn(group, d) || d.Over || !d.stays() && d.Standing != Refused {
		return Book{Ledger: ledger.Without(ledger.Strangers())}
	}
	book := Book{Ledger: maps.Clone(ledger), Taken: d.Taken}
	book.note(group, undeclaredBy(group).Filter(func(id Sharee) bool { return !gone(group, seen, id) }))
	if d.Standing == Active {
		book.forget(group, d, seen)
		book.Taken = book.look(group, seen)
	}
	if seen.Claim == Elsewhere {
		for id := range book.Ledger.Strays().All() {
			book.Ledger[id] = Prior
		}
		book.Taken = false
	}
	return book
}

// look takes down the strangers of a list, if that can be built on, and answers
// whether the image is taken over then: once everybody on it who is declared is
// written down.
func (b Book) look(group []Declaration, seen Observed) bool {
	if !seen.tells() {
		return b.Taken
	}
	listed := seen.Sharees.Without(seen.Elsewhere)
	if b.Taken {
		b.note(group, listed)
	} else {
		// Who is on the first list on account of something else was there before
		// too, should that end.
		b.note(group, seen.Sharees)
	}
	return b.Taken || listed.Filter(func(id Sharee) bool { return !b.Ledger.owns(id) && awaited(group, id) }).Empty()
}

// note takes down those of some sharees who are strangers.
func (b Book) note(group []Declaration, sharees Sharees) {
	for id := range sharees.All() {
		if origin, is := strangerIn(group, id); is {
			b.Ledger[id] = origin
		}
	}
}

// forget drops strangers who are off the image, or none any more.
func (b Book) forget(group []Declaration, d Declaration, seen Observed) {
	for id := range b.Ledger.Strangers().All() {
		_, still := strangerIn(group, id)
		if gone(group, seen, id) && !b.hidden(seen, id) || d.declared().Has(id) || !still && !awaited(group, id) {
			delete(b.Ledger, id)
		}
	}
}

// hidden reports whether one who was there before is listed on account of
// something else for now. He may be there by himself too.
func (b Book) hidden(seen Observed, id Sharee) bool {
	return b.Ledger[id] == Prior && seen.Elsewhere.Has(id) && seen.Sharees.Has(id)
}

// awaited reports whether a sharee is declared, and nobody has written that down
// yet: should nobody ever do so, it was a stranger all along.
func awaited(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool { return d.declared().Has(id) }) &&
		!slices.ContainsFunc(group, func(d Declaration) bool { return d.Ledger.owns(id) })
}

// gone reports whether a stranger is on the image no longer, and will not be; or
// is there on account of something else.
func gone(group []Declaration, seen Observed, id Sharee) bool {
	return seen.Elsewhere.Has(id) || seen.tells() && !seen.Sharees.Has(id) && !left(group, id)
}

// undeclaredBy is everyone in a ledger who was declared once and is not any more:
// of all others in it somebody knows.
func undeclaredBy(group []Declaration) Sharees {
	var ids []Sharee
	for _, d := range group {
		declared := d.declared()
		for id, origin := range d.Ledger {
			if !origin.stranger() && !declared.Has(id) {
				ids = append(ids, id)
			}
		}
	}
	return NewSharees(ids...)
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
	return !left(group, id) && (d.Ledger[id] == Granted || exactIn(group, d))
}

// beforeTakeover reports whether a sharee that nobody declares was on the image
// before it was taken over.
func beforeTakeover(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool {
		origin, held := d.Ledger[id]
		return held && origin == Prior
	})
}
