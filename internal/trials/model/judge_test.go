// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// onlooker is what somebody knows of an image who has seen people come and go,
// and has never read a ledger to learn why somebody is on it. What he is not sure
// of he says in the operator's favour: he may overlook a wrong, and never sees
// one that is none.
type onlooker struct {
	// Watch are the ImageShares under which the image is exact, without a break,
	// and since a pass has seen it.
	Watch [2]bool
	// Known is whom each ImageShare has declared in a pass, and not lost with its
	// status.
	Known [2]who
	// Fair is who came to the image while somebody watched.
	Fair who
}

// kept reports whether one of the ImageShares that are there to stay wants
// strangers kept.
func (o *imagePass) kept(some [2]imageShare) bool { return o.keptAt(o.at, some) }

func (w *world) keptAt(at int, some [2]imageShare) bool {
	for i, s := range some {
		stays := s.standing() == share.Active || s.standing() == share.Idle
		if w.image[i] == at && s.There && s.Keeps && stays {
			return true
		}
	}
	return false
}

// judgeGrant judges the grant of a sharee.
func (o *imagePass) judgeGrant(id int) {
	o.judgeWish(id)
	if !o.Images[o.at].Approved.is(id, false) {
		o.judgeUnapprovedGrant(id)
	}
}

// judgeWish judges whether a sharee is granted whom an ImageShare declares, and
// has announced.
func (o *imagePass) judgeWish(id int) {
	announced, declared := false, false
	for i := range names {
		s, mine := o.current(i)
		active := mine && s.standing() == share.Active && s.Declares.has(id)
		declared = declared || active
		announced = announced || active && s.Ledger[id] != none
	}
	switch {
	case !o.live:
		o.breach("%s is granted without a live look", sharees[id])
	case !declared:
		o.breach("%s is granted, and no ImageShare declared it at the last live look", sharees[id])
	case !announced:
		o.breach("%s is granted, and stood in no ledger at the last live look", sharees[id])
	}
}

// judgeUnapprovedGrant judges the grant of a sharee that nobody has approved.
func (o *imagePass) judgeUnapprovedGrant(id int) {
	image := &o.Images[o.at]
	if share.Claim(image.Claim) == share.Elsewhere && o.claim == share.Elsewhere {
		o.breach("%s is granted on another operator's image", sharees[id])
	}
	if !image.On.has(id) {
		o.gave++
	}
	if o.limits.Grants > 0 && o.gave > o.limits.Grants {
		o.breach("%s is granted, and is one more than the limit", sharees[id])
	}
}

// judgeRevoke judges the removal of a sharee.
func (o *imagePass) judgeRevoke(id int) {
	if !o.live {
		o.breach("%s is revoked without a live look", sharees[id])
	}
	for i, s := range o.looked {
		if o.image[i] != o.at || !s.There || s.Deleted {
			continue
		}
		holds := s.standing() == share.Idle && s.Ledger.owns().has(id)
		if s.standing() != share.Refused && s.Declares.has(id) || holds {
			o.breach("%s is revoked, and %s wanted it there at the last live look", sharees[id], names[i])
		}
	}
	if o.Images[o.at].On.has(id) {
		o.judgeTaking(id)
	}
}

// judgeTaking judges the removal of one who is on the image.
func (o *imagePass) judgeTaking(id int) {
	image := &o.Images[o.at]
	approved := image.Approved.is(id, true)
	if image.Left.has(id) && !approved {
		o.breach("%s is revoked, whom an ImageShare deleted with Retain has left", sharees[id])
	}
	if !image.Ours.has(id) {
		o.judgeStranger(id)
	}
	if !approved {
		o.judgeUnapprovedTaking(id)
	}
}

// judgeUnapprovedTaking judges the removal of one who is on the image, when
// nobody has approved that.
func (o *imagePass) judgeUnapprovedTaking(id int) {
	if o.claim == share.Elsewhere {
		o.breach("%s is revoked on another operator's image", sharees[id])
	}
	onPurpose, empty, refused := o.occasion(id)
	switch {
	case refused:
		o.breach("%s is revoked since an ImageShare is not admitted, and nobody has approved that", sharees[id])
	case onPurpose:
		return
	case empty && o.becameEmpty(id):
		o.breach("%s is revoked since a declaration became empty, and nobody has approved that", sharees[id])
	}
	if o.sight.has(id) {
		o.took++
	}
	if o.limits.Revocations > 0 && o.took > o.limits.Revocations {
		o.breach("%s is revoked, and is one more than the limit", sharees[id])
	}
}

// occasion is on what occasion a sharee may be revoked: on purpose, as an
// ImageShare that declared it is deleted; since no declaration names anybody; or
// since an ImageShare that has it is refused.
func (o *imagePass) occasion(id int) (onPurpose, empty, refused bool) {
	empty = true
	for i := range names {
		s, mine := o.current(i)
		if !mine {
			continue
		}
		onPurpose = onPurpose || s.standing() == share.Withdrawing && o.Images[o.at].Known[i].has(id)
		empty = empty && (s.Deleted || s.Declares == nobody)
		refused = refused || s.standing() == share.Refused && (s.Declares|s.Ledger.owns()).has(id)
	}
	return onPurpose, empty, refused
}

// becameEmpty reports whether one that has the sharee declares nobody any more.
func (o *imagePass) becameEmpty(id int) bool {
	for i, s := range o.looked {
		if o.image[i] == o.at && s.There && s.standing() == share.Active && s.Ledger.owns().has(id) {
			return true
		}
	}
	return false
}

// judgeStranger judges the removal of one whom we did not grant.
func (o *imagePass) judgeStranger(id int) {
	image := &o.Images[o.at]
	switch {
	case o.kept(o.looked):
		o.breach("%s is revoked, whom we did not grant, and an ImageShare keeps strangers", sharees[id])
	case o.claim == share.Unclaimed:
		o.breach("%s is revoked, whom we did not grant, and the image is not ours", sharees[id])
	case image.Approved.is(id, true), image.Fair.has(id), o.letGo(id):
	default:
		o.breach("%s is revoked, who was there before, and nobody has approved that", sharees[id])
	}
}

// letGo reports whether an ImageShare that wants nobody kept has had the sharee
// and does not declare it any more.
func (o *imagePass) letGo(id int) bool {
	for i, s := range o.looked {
		mine := o.image[i] == o.at && s.There && !s.Keeps
		if mine && o.Images[o.at].Known[i].has(id) && (s.Deleted || !s.Declares.has(id)) {
			return true
		}
	}
	return false
}
