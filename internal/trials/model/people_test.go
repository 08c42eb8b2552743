// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// edit is something that a person does to an ImageShare, if it applies.
func edit(i int, words string, change func(s *imageShare) bool) event {
	return event{words: fmt.Sprintf(words, names[i]), where: onServer, do: func(p *play) bool {
		s := p.Shares[i]
		if !change(&s) || s == p.Shares[i] {
			return false
		}
		if s.Deleted && !s.Held {
			p.put(i, imageShare{})
			p.lost(p.image[i], i)
			return true
		}
		p.put(i, s)
		return true
	}}
}

// declares is that an ImageShare comes to declare some sharees: a new one, or one
// that is there.
func declares(i int, some who, keeps bool) event {
	return edit(i, "a user lets %s declare "+wordsFor(some), func(s *imageShare) bool {
		if !s.There {
			*s = imageShare{There: true, Keeps: keeps}
		}
		s.Declares = some
		return !s.Deleted
	})
}

func wordsFor(some who) string {
	if some == nobody {
		return "nobody"
	}
	return sets[some].String()
}

// deletes is that an ImageShare is deleted, under a policy. One that is being
// deleted can change its mind about that.
func deletes(i int, retain bool) event {
	policy := map[bool]string{true: "Retain", false: "Revoke"}[retain]
	return edit(i, "a user deletes %s with "+policy, func(s *imageShare) bool {
		s.Deleted, s.Retain = true, retain
		return s.There
	})
}

// suspends is that an ImageShare is suspended, or goes on.
func suspends(i int, on bool) event {
	words := map[bool]string{true: "a user suspends %s", false: "a user lets %s go on"}[on]
	return edit(i, words, func(s *imageShare) bool {
		s.Suspended = on
		return s.There && !s.Deleted
	})
}

// keeps is that an ImageShare wants strangers kept, or not.
func keeps(i int, on bool) event {
	words := map[bool]string{true: "a user sets Keep in %s", false: "a user sets Revoke in %s"}[on]
	return edit(i, words, func(s *imageShare) bool {
		s.Keeps = on
		return s.There && !s.Deleted
	})
}

// admits is that the rules come to admit an ImageShare, or do not any more.
func admits(i int, on bool) event {
	words := map[bool]string{true: "the rules admit %s", false: "the rules do not admit %s any more"}[on]
	return edit(i, words, func(s *imageShare) bool {
		s.Unadmitted = !on
		return s.There && !s.Deleted
	})
}

// restores is that the status of an ImageShare is lost, or is an old one.
func restores(i int, words string, old imageShare) event {
	return event{words: fmt.Sprintf("the status of %s is %s", names[i], words), where: onServer, do: func(p *play) bool {
		s := p.Shares[i]
		same := s.Ledger == old.Ledger && s.Taken == old.Taken && s.Cipher == old.Cipher && s.Share == old.Share
		if !s.There || same {
			return false
		}
		p.loseStatus(i, old)
		return true
	}}
}

// byHand is that a stranger puts an account on the plain image, or takes it off.
func byHand(id int) event {
	words := fmt.Sprintf("a stranger changes %s on image %s by hand", sharees[id], imageNames[plainImage])
	return event{words: words, where: inCloud, do: func(p *play) bool { return p.stranger(plainImage, id) }}
}

// claims is that another operator claims an image, or lets go of it.
func claims(at int, claim share.Claim) event {
	words := map[share.Claim]string{
		share.Ours: "image %s becomes ours to write to", share.Elsewhere: "another operator claims image %s", share.Unclaimed: "image %s is nobody's",
	}[claim]
	return event{words: fmt.Sprintf(words, imageNames[at]), where: byItself, do: func(p *play) bool {
		was := p.Images[at].Claim
		p.Images[at].Claim = uint8(claim)
		return was != uint8(claim)
	}}
}

// approves is that a person approves all that waits for it on an image. What
// changes hands becomes ours then.
func approves(at int) event {
	return event{words: "a person approves what is held of image " + imageNames[at], where: byItself, do: func(p *play) bool {
		return p.approve(at)
	}}
}

func (p *play) approve(at int) bool {
	image := &p.Images[at]
	before := *image
	for i, held := range image.Held {
		hands := uint8(1<<4 | 1<<6)
		if held != 0 && share.Claim(image.Claim) == share.Elsewhere {
			image.Claim = uint8(share.Ours)
		}
		image.Approved[i] |= held &^ hands
	}
	image.Held = changes{}
	return *image != before
}
