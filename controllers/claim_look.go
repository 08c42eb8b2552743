// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// imageLook is one look at what kind of image it is.
type imageLook struct {
	image cloud.Image
	err   error
}

// lookAtImage looks at the image, once in a pass.
func (p *pass) lookAtImage(ctx context.Context) (cloud.Image, error) {
	if p.looked == nil {
		return p.lookAgain(ctx)
	}
	return p.looked.image, p.looked.err
}

// lookAgain looks at the image anew.
func (p *pass) lookAgain(ctx context.Context) (cloud.Image, error) {
	image, err := p.session.Image(ctx, p.key.ref())
	p.looked = &imageLook{image: image, err: err}
	if err == nil {
		p.reconciler.memory.noteClaim(p.key, func(n *claimNotes) { n.holder, n.read = holderOf(image), true })
	}
	return image, err
}

// lookAtClaim finds out whose the image is before anything is written to it, by
// planning what would be. Where nothing would be, what was read lately serves.
func (p *pass) lookAtClaim(ctx context.Context, seen share.Observed) {
	if p.session == nil {
		return
	}
	accounts, targets := &way{pass: p}, &way{pass: p, targets: true}
	accounts.planner(ctx, seen)(accounts.group())
	if p.org.way != nil {
		targets.planner(ctx, p.org.seen)(targets.group())
	}
	if p.claimed.kind == claimUnasked && (p.untidied() || p.claimConcerned()) {
		p.claim(ctx, nobody)
	}
	if p.claimed.kind == claimUnasked {
		p.recallClaim(ctx)
	}
}

// claimConcerned reports whether this pass, which writes nothing else, has read
// the image and has to see to its claim: it is another's, or was ours or could
// not be and somebody shares the image.
func (p *pass) claimConcerned() bool {
	if p.looked == nil || p.looked.err != nil {
		return false
	}
	if p.looked.image.Tags[converge.TagOwner] != "" {
		return true
	}
	shares := false
	for _, m := range p.members {
		shares = shares || m.standing() == share.Active
	}
	return shares && (p.hadClaim() || p.unclaimed())
}

// recallClaim looks, where nothing is to be written, whether another operator
// that held the image before still does: it may have let go since. For an image
// that was not another's no call is made.
func (p *pass) recallClaim(ctx context.Context) {
	holder := p.lastHolder()
	if p.absent || p.unseen != nil || holder == p.reconciler.Owner || !p.needsCloud(p.accountsGroup()) {
		return
	}
	if holder == "" {
		p.letGoSince()
		return
	}
	image, err := p.lookAtImage(ctx)
	if err == nil {
		holder = holderOf(image)
	}
	switch holder {
	case "":
		p.conclude(claim{kind: claimFree})
	case p.reconciler.Owner:
		p.conclude(claim{kind: claimSettled})
	default:
		p.conclude(p.othersClaim(holder))
	}
}

// letGoSince notes that another operator that held the image, as a status tells,
// does not any more, if this pass has seen that.
func (p *pass) letGoSince() {
	if p.looked != nil && p.looked.err == nil && !p.hadClaim() {
		p.conclude(claim{kind: claimFree})
	}
}

// hadClaim reports whether the image was ours when it was last looked at.
func (p *pass) hadClaim() bool {
	for _, m := range p.members {
		if m.obj.Status.ClaimedBy == p.reconciler.Owner {
			return true
		}
	}
	return false
}

// unclaimed reports whether any ImageShare tells that the image cannot be
// claimed.
func (p *pass) unclaimed() bool {
	for _, m := range p.members {
		if isTrue(m.obj.Status.Conditions, v1alpha1.ConditionUnclaimed) {
			return true
		}
	}
	return false
}
