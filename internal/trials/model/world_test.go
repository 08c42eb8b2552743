// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The images: one that is plain, and one that is encrypted.
const (
	plainImage = iota
	encryptedImage
)

var imageNames = [2]string{"P", "E"}

// world is what can happen, and to what.
type world struct {
	name string
	// image is of which image each ImageShare is.
	image [2]int
	// ciphers is true where it is looked how images are encrypted.
	ciphers bool
	// organized is true where there is a directory, for the image directoryOf.
	organized   bool
	directoryOf int
	// judgesStrangers is true where it has to be known who came when.
	judgesStrangers     bool
	budgets, staleReads bool
	// ignores is true where writes to an image may be answered for nothing.
	ignores bool
	limits  share.Limits
	events  []event
	seeds   []state
	// meddlings is how many things may happen in the middle of one pass.
	meddlings int
	// forgetful is true where no answer of package share is remembered.
	forgetful bool
	// without is the law that is broken, if one is.
	without mutation
	// steps is how many steps are gone where there is little time, and bound how
	// many where there is much; zero is no limit.
	steps, bound int
}

func worlds() []*world {
	return []*world{accountsWorld(), takeoverWorld(), handsWorld(), roleWorld(), strangerWorld(), directoryWorld()}
}

// accountsWorld is a plain image with two ImageShares that keep strangers.
func accountsWorld() *world {
	w := &world{name: "accounts", steps: 4, meddlings: 1, budgets: true, staleReads: true, ignores: true}
	w.events = []event{
		declares(0, one, true), declares(0, one|two, true),
		declares(1, two, true), declares(1, two|three, true),
		deletes(0, false), deletes(0, true), deletes(1, false),
		suspends(0, true), suspends(0, false),
		byHand(0), byHand(2),
		shareImage(plainImage),
	}
	return w
}

// takeoverWorld is a plain image that is to be exact, or not, and what was lost.
func takeoverWorld() *world {
	w := &world{name: "takeover", steps: 4, bound: 11, meddlings: 1, staleReads: true, ignores: true, judgesStrangers: true}
	w.events = []event{
		declares(0, one, false), declares(0, one|two, false), declares(0, nobody, false),
		deletes(0, false), keeps(0, true), keeps(0, false),
		restores(0, "lost", imageShare{}),
		byHand(0), byHand(2),
		approves(plainImage),
		shareImage(plainImage),
	}
	return w
}

// handsWorld is a plain image that other operators claim, and an ImageShare that
// the rules do not always admit.
func handsWorld() *world {
	w := &world{name: "hands", steps: 4, meddlings: 1, judgesStrangers: true}
	w.events = []event{
		declares(0, one, false), declares(0, two, false),
		deletes(0, false), admits(0, false), admits(0, true),
		claims(plainImage, share.Elsewhere), claims(plainImage, share.Ours),
		byHand(2), approves(plainImage),
		shareImage(plainImage),
	}
	return w
}

// roleWorld is an encrypted image with two ImageShares, and the role.
func roleWorld() *world {
	w := &world{name: "role", steps: 3, bound: 8, image: [2]int{encryptedImage, encryptedImage}, meddlings: 1, ciphers: true}
	w.events = []event{
		declares(0, one, true), declares(0, one|two, true), declares(1, one, true),
		deletes(0, false), deletes(0, true), deletes(1, false),
		shareImage(encryptedImage), lookAfterRole(true), lookAfterRole(false),
	}
	w.seeds = []state{start(), roleIsThere(), w.after(declares(0, one, true))}
	return w
}

// strangerWorld is an encrypted image with one ImageShare, and a role to which
// somebody else writes.
func strangerWorld() *world {
	w := roleWorld()
	w.name, w.bound = "stranger", 7
	w.events = []event{
		declares(0, one, true), declares(0, one|three, true),
		deletes(0, false), deletes(0, true),
		strangerOnRole(), spoils(false), spoils(true),
		shareImage(encryptedImage), lookAfterRole(true), lookAfterRole(false),
	}
	return w
}

// shareImage is a pass of the loop of an image.
func shareImage(at int) event {
	return event{words: "the operator looks at image " + imageNames[at], pass: true, where: ofImage, do: func(p *play) bool { return p.shareImage(at) }}
}

func start() state {
	var s state
	for i := range s.Images {
		s.Images[i].Claim = uint8(share.Ours)
	}
	return s
}
