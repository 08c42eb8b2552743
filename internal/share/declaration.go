// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "maps"

// Origin is how a sharee came to be on an image.
type Origin int

const (
	// Granted was put there by us. The entry is written before the grant is
	// sent, so it can also stand for a grant that never arrived.
	Granted Origin = iota
	// Found was there before any ImageShare that declares it.
	Found
	// Left is what a deleted ImageShare has left on the encryption role for good.
	// It stays so also when it has to be put back.
	Left
)

// Ledger is what one ImageShare has on its image, or is about to have. Access
// is taken away by what stands in a ledger and by nothing else.
type Ledger map[Sharee]Origin

// Sharees is everyone in the ledger.
func (l Ledger) Sharees() Sharees { return Sharees{sorted: sortedKeys(l)} }

// Granted is everyone in the ledger whom we put on the image.
func (l Ledger) Granted() Sharees {
	return l.Sharees().Filter(func(id Sharee) bool { return l[id] == Granted })
}

// Equal reports whether both ledgers say the same.
func (l Ledger) Equal(other Ledger) bool { return maps.Equal(l, other) }

// Without is the ledger with some sharees left out.
func (l Ledger) Without(sharees Sharees) Ledger {
	out := make(Ledger, len(l))
	for id, origin := range l {
		if !sharees.Has(id) {
			out[id] = origin
		}
	}
	return out
}

// Standing is what an ImageShare counts for on its image.
type Standing int

const (
	// Active grants what it declares, shields it from revocation, and lets go
	// of what it no longer declares.
	Active Standing = iota
	// Idle is suspended, or its account cannot be used: it grants nothing, and
	// shields what it declares and what its ledger holds.
	Idle
	// Withdrawing is deleted under Revoke: what it granted is taken away,
	// unless another ImageShare shields it.
	Withdrawing
	// Leaving is deleted under Retain, or while suspended: what it has on the
	// image stays, for every other ImageShare as if it had been there before.
	Leaving
)

// Declaration is one ImageShare, as far as its image is concerned.
type Declaration struct {
	// ID tells the ImageShare from all others of the image.
	ID string
	// Standing is what it counts for.
	Standing Standing
	// Sharees is whom it declares.
	Sharees Sharees
	// Ledger is whom it has on the image.
	Ledger Ledger
	// Barred is whom of those that it declares it may not grant for now: they
	// could not decrypt the image. Nothing is taken away on account of it.
	Barred Sharees
}

// Grants reports whether a sharee may be granted on account of the
// declaration.
func (d Declaration) Grants(id Sharee) bool {
	return d.Standing == Active && d.Sharees.Has(id) && !d.Barred.Has(id)
}

// carries reports whether the declaration keeps a sharee on the image and
// has it in its ledger, so that others may let go of their entries.
func (d Declaration) carries(id Sharee) bool {
	_, held := d.Ledger[id]
	return held && d.shields(id)
}

// shields reports whether nobody may take the sharee away.
func (d Declaration) shields(id Sharee) bool {
	switch d.Standing {
	case Active:
		return d.Sharees.Has(id)
	case Idle:
		_, held := d.Ledger[id]
		return held || d.Sharees.Has(id)
	case Withdrawing, Leaving:
		return false
	}
	return true
}

// declared is whom it still wants: nobody, once it is deleted.
func (d Declaration) declared() Sharees {
	if d.Standing == Withdrawing || d.Standing == Leaving {
		return Sharees{}
	}
	return d.Sharees
}

// Observed is what was read of an image.
type Observed struct {
	// Known is false when the image could not be read; then nothing else in
	// here means anything.
	Known bool
	// Gone is true when the image certainly does not exist any more.
	Gone bool
	// Doubtful is true when the list was empty, twice, although somebody should
	// be on it. A denied read can look like that. Only a write that is answered
	// can tell.
	Doubtful bool
	// Candid is true when an empty list means that nobody is there.
	Candid bool
	// Sharees is whom the image is shared with.
	Sharees Sharees
	// Lately is whom it was shared with until they were being taken off it.
	Lately Sharees
}

// lacks reports whether the sharee is surely not on the image.
func (o Observed) lacks(id Sharee) bool {
	return o.Known && !o.Gone && !o.Doubtful && !o.Sharees.Has(id)
}
