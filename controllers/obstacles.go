// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// obstacle is why a declared account is not on the image.
func (p *pass) obstacle(m *member, id share.Sharee, known bool, outcome *converge.Outcome) verdict {
	trouble, hindered := outcome.Trouble[id], p.hindered(m)
	switch {
	case share.AccountID(id) == p.key.Account:
		return verdict{class: fixSpec, reason: v1alpha1.ReasonOwnAccount,
			message: "This is the account that owns the image, and an image cannot be shared with its own account: leave it out"}
	case hindered != nil:
		return *hindered
	case p.barred(m).Has(id):
		return see(p.undecryptable(m), v1alpha1.ConditionRoleReady)
	case p.isHeld(id, false):
		return *waitsForApproval()
	case p.crowd.without.Has(id):
		return p.placeless()
	case trouble != nil:
		return verdictOf(trouble)
	case outcome.Err != nil:
		return verdictOf(outcome.Err)
	case outcome.Sent.Has(id) && known:
		return notVisible(m, id)
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonProgressing, after: againPace, message: "Not granted yet"}
}

// hindered is what keeps anything from being granted on account of a member, or
// nil.
func (p *pass) hindered(m *member) *verdict {
	var v verdict
	switch {
	case m.problem != nil:
		v = see(m.problem, v1alpha1.ConditionReady)
	case m.suspended():
		v = verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: "Not granted while the ImageShare is suspended"}
	case p.unseen != nil:
		v = see(p.unseen, v1alpha1.ConditionReady)
	case p.image != nil:
		v = see(p.image, v1alpha1.ConditionImageShareable)
	case m.observing():
		v = verdict{class: resting, reason: v1alpha1.ReasonObserving, message: "Would be granted: the mode is Observe"}
		if why := p.undecryptable(m); final(why) {
			v = *why
		}
	default:
		return nil
	}
	return &v
}

// see is a verdict of which a condition tells the whole.
func see(v *verdict, condition string) verdict {
	out := *v
	out.message = "See the condition " + condition
	return out
}

// notVisible judges an account that the cloud accepted and does not list.
func notVisible(m *member, id share.Sharee) verdict {
	return toldBefore(m, id, verdict{class: waiting, reason: v1alpha1.ReasonNotVisible, after: busyPace,
		message: "The cloud accepted the account but does not list it: check that the credentials may ecs:DescribeImageSharePermission"})
}

// toldBefore judges what the cloud's list does not show as it should: at first
// the list may be late, later somebody has to see to it.
func toldBefore(m *member, id share.Sharee, v verdict) verdict {
	for _, before := range m.obj.Status.NotShared {
		if before.Sharee == v1alpha1.Sharee(id) && before.Reason == v.reason {
			v.class = fixCloud
		}
	}
	return v
}

// stays is what keeps a sharee in the ledger who should go, such as that nobody
// could look; nil if nothing is known to.
func (p *pass) stays(id share.Sharee, outcome *converge.Outcome, unseen *verdict) *verdict {
	switch trouble, held := outcome.Trouble[id], p.claimHolds(); {
	case held != nil:
		return held
	case p.isHeld(id, true):
		return waitsForApproval()
	case trouble != nil:
		return new(verdictOf(trouble))
	case outcome.Err != nil:
		return new(verdictOf(outcome.Err))
	case unseen != nil:
		return unseen
	case p.org.bridged.Has(id):
		return new(p.keptMeanwhile())
	}
	return p.waitsForClaim(id)
}

// revokeObstacle is why an account that should go is still in the ledger.
func (p *pass) revokeObstacle(m *member, id share.Sharee, outcome *converge.Outcome) verdict {
	if v := p.stays(id, outcome, nil); v != nil {
		return *v
	}
	if outcome.Seen.Known && outcome.Seen.Sharees.Has(id) {
		return toldBefore(m, id, verdict{class: waiting, reason: v1alpha1.ReasonStillListed, after: busyPace,
			message: "The cloud accepted the removal but still lists the account: look at the image in the ECS console. A resource share may reach it too"})
	}
	return verdict{class: waiting, reason: v1alpha1.ReasonRevoking, after: busyPace, message: "Access is being taken away"}
}

// waitsForClaim is that a sharee whom the operator has not granted stays until
// a later look shows the claim that was made in this one, or until somebody can
// look at the claim.
func (p *pass) waitsForClaim(id share.Sharee) *verdict {
	if p.claimed.kind != claimFresh && p.claimed.kind != claimUnknown {
		return nil
	}
	for _, m := range p.members {
		if m.ledger().Granted().Has(id) {
			return nil
		}
	}
	if p.claimed.kind == claimUnknown {
		return p.claimed.why
	}
	return &verdict{class: waiting, reason: v1alpha1.ReasonRevoking, after: againPace,
		message: "The image was claimed a moment ago: whom the operator has found on it is taken off once a later look shows the claim"}
}
