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
	// Prior was on the image before it was taken over, and nobody declares it.
	Prior
	// Stray came to be there after that, and nobody declares it.
	Stray
)

// stranger reports whether nobody declares who is in a ledger so.
func (o Origin) stranger() bool { return o == Prior || o == Stray }

// Ledger is what one ImageShare has on its image, or is about to have. Access
// is taken away by what stands in a ledger and by nothing else.
type Ledger map[Sharee]Origin

// Sharees is everyone in the ledger.
func (l Ledger) Sharees() Sharees { return Sharees{sorted: sortedKeys(l)} }

// Granted is everyone in the ledger whom we put on the image.
func (l Ledger) Granted() Sharees { return l.of(func(o Origin) bool { return o == Granted }) }

// Strangers is everyone in the ledger whom nobody declares: they are there to be
// taken away, not to be kept.
func (l Ledger) Strangers() Sharees { return l.of(Origin.stranger) }

// Strays is everyone in the ledger who came to the image after the takeover, and
// whom nobody declares.
func (l Ledger) Strays() Sharees { return l.of(func(o Origin) bool { return o == Stray }) }

// Own is everyone in the ledger who is or was declared.
func (l Ledger) Own() Sharees { return l.Sharees().Without(l.Strangers()) }

func (l Ledger) of(origin func(Origin) bool) Sharees {
	return l.Sharees().Filter(func(id Sharee) bool { return origin(l[id]) })
}

// owns reports whether a sharee is in the ledger who is or was declared.
func (l Ledger) owns(id Sharee) bool {
	origin, held := l[id]
	return held && !origin.stranger()
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

// Book is what is written down of one ImageShare and its image.
type Book struct {
	// Ledger is whom it has on the image.
	Ledger Ledger
	// Taken is true once the image was taken over for it, see [TakeOver].
	Taken bool
}

// Equal reports whether both books say the same.
func (b Book) Equal(other Book) bool { return b.Taken == other.Taken && b.Ledger.Equal(other.Ledger) }

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
	// Refused is not allowed by the rules of its account: it grants nothing, and
	// what it granted is to be taken away. [Review] says that somebody has to
	// approve that, and until then it shields what it declares and holds.
	Refused
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
	// Exact is true when it wants nobody on the image whom nobody declares, and
	// what it found there and declared to go with it. It is so only as long as
	// every other ImageShare that is there to stay wants it too.
	Exact bool
	// Taken is true once the image was taken over for it: whoever is on the image
	// and in no ledger came later.
	Taken bool
	// Nobody is true when it declares nobody at all, in any way, and Over when
	// that is so because its time is over.
	Nobody, Over bool
}

// book is what is written down of it.
func (d Declaration) book() Book { return Book{Ledger: d.Ledger, Taken: d.Taken} }

// stays reports whether the declaration is there to stay.
func (d Declaration) stays() bool { return d.Standing == Active || d.Standing == Idle }

// Grants reports whether a sharee may be granted on account of the
// declaration.
func (d Declaration) Grants(id Sharee) bool {
	return d.Standing == Active && d.Sharees.Has(id) && !d.Barred.Has(id)
}

// carries reports whether the declaration keeps a sharee on the image, or has to
// have it taken away, and has it in its ledger, so that others may let go of
// their entries.
func (d Declaration) carries(id Sharee) bool {
	return d.Ledger.owns(id) && (d.shields(id) || d.Standing == Refused)
}

// shields reports whether nobody may take the sharee away.
func (d Declaration) shields(id Sharee) bool {
	switch d.Standing {
	case Active:
		return d.Sharees.Has(id)
	case Idle:
		return d.Ledger.owns(id) || d.Sharees.Has(id)
	case Withdrawing, Leaving, Refused:
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

// Claim is whose an image is to write to.
type Claim int

const (
	// Unclaimed is an image that is not known to be this operator's: it grants
	// there, and takes away nothing but what it granted.
	Unclaimed Claim = iota
	// Ours is an image that carries our claim.
	Ours
	// Elsewhere is an image that carries the claim of another operator.
	Elsewhere
)

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
	// Elsewhere is who is listed, or may be, on account of something that taking
	// them off the image would not end.
	Elsewhere Sharees
	// Claim is whose the image is.
	Claim Claim
}

// tells reports whether who is not listed is not there, so that the list can be
// built on. An empty one can be a denied read, unless it is candid.
func (o Observed) tells() bool {
	return o.Known && !o.Gone && !o.Doubtful && (o.Candid || !o.Sharees.Empty())
}

// lacks reports whether the sharee is surely not on the image.
func (o Observed) lacks(id Sharee) bool {
	return o.Known && !o.Gone && !o.Doubtful && !o.Sharees.Has(id)
}
