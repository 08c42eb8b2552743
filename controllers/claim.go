// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// claimKind is how an image stands to the operators that may want to write to
// it.
type claimKind int

const (
	// claimUnasked: nothing is to be written, and nobody has looked.
	claimUnasked claimKind = iota
	// claimFree: nobody's, and nothing is to be written.
	claimFree
	// claimSettled: it was ours before this pass wrote anything.
	claimSettled
	// claimFresh: it is ours by a write of this pass that was read back, or was
	// until somebody took the tag off and it is too early to put it back.
	// Another operator may be about to claim the image as well.
	claimFresh
	// claimOthers: another operator's. Nothing is written to the image.
	claimOthers
	// claimImpossible: nobody's, and we cannot make it ours.
	claimImpossible
	// claimUnknown: nobody could look, or nobody knows what became of a write.
	claimUnknown
)

// claim is what a pass knows of the claim on its image: the tag, of the same key
// and with the same value as that of the encryption role, that says which
// operator may write there.
//
// Operators are told apart by their ID. Unless --owner-id sets it, that is made
// of the identity of the cluster and the operator's namespace. Clusters that were
// restored from one backup of etcd have the same identity, and so their
// operators take each other's claims for their own: one of them has to be started
// with an --owner-id of its own.
type claim struct {
	kind claimKind
	// holder is who holds it, if it is another.
	holder string
	// why is what is in the way, if anything is.
	why *verdict
	// restored is true when the tag was put back in this pass.
	restored bool
	// image is what else was known to be wrong with the image.
	image *verdict
}

// nobody is whom the claim is taken from where nobody has approved that.
const nobody = ""

// claim finds out who may write to the image, once in a pass, and makes it ours
// where it is nobody's. It makes it ours also where it is that of the operator
// from, which a person must have approved. Only what is read after a write
// counts. An image that is gone is nobody's.
func (p *pass) claim(ctx context.Context, from string) claim {
	undecided := p.claimed.kind == claimUnasked || p.claimed.kind == claimFree
	if !p.absent && (undecided || from != nobody && p.claimed.kind == claimOthers) {
		p.conclude(p.judgeClaim(ctx, from))
	}
	return p.claimed
}

// conclude takes what was found out for the rest of the pass.
func (p *pass) conclude(found claim) {
	if p.claimed.kind == claimOthers {
		p.image = p.claimed.image
	}
	found.image = p.image
	if found.kind == claimOthers {
		p.image = found.why
	}
	p.claimed = found
}

// claimHolds is why nothing is taken off the image for the claim's sake: it is
// another's, or our own budget asks to look at it in a moment. Nil is for
// everything else: who could not be asked does not keep anybody on the image.
func (p *pass) claimHolds() *verdict {
	if p.claimed.kind == claimOthers || p.claimed.kind == claimUnknown && p.claimed.why.quiet {
		return p.claimed.why
	}
	return nil
}

// judgeClaim reads the claim, and writes it where it is to become ours.
func (p *pass) judgeClaim(ctx context.Context, from string) claim {
	image, err := p.lookAtImage(ctx)
	if err != nil {
		return p.unlookedClaim(err)
	}
	notes, now := p.reconciler.memory.claim(p.key), p.reconciler.Now()
	holder := holderOf(image)
	refused := notes.refusedLately(now)
	switch {
	case holder == p.reconciler.Owner:
		return claim{kind: claimSettled}
	case holder != from && holder != "", holder != "" && !notes.mayWrite(now, takeOverPause):
		return p.othersClaim(holder)
	case refused != nil && !p.asked():
		return p.impossible(holder, refused)
	case holder != "", notes.mayWrite(now, claimPause):
		return p.writeClaim(ctx, holder)
	case p.hadClaim():
		return claim{kind: claimFresh}
	}
	return p.impossible(holder, &verdict{class: fixCloud, reason: v1alpha1.ReasonNotVisible, message: "Alibaba Cloud was asked for it twice and does not show it"})
}

