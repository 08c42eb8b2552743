// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// wasGood reports whether nothing was wrong with the role when it was last
// looked at, nor with looking at it.
func (p *rolePass) wasGood() bool {
	told := meta.FindStatusCondition(p.found.Status.Conditions, v1alpha1.ConditionRoleReady)
	return told == nil || told.Status == metav1.ConditionTrue
}

// bearable reports whether trouble with a look at a role that was as it should
// be is not worth telling yet: clouds have their moments. Whoever has just
// edited the SharerAccount, or asks for a look, is told at once.
func (p *rolePass) bearable(v verdict) bool {
	passing := v.class == retry || v.class == slowDown
	wrote := p.outcome != nil && p.outcome.Wrote
	recent := p.reconciler.Now().Sub(p.notes.good) < p.reconciler.Interval+lateLook
	awaited := p.asked || p.sharer.Status.ObservedGeneration != p.sharer.Generation
	return passing && !wrote && recent && !awaited && isTrue(p.sharer.Status.Conditions, v1alpha1.ConditionRoleReady)
}

// tellUnseen says that nobody could look at the role.
func (p *rolePass) tellUnseen(v verdict) {
	if meta.FindStatusCondition(p.found.Status.Conditions, v1alpha1.ConditionRoleReady) != nil {
		setCondition(&p.found.Status.Conditions, p.found.Generation, v1alpha1.ConditionRoleReady, metav1.ConditionUnknown, v.reason, v.message)
	}
}

// judge says what a run came to.
func (p *rolePass) judge() verdict {
	o, role := p.outcome, p.sharer.Spec.RoleName
	switch {
	case o.Again:
		return verdict{class: waiting, reason: v1alpha1.ReasonWaiting, after: againPace, message: "The encryption role is being made ready"}
	case o.Err != nil:
		return judgeRoleError(o.Err)
	case !p.contested.Empty():
		return verdict{class: fixCloud, reason: v1alpha1.ReasonRoleContended, message: fmt.Sprintf(
			"Somebody else keeps rewriting the trust policy of role %s, which no longer trusts %s. Find out who calls UpdateRole (ActionTrail tells), and leave the role out of that tool; the operator puts them back every %s",
			role, some(p.contested.Strings()), contendedPace)}
	case !o.NoRoom.Empty():
		return p.full()
	case !o.NoSlot.Empty():
		return verdict{class: fixCloud, reason: v1alpha1.ReasonKeyPoliciesFull, message: fmt.Sprintf(
			"No further policy can be attached to role %s, and it has to get at %s: detach policies that nobody needs from the role, or set keyAccess to AliyunKMSFullAccess",
			role, some(o.NoSlot.Strings()))}
	}
	if denied := p.denied(); !denied.Empty() {
		return verdict{class: fixCloud, reason: v1alpha1.ReasonRoleRefused, message: fmt.Sprintf(
			"The trust policy of role %s has a Deny statement that keeps %s out: take it out in the RAM console", role, some(denied.Strings()))}
	}
	if left := p.waiting(); !left.Empty() {
		return verdict{class: waiting, reason: v1alpha1.ReasonWaiting, after: busyPace, message: fmt.Sprintf(
			"The trust policy of role %s was written, and does not show %s yet", role, some(left.Strings()))}
	}
	if left := share.CombineNeeds(p.needs).Keys.Without(roleLedgerOf(p.found).Usable()); !left.Empty() {
		return verdict{class: waiting, reason: v1alpha1.ReasonWaiting, after: busyPace, message: fmt.Sprintf(
			"The key policies of role %s were written, and do not show %s yet", role, some(left.Strings()))}
	}
	return verdict{class: done}
}

// waiting is whom ImageShares want trusted and the role does not trust.
func (p *rolePass) waiting() share.Principals {
	return share.CombineNeeds(p.needs).Trust.Without(roleLedgerOf(p.found).Trusted())
}

// denied is whom the role trusts in one statement and refuses in another.
func (p *rolePass) denied() share.Principals {
	return roleLedgerOf(p.found).Trusted().Filter(p.seen.Trust.Denies)
}

// full says that the trust policy has no room, and who takes it.
func (p *rolePass) full() verdict {
	if p.outcome.Refused == 0 {
		return verdict{class: fixCloud, reason: v1alpha1.ReasonTrustPolicyFull, message: fmt.Sprintf(
			"ImageShares declare more sharees of encrypted images than the trust policy of any role has room for: %s are left out. "+
				"Share with a folder of the resource directory instead of its accounts, or with fewer accounts", some(p.outcome.NoRoom.Strings()))}
	}
	trust := p.seen.Trust
	own := roleLedgerOf(p.found).Own().And(trust.Principals())
	others := trust.Without(own).Size()
	return verdict{class: fixCloud, reason: v1alpha1.ReasonTrustPolicyFull, message: fmt.Sprintf(
		"The trust policy of role %s has %d characters, and the cloud refused one of %d: there is no room for %s. %d sharees of ImageShares take %d of them, statements of others %d. "+
			"Share with a folder of the resource directory instead of its accounts, or with fewer accounts. Nobody who is trusted loses anything",
		p.sharer.Spec.RoleName, trust.Size(), p.outcome.Refused, some(p.outcome.NoRoom.Strings()), own.Len(), max(trust.Size()-others, 0), others)}
}

