// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "maps"

// Origin is how an account came to be on an image.
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
type Ledger map[AccountID]Origin

// Accounts is everyone in the ledger.
func (l Ledger) Accounts() Accounts { return Accounts{sorted: sortedKeys(l)} }

// Granted is everyone in the ledger whom we put on the image.
func (l Ledger) Granted() Accounts {
	return l.Accounts().Filter(func(id AccountID) bool { return l[id] == Granted })
}

// Equal reports whether both ledgers say the same.
func (l Ledger) Equal(other Ledger) bool { return maps.Equal(l, other) }

// Without is the ledger with some accounts left out.
func (l Ledger) Without(accounts Accounts) Ledger {
	out := make(Ledger, len(l))
	for id, origin := range l {
		if !accounts.Has(id) {
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
	// Accounts is whom it declares.
	Accounts Accounts
	// Ledger is whom it has on the image.
	Ledger Ledger
	// Barred is whom of those that it declares it may not grant for now: they
	// could not decrypt the image. Nothing is taken away on account of it.
	Barred Accounts
}

// Grants reports whether an account may be granted on account of the
// declaration.
func (d Declaration) Grants(id AccountID) bool {
	return d.Standing == Active && d.Accounts.Has(id) && !d.Barred.Has(id)
}

// carries reports whether the declaration keeps an account on the image and
// has it in its ledger, so that others may let go of their entries.
func (d Declaration) carries(id AccountID) bool {
	_, held := d.Ledger[id]
	return held && d.shields(id)
}

// shields reports whether nobody may take the account away.
func (d Declaration) shields(id AccountID) bool {
	switch d.Standing {
	case Active:
		return d.Accounts.Has(id)
	case Idle:
		_, held := d.Ledger[id]
		return held || d.Accounts.Has(id)
	case Withdrawing, Leaving:
		return false
	}
	return true
}

// declared is whom it still wants: nobody, once it is deleted.
func (d Declaration) declared() Accounts {
	if d.Standing == Withdrawing || d.Standing == Leaving {
		return Accounts{}
	}
	return d.Accounts
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
	// Accounts is whom the image is shared with.
	Accounts Accounts
}

// lacks reports whether the account is surely not on the image.
func (o Observed) lacks(id AccountID) bool {
	return o.Known && !o.Gone && !o.Doubtful && !o.Accounts.Has(id)
}
