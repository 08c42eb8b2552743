// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// who is a set of sharees: three accounts and a directory.
type who uint8

const (
	one who = 1 << iota
	two
	three
	directory

	nobody   who = 0
	accounts     = one | two | three
)

// sharees are the names of those whom a set can hold, in the order of its bits.
var sharees = [...]share.Sharee{"1000000000000001", "1000000000000002", "1000000000000003", "rd-3GabcD"}

// sets are all sets of sharees, as package share writes them.
var sets = everySet()

func everySet() (out [1 << len(sharees)]share.Sharees) {
	for bits := range out {
		var ids []share.Sharee
		for i, id := range sharees {
			if bits&(1<<i) != 0 {
				ids = append(ids, id)
			}
		}
		out[bits] = share.NewSharees(ids...)
	}
	return out
}

func (w who) has(i int) bool { return w&(1<<i) != 0 }

// whoIs is a set of package share as bits.
func whoIs[T ~string](set share.Set[T]) (out who) {
	for id := range set.All() {
		out |= bitOf(string(id))
	}
	return out
}

func bitOf(id string) who {
	for i, name := range sharees {
		if string(name) == id {
			return 1 << i
		}
	}
	panic("nobody is called " + id)
}

// ofWay are the sharees that are reached in one way: by launch permissions, or
// by a resource share.
func ofWay(targets bool) who {
	if targets {
		return directory
	}
	return accounts
}

// entry is an entry of a ledger: none, or an origin and one.
type entry uint8

const (
	none entry = iota
	granted
	found
	left
	prior
	stray
)

// stranger reports whether the entry is of one whom nobody declares.
func (e entry) stranger() bool { return e == prior || e == stray }

// ledger is whom an ImageShare has, sharee by sharee.
type ledger [len(sharees)]entry

// has is everybody in the ledger, and owns everybody in it who is or was
// declared.
func (l ledger) has() (out who) {
	for i, e := range l {
		if e != none {
			out |= 1 << i
		}
	}
	return out
}

func (l ledger) owns() (out who) {
	for i, e := range l {
		if e != none && !e.stranger() {
			out |= 1 << i
		}
	}
	return out
}

func (l ledger) shared(part who) share.Ledger {
	out := share.Ledger{}
	for i, e := range l {
		if e != none && part.has(i) {
			out[sharees[i]] = share.Origin(e - 1)
		}
	}
	return out
}

// with is the ledger with one way of it written anew.
func (l ledger) with(book share.Ledger, part who) ledger {
	for i := range l {
		if !part.has(i) {
			continue
		}
		l[i] = none
		if origin, there := book[sharees[i]]; there {
			l[i] = entry(origin) + 1
		}
	}
	return l
}

// imageShare is a stored ImageShare. Its image never changes, and stands in the
// world.
type imageShare struct {
	There, Held                                   bool
	Deleted, Retain, Suspended, Keeps, Unadmitted bool
	Declares                                      who
	Ledger                                        ledger
	// Taken is whether the image was taken over for it, way by way.
	Taken [2]bool
	// Cipher is what its status tells of the image's encryption.
	Cipher cipher
	// Share is the resource share that its status names.
	Share uint8
}

// cipher is what is known of the encryption of an image.
type cipher uint8

const (
	unlooked cipher = iota
	plain
	encrypted
)

func (s imageShare) standing() share.Standing {
	switch {
	case s.Deleted && (s.Retain || s.Suspended):
		return share.Leaving
	case s.Deleted:
		return share.Withdrawing
	case s.Unadmitted:
		return share.Refused
	case s.Suspended:
		return share.Idle
	}
	return share.Active
}

// counts is whom the ImageShare declares as far as that counts for anything.
func (s imageShare) counts() who {
	if s.Unadmitted {
		return s.Declares & s.Ledger.owns()
	}
	return s.Declares
}

// image is an image: whom it is shared with, and what an onlooker knows of them.
type image struct {
	On who
	// Ours is whom we have put there.
	Ours who
	// Left is whom an ImageShare that was deleted with Retain has left there.
	Left who
	// Claim is whose the image is to write to.
	Claim uint8
	// Held and Approved are what waits for approval, as the statuses tell, and
	// what somebody has approved and is not done: a bit for each reason.
	Held, Approved changes
	onlooker
}

// state is everything that there is, in the cloud and on the API server, and
// what the operator that leads remembers. It holds no pointer: two states are
// the same if they are equal.
type state struct {
	Shares [2]imageShare
	Images [2]image
	Sharer sharer
	Role   role
	// Resources are the resource shares of the account, the oldest first.
	Resources [3]resourceShare
	Memory    memory
}