// claimed says that another operator writes to the role. What of ours has gone
// from it is no longer anything to us; when that is all, nobody has to know.
func (p *rolePass) claimed(left share.RoleLedger) verdict {
	setRoleLedger(p.found, left)
	if left.Empty() && share.CombineNeeds(p.needs).Nothing() {
		return verdict{class: done}
	}
	return verdict{class: fixCloud, reason: v1alpha1.ReasonRoleClaimed, message: fmt.Sprintf(
		"Role %s is claimed by another operator (%s), and this one (%s) leaves it alone: share images of account %s from one cluster only, or take the tag %s off the role once the other is gone",
		p.sharer.Spec.RoleName, p.seen.ClaimedBy, p.reconciler.Owner, p.account(), converge.TagOwner)}
}

// judgeRoleError judges trouble with the role. What of it is about keys and
// policies has reasons of its own.
func judgeRoleError(err error) verdict {
	v := verdictOf(err)
	e := cloud.AsError(err)
	switch {
	case e.Kind == cloud.Exists && e.Subject == cloud.AboutPolicy && e.Code == "":
		v.class, v.reason = fixCloud, v1alpha1.ReasonPolicyNameTaken
	case e.Kind == cloud.NotFound:
		// It was there a moment ago.
		v.class, v.reason = waiting, v1alpha1.ReasonBusy
	}
	return v
}

// tell writes into the status what is known of the role.
func (p *rolePass) tell(v verdict) {
	conditions, generation := &p.found.Status.Conditions, p.found.Generation
	p.tellRole()
	if role := p.found.Status.Role; role == nil || roleLedgerOf(p.found).OnlyLeaving() && v.class == done {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionRoleReady)
	} else if v.class == done {
		setCondition(conditions, generation, v1alpha1.ConditionRoleReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded,
			fmt.Sprintf("The role trusts everyone whom ImageShares share encrypted images with (%d)", *role.Trusted))
	} else {
		status := metav1.ConditionFalse
		if v.blind {
			status = metav1.ConditionUnknown
		}
		setCondition(conditions, generation, v1alpha1.ConditionRoleReady, status, v.reason, v.message)
	}
	p.tellKeys()
}

// tellRole writes what was read of the role.
func (p *rolePass) tellRole() {
	p.pruneKeys()
	role := p.found.Status.Role
	ledger := roleLedgerOf(p.found)
	claims := p.claims()
	if p.seen.Known {
		claims = p.seen.ClaimedBy == p.reconciler.Owner
	}
	if role == nil || ledger.Empty() && !claims && len(role.Keys) == 0 {
		p.found.Status.Role = nil
		return
	}
	if ledger.Empty() && !claims {
		p.found.Status.Role = &v1alpha1.RoleStatus{Keys: role.Keys}
		return
	}
	tellReasons(role, p.needs)
	role.Trusted = new(size(ledger.Trusted().Len()))
	if p.seen.Known {
		p.tellSeen(role)
	}
}

// tellSeen writes what the role was read to be.
func (p *rolePass) tellSeen(role *v1alpha1.RoleStatus) {
	role.ARN, role.Origin, role.TrustPolicySize, role.KeyPolicySizes = p.seen.ARN, "", nil, nil
	if !p.seen.Exists {
		return
	}
	role.Origin = v1alpha1.RoleAdopted
	if p.seen.Made {
		role.Origin = v1alpha1.RoleCreated
	}
	role.TrustPolicySize = new(size(p.seen.Trust.Size()))
	role.TrustPolicyRefused = size(p.notes.refused)
	for _, policy := range p.seen.Policies {
		if policy.Name != "" {
			role.KeyPolicySizes = append(role.KeyPolicySizes, size(share.NewKeyPolicy(p.account(), policy.Keys).Size()))
		}
	}
}

// pruneKeys drops the keys that nobody needs and the role does not have.
func (p *rolePass) pruneKeys() {
	if p.found.Status.Role == nil {
		return
	}
	concerned := keysConcerned(p.needs)
	kept := maps.Clone(p.found.Status.Role.Keys)
	maps.DeleteFunc(kept, func(id string, entry v1alpha1.KeyEntry) bool {
		return entry.Stage == "" && !concerned.Has(share.KeyID(id))
	})
	p.found.Status.Role.Keys = orNone(kept)
}

// size is a number of characters as it stands in a status.
func size(characters int) int32 {
	return int32(min(characters, 1<<30)) //nolint:gosec // It is bounded on the line itself.
}

// tellKeys sets the condition KeysUnhealthy.
func (p *rolePass) tellKeys() {
	var bad []string
	if role := p.found.Status.Role; role != nil {
		for id := range keysConcerned(p.needs).All() {
			if state := role.Keys[string(id)].State; !usable(state) {
				bad = append(bad, fmt.Sprintf("%s (%s)", id, state))
			}
		}
	}
	if len(bad) == 0 && len(p.mute) > 0 {
		setCondition(&p.found.Status.Conditions, p.found.Generation, v1alpha1.ConditionKeysUnhealthy, metav1.ConditionUnknown, v1alpha1.ReasonCloudUnavailable,
			fmt.Sprintf("KMS of %s does not answer, so nobody knows how the keys there are: check endpoints.kms and the network. Images are shared all the same", some(p.mute)))
		return
	}
	if len(bad) == 0 {
		meta.RemoveStatusCondition(&p.found.Status.Conditions, v1alpha1.ConditionKeysUnhealthy)
		return
	}
	setCondition(&p.found.Status.Conditions, p.found.Generation, v1alpha1.ConditionKeysUnhealthy, metav1.ConditionTrue, v1alpha1.ReasonKeysUnhealthy,
		fmt.Sprintf("Images are encrypted with keys that cannot be used, and cannot be launched by their sharees: %s", some(bad)))
}