// writeClaim makes the image ours, as far as a later read shows it, unless that is
// wanted no more.
func (p *pass) writeClaim(ctx context.Context, holder string) claim {
	if !p.wantsClaim(ctx, holder) {
		return p.unknownClaim(behind())
	}
	restoring := holder == "" && p.hadClaim()
	err := p.session.TagImage(ctx, p.key.ref(), map[string]string{converge.TagOwner: p.reconciler.Owner})
	if e := cloud.AsError(err); err != nil && !e.MayHaveHappened() {
		return p.unwritten(holder, err)
	}
	p.reconciler.memory.noteClaim(p.key, func(n *claimNotes) {
		n.wrote, n.refused, n.leaving = p.reconciler.Now(), nil, time.Time{}
		n.writes++
	})
	image, unseen := p.lookAgain(cloud.WithUrgency(ctx, cloud.Finishing))
	if unseen != nil {
		return p.unlookedClaim(unseen)
	}
	switch found := holderOf(image); {
	case found == p.reconciler.Owner:
		return claim{kind: claimFresh, restored: restoring}
	case found != "":
		return p.othersClaim(found)
	case err != nil:
		return p.unwritten(holder, err)
	}
	return p.unknownClaim(verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: busyPace,
		message: "Alibaba Cloud does not show yet that this operator claims the image: nobody new is granted before it does"})
}

// unwritten is that the image was not made ours: for good, if the cloud has said
// no, in words that we know or do not know; else nobody knows yet.
func (p *pass) unwritten(holder string, err error) claim {
	switch e := cloud.AsError(err); e.Kind {
	case cloud.Unavailable, cloud.Throttled, cloud.Unauthenticated, cloud.Conflict:
	case cloud.Unknown:
		if e.Code != "" {
			return p.refusedClaim(holder, err)
		}
	case cloud.Denied, cloud.NotFound, cloud.Quota, cloud.Invalid, cloud.Exists, cloud.Untrusted, cloud.TooLong:
		return p.refusedClaim(holder, err)
	}
	return p.unknownClaim(verdictOf(err))
}

// known is whose an image is as far as that is known without asking.
func (c claim) known() share.Claim {
	switch c.kind {
	case claimSettled:
		return share.Ours
	case claimOthers:
		return share.Elsewhere
	case claimUnasked, claimFree, claimFresh, claimImpossible, claimUnknown:
	}
	return share.Unclaimed
}

// whose is whose the image is to a plan that writes something to it. Where a
// person has approved that it changes hands, it does.
func (p *pass) whose(ctx context.Context) share.Claim {
	return p.claim(ctx, p.takenFrom()).known()
}

// underClaim holds back of a plan what must wait until somebody knows whose the
// image is.
func (p *pass) underClaim(plan share.Plan) share.Plan {
	if p.claimed.kind != claimUnknown {
		return plan
	}
	if p.claimHolds() != nil {
		plan = plan.HoldRevokes(plan.Revoke)
	}
	if p.image == nil && !plan.Grant.Empty() {
		p.image = p.claimed.why
	}
	return plan.HoldGrants(plan.Grant)
}

// ungrantableImage is why the image cannot be shared by whoever may.
func (p *pass) ungrantableImage() *verdict {
	if p.claimed.kind == claimOthers {
		return p.claimed.image
	}
	return p.image
}

// claimAllows reports whether the claim lets resource shares be removed that
// nobody needs.
func (p *pass) claimAllows(ctx context.Context) bool {
	p.claim(ctx, nobody)
	return p.claimHolds() == nil
}

// unclaimable reports whether the image cannot be made ours, as far as anybody
// knows.
func (p *pass) unclaimable() bool {
	return p.claimed.kind == claimImpossible || p.claimed.kind == claimUnasked && p.unclaimed()
}
