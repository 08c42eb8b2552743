// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// saw notes what a read of the image has shown. From a list that shows anybody
// on, whoever comes by hand comes to an image that is watched.
func (o *imagePass) saw(on who) {
	if !o.sighted {
		o.sight, o.sighted = on, true
	}
	o.somebody = o.somebody || on != nobody
	o.watch()
}

// current is the ImageShares of the image as the pass knows them.
func (o *imagePass) current(i int) (imageShare, bool) {
	s := o.looked[i]
	return s, o.image[i] == o.at && s.There
}

// watch notes who watches the image, by what the pass has seen by now.
func (o *imagePass) watch() {
	if !o.judgesStrangers {
		return
	}
	image, kept := &o.Images[o.at], o.kept(o.looked)
	watched := false
	for i := range names {
		s, mine := o.current(i)
		if mine && s.standing() == share.Active && !s.Keeps && !kept && o.somebody && o.Shares[i].There {
			image.Watch[i] = true
		}
		watched = watched || image.Watch[i]
	}
	if watched {
		image.Fair |= o.late
	}
}

// notice notes whom the ImageShares declare as the pass plans for them.
func (o *imagePass) notice() {
	if !o.judgesStrangers {
		return
	}
	for i := range names {
		if s, mine := o.current(i); mine && !s.Deleted && o.Shares[i].There {
			o.Images[o.at].Known[i] |= s.Declares
		}
	}
}

// settled notes what an undisturbed pass over the ImageShares as they are must
// have noticed: who watches no longer. When nobody does, nobody came fairly.
func (o *imagePass) settled() {
	image, kept := &o.Images[o.at], o.kept(o.Shares)
	for i, s := range o.Shares {
		if o.image[i] != o.at {
			continue
		}
		image.Watch[i] = image.Watch[i] && s.There && !s.Keeps && !kept && !s.Deleted
		if s.standing() == share.Idle || s.standing() == share.Refused {
			continue
		}
		stays := image.On
		if kept {
			stays &= image.Ours
		}
		image.Known[i] &= s.Declares | stays
	}
	image.forget()
}

// forget forgets who came fairly when nobody watches.
func (i *image) forget() {
	if i.Watch == [2]bool{} {
		i.Fair = nobody
	}
	i.Fair &= i.On
}

// lost forgets what was known of an ImageShare that is no more.
func (p *play) lost(at, i int) {
	image := &p.Images[at]
	image.Watch[i], image.Known[i] = false, nobody
	image.forget()
}

// loseStatus takes the status of an ImageShare away, as a restore does, or puts
// an old one back. Whom we granted on its account nobody can tell from a stranger
// any more.
func (p *play) loseStatus(i int, old imageShare) {
	s, at := p.Shares[i], p.image[i]
	s.Ledger, s.Taken, s.Cipher, s.Share = old.Ledger, old.Taken, old.Cipher, old.Share
	p.put(i, s)
	image := &p.Images[at]
	image.Watch[i] = false
	for id := range sharees {
		if image.Ours.has(id) && !p.provable(at, id) {
			image.Ours &^= 1 << id
		}
	}
	if image.Watch != [2]bool{} {
		// Somebody wanted them there, and whoever watches on had seen that.
		image.Fair |= image.Known[i]
	}
	image.Known[i] = nobody
	image.forget()
}

// runningAt are the passes under way that are about an image.
func (p *play) runningAt(at int) []*imagePass {
	var out []*imagePass
	for _, o := range p.running {
		if o.at == at {
			out = append(out, o)
		}
	}
	return out
}

// stranger puts an account on an image by hand, or takes it off. Where a grant
// may be on its way nobody could tell who came first.
func (p *play) stranger(at, id int) bool {
	image := &p.Images[at]
	if image.On.has(id) {
		image.On &^= 1 << id
		image.Ours &^= 1 << id
		image.Left &^= 1 << id
		image.forget()
		return true
	}
	if p.mayBeGranted(at, id) {
		return false
	}
	image.On |= 1 << id
	if image.Watch != [2]bool{} {
		image.Fair |= 1 << id
	}
	for _, o := range p.runningAt(at) {
		if o.somebody && p.judgesStrangers {
			o.late |= 1 << id
		}
	}
	return true
}

// mayBeGranted reports whether a grant of an account may be on its way: a ledger
// has the account, or a pass under way knows of one that declares it.
func (p *play) mayBeGranted(at, id int) bool {
	for i, s := range p.Shares {
		if p.image[i] == at && s.There && s.Ledger.owns().has(id) {
			return true
		}
	}
	for _, o := range p.runningAt(at) {
		for i := range names {
			if s, mine := o.current(i); mine && s.Declares.has(id) {
				return true
			}
		}
	}
	return false
}

// retain notes what a deleted ImageShare has left on an image for good.
func (p *play) retain(at int, s imageShare) {
	left := s.Ledger.has() & p.Images[at].On & p.decryptable(at)
	p.Images[at].Left |= left
	p.Role.LeftSpoiled &^= left
}
