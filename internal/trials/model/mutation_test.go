// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"testing"
)

// mutation is a law that is broken on purpose, at a seam that the world owns, in
// order to see that it is found out. Zero breaks none.
type mutation uint8

const (
	// looksAway answers a live look with what the pass knew already.
	looksAway mutation = iota + 1
	// forces writes whoever has written since.
	forces
	// drops says that a book is recorded, and forgets it.
	drops
	// believes takes a request to revoke that was lost for one that was answered.
	believes
	// unreviewed plans without holding anything back.
	unreviewed
	// trusting does not look whether somebody can decrypt the image.
	trusting
	// hasty takes trust from everyone who is not declared, whoever has the image.
	hasty
	// crowded knows no batch.
	crowded
	// forgetting takes everything to be listed that was asked for before a
	// restart.
	forgetting
	// careless takes Revoke for Retain.
	careless
)

// Without any of the laws something is found wrong: the exploration can fail.
func TestWhatIsBrokenIsFound(t *testing.T) {
	for _, test := range []struct {
		law     string
		world   *world
		without mutation
	}{
		{"without the live look", accountsWorld(), looksAway},
		{"when a write is forced though somebody has written since", accountsWorld(), forces},
		{"when what was recorded is forgotten", accountsWorld(), drops},
		{"when a request that was lost passes for an answer", accountsWorld(), believes},
		{"when a plan is not reviewed", takeoverWorld(), unreviewed},
		{"when a call names more than a batch", accountsWorld(), crowded},
		{"when Revoke is taken for Retain", accountsWorld(), careless},
		{"when it is not looked who can decrypt an image", roleWorld(), trusting},
		{"when trust is taken from who has the image", sharedRoleWorld(), hasty},
		{"when a restart forgets what was asked for", announcedWorld(), forgetting},
	} {
		t.Run(test.law, func(t *testing.T) {
			test.world.without = test.without
			x := explore(test.world, 6)
			if x.wrong == nil {
				t.Fatalf("nothing was found wrong: %s", x)
			}
			t.Logf("%s\n%s", x, x.wrong[0])
		})
	}
}

// What package share was asked before it answers the same again: remembering its
// answers changes nothing.
func TestRememberingChangesNothing(t *testing.T) {
	for _, w := range worlds() {
		fresh := explore(w, 2)
		w.forgetful = true
		if again := explore(w, 2); again.states() != fresh.states() || fresh.wrong != nil {
			t.Errorf("%s, when nothing is remembered\n%s", again, fresh)
		}
	}
}

// after is the state that a world comes to when one thing after the other
// happens, each followed by rounds without trouble.
func (w *world) after(events ...event) state {
	p := &play{world: w, known: newKnown()}
	s := start()
	for _, e := range events {
		p.begin(&s)
		e.do(p)
		for range mostRounds {
			p.round()
		}
		s = p.state
	}
	return s
}

// sharedRoleWorld is the world of the role, with the encrypted image shared.
func sharedRoleWorld() *world {
	w := roleWorld()
	w.seeds = []state{w.after(declares(0, one, true))}
	return w
}

// announcedWorld is the world of the directory, with a resource share that was
// made and is not listed yet.
func announcedWorld() *world {
	w := directoryWorld()
	p := &play{world: w, known: newKnown()}
	s := start()
	p.begin(&s)
	declares(0, directory, true).do(p)
	p.shareImage(plainImage)
	s = p.state
	s.Shares[0].Share = 0
	w.seeds = []state{s}
	return w
}
