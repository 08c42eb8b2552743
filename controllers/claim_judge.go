// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
)

// othersClaim is that another operator holds the image.
func (p *pass) othersClaim(holder string) claim {
	return claim{kind: claimOthers, holder: holder, why: &verdict{class: fixCloud, reason: v1alpha1.ReasonImageClaimed, message: p.claimedMessage(holder)}}
}

// claimedMessage says who holds the image, and what to do.
func (p *pass) claimedMessage(holder string) string {
	return fmt.Sprintf("Operator %q shares image %s, as the tag %s on it says, and this operator (%q) writes nothing there. Where the condition %s tells what "+
		"waits for that, approve that it changes hands; or let the other one go: it takes its tag off with its last ImageShare; if it is gone for good, take the tag off by hand. Or delete this ImageShare, under "+
		"deletionPolicy Retain if it has shared anything. If both are one, start it with the same --owner-id",
		holder, p.key.ref(), converge.TagOwner, p.reconciler.Owner, v1alpha1.ConditionPlanHeld)
}

// unlookedClaim is that nobody could look at the image. One that was another's
// stays so until somebody has looked.
func (p *pass) unlookedClaim(err error) claim {
	if holder := p.lastHolder(); holder != "" && holder != p.reconciler.Owner {
		return p.othersClaim(holder)
	}
	return claim{kind: claimUnknown, why: p.unlooked(err)}
}

// lastHolder is who held the image when it was last looked at, as far as anybody
// knows.
func (p *pass) lastHolder() string {
	if notes := p.reconciler.memory.claim(p.key); notes.read {
		return notes.holder
	}
	for _, m := range p.members {
		if m.obj.Status.ClaimedBy != "" {
			return m.obj.Status.ClaimedBy
		}
	}
	return ""
}

// unknownClaim is that nobody knows what became of a write.
func (p *pass) unknownClaim(v verdict) claim {
	v.blind = true
	return claim{kind: claimUnknown, why: &v}
}

// refusedClaim is that the cloud has refused to make the image ours, which is
// not tried again for some minutes.
func (p *pass) refusedClaim(holder string, err error) claim {
	v := verdictOf(err)
	v.class = fixCloud
	switch cloud.KindOf(err) {
	case cloud.Quota:
		v.reason = v1alpha1.ReasonTooManyTags
	case cloud.Denied:
	default:
		v.reason = v1alpha1.ReasonRefused
	}
	p.reconciler.memory.noteClaim(p.key, func(n *claimNotes) { n.refused, n.at = &v, p.reconciler.Now() })
	return p.impossible(holder, &v)
}

// impossible is that the image cannot be made ours. One that is another's stays
// so.
func (p *pass) impossible(holder string, v *verdict) claim {
	if holder != "" {
		return p.othersClaim(holder)
	}
	return claim{kind: claimImpossible, why: v}
}

// tellClaim tells of the claim. What nobody has looked at stays as it is.
func (p *pass) tellClaim(into *v1alpha1.ImageShare) {
	conditions := &into.Status.Conditions
	switch p.claimed.kind {
	case claimUnasked, claimUnknown:
		return
	case claimSettled, claimFresh:
		into.Status.ClaimedBy = p.reconciler.Owner
	case claimOthers:
		into.Status.ClaimedBy = p.claimed.holder
	case claimFree:
		into.Status.ClaimedBy = ""
	case claimImpossible:
		into.Status.ClaimedBy = ""
		setCondition(conditions, into.Generation, v1alpha1.ConditionUnclaimed, metav1.ConditionTrue, p.claimed.why.reason, fmt.Sprintf(
			"The image cannot be given the tag %s, by which other operators know that this one shares it: %s. "+
				"Until it has the tag, nobody is taken off the image but whom the operator has shared it with", converge.TagOwner, p.claimed.why.message))
		return
	}
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionUnclaimed)
}

// claimNotices are what is worth telling of the claim: that it was put back, or
// has become impossible.
func (p *pass) claimNotices(before, now *v1alpha1.ImageShare) []notice {
	var out []notice
	if p.claimed.restored {
		out = append(out, notice{corev1.EventTypeWarning, eventClaimRestored, "Claim", fmt.Sprintf(
			"Somebody had taken the tag %s off image %s: put back. Leave it there, or other operators may share the image too", converge.TagOwner, p.key.ref())})
	}
	told := meta.FindStatusCondition(now.Status.Conditions, v1alpha1.ConditionUnclaimed)
	if told != nil && !isTrue(before.Status.Conditions, v1alpha1.ConditionUnclaimed) {
		out = append(out, notice{corev1.EventTypeWarning, v1alpha1.ConditionUnclaimed, "Claim", told.Message})
	}
	return out
}
