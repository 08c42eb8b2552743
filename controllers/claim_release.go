// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
)

// unclaim takes our claim off the image before its last ImageShare goes, so that
// another operator may share it without asking. It is no reason to hold the
// ImageShare, except for a moment where nobody knows what became of the call.
// Who wants hands off has them off the tag too.
func (p *pass) unclaim(ctx context.Context, m *member) error {
	if !p.lastOf(m) || m.handsOff() || p.absent {
		return nil
	}
	now, err := p.lookLive(ctx)
	switch {
	case err != nil:
		return err
	case !m.same(now.members[nameOf(m.obj)]):
		return errChanged
	case !now.lastOf(m):
		return nil
	}
	unsure, err := p.dropClaim(ctx, now.writable())
	if unsure && p.maySettle() {
		return errUnclaiming
	}
	if err != nil && p.hadClaim() {
		log.FromContext(ctx).Error(err, "Could not take the operator's tag off the image: take it off by hand before another operator shares it",
			"image", p.key.ref().String(), "tag", converge.TagOwner)
	}
	// Whoever declares the image next claims it anew, and waits for nothing that
	// was written for the sake of this one.
	p.reconciler.memory.noteClaim(p.key, func(n *claimNotes) { *n = claimNotes{} })
	return nil
}

// errMute is why nothing can be written in an account.
var errMute = errors.New("nothing can be written in the account of the image: its SharerAccount is suspended, or not ready, or gone")

// errUnclaiming is why an ImageShare is not let go yet: it is tried again in a
// moment, which is no trouble.
var errUnclaiming = &cloud.Error{Kind: cloud.Conflict, Message: "the operator's tag is being taken off the image; it is tried again"}

// dropClaim takes the tag off if it is ours. It is unsure when nobody knows what
// became of that, or our own budget asks to come back in a moment.
func (p *pass) dropClaim(ctx context.Context, writable bool) (unsure bool, err error) {
	if !writable {
		return false, errMute
	}
	image, err := p.lookAtImage(ctx)
	if err != nil || image.Tags[converge.TagOwner] != p.reconciler.Owner {
		return cloud.AsError(err).NotSent(), err
	}
	p.looked = nil
	err = p.session.UntagImage(ctx, p.key.ref(), []string{converge.TagOwner})
	e := cloud.AsError(err)
	return e.MayHaveHappened() || e.NotSent(), err
}

// maySettle reports whether the claim has not been being taken off for long.
func (p *pass) maySettle() bool {
	now, patient := p.reconciler.Now(), false
	p.reconciler.memory.noteClaim(p.key, func(n *claimNotes) {
		if n.leaving.IsZero() {
			n.leaving = now
		}
		patient = now.Sub(n.leaving) < unclaimPatience
	})
	return patient
}

// lastOf reports whether every other ImageShare of the image was let go in this
// pass.
func (p *pass) lastOf(m *member) bool {
	for id := range p.members {
		if id != nameOf(m.obj) && !p.freed[id] {
			return false
		}
	}
	return true
}

// free notes that an ImageShare was let go.
func (p *pass) free(id string) {
	if p.freed == nil {
		p.freed = map[string]bool{}
	}
	p.freed[id] = true
}

// writable reports whether anything may be written in the account of the image.
func (p *pass) writable() bool { return p.session != nil && p.owner != nil && !p.owner.Spec.Suspend }
