// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// theHolder stands for the operator that has the image.
const theHolder = "<holder>"

// why says why changes are held, and what to do instead of approving them.
var why = []struct {
	reason           share.HeldReason
	because, instead string
}{
	{share.HeldChangesHands, "though the image belongs to operator " + theHolder, "let the other one let go of it"},
	{share.HeldBeforeTakeover, "who had it before the operator came to the image, and whom nobody declares", "declare them"},
	{share.HeldNotAllowed, "whom the rules of the SharerAccount do not allow any more", "change the rules"},
	{share.HeldNobodyLeft, "after whom nobody would have it, since a declaration became empty", "declare whom it is to be shared with, or delete the ImageShare"},
	{share.HeldTooManyRevocations, "who are more at a time than limits.revocationsPerImage of the SharerAccount allows", "declare them again"},
	{share.HeldTooManyGrants, "who are more at a time than limits.grantsPerImage of the SharerAccount allows", "declare fewer"},
}

// heldMessage says what is held and why, and how to go on.
func (p *pass) heldMessage(m *member, plan v1alpha1.HeldPlan) string {
	var parts, instead []string
	changes := changesOf(plan)
	for _, w := range why {
		of := slices.DeleteFunc(slices.Clone(changes), func(c share.Change) bool { return c.Reason != w.reason })
		for _, verb := range []struct {
			revoke bool
			text   string
		}{{false, "sharing it with"}, {true, "taking it from"}} {
			if who := share.Changed(of, verb.revoke); !who.Empty() {
				parts = append(parts, fmt.Sprintf("%s %s, %s", verb.text, someOf(who.Strings(), mostHeld), strings.ReplaceAll(w.because, theHolder, fmt.Sprintf("%q", plan.From))))
			}
		}
		if len(of) > 0 {
			instead = append(instead, w.instead)
		}
	}
	on := fmt.Sprintf("imageshare %s -n %s", m.obj.Name, m.obj.Namespace)
	if m.standing() != share.Active && p.owner != nil {
		on = "shareraccount " + p.owner.Name
	}
	return fmt.Sprintf("Held until somebody approves it: %s. To go on, %s; or approve with kubectl annotate %s --overwrite %s=%s",
		strings.Join(parts, "; and "), strings.Join(instead, ", or "), on, v1alpha1.ApprovedPlan, plan.Hash)
}

// mostHeld is how many sharees a message names of those that one thing is held
// for. The status lists them all.
const mostHeld = 10

// isHeld reports whether a change of a sharee waits for approval.
func (p *pass) isHeld(id share.Sharee, revoke bool) bool {
	return p.heldBack[isTarget(id)].sharees(revoke).Has(id)
}

// waitsForApproval judges a sharee of whom a change is held.
func waitsForApproval() *verdict {
	return &verdict{class: fixSpec, reason: v1alpha1.ReasonPlanHeld, message: "Waits for an approval: see the condition " + v1alpha1.ConditionPlanHeld}
}

// heldVerdict judges an ImageShare of which something waits for approval.
func (p *pass) heldVerdict(m *member) verdict {
	v := *waitsForApproval()
	v.message = p.heldMessage(m, p.told.held)
	return v
}

// tellHeld writes into a status what waits for approval, and what is approved
// and not done yet.
func (p *pass) tellHeld(into *v1alpha1.ImageShare, m *member, now outcomes) {
	if p.told == nil {
		p.told = &toldPlans{}
		p.told.held, p.told.approved = p.plans(now)
	}
	into.Status.HeldPlan, into.Status.ApprovedPlans = p.told.held, p.told.approved
	conditions := &into.Status.Conditions
	if p.told.held.Hash == "" {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionPlanHeld)
		return
	}
	setCondition(conditions, into.Generation, v1alpha1.ConditionPlanHeld, metav1.ConditionTrue, v1alpha1.ReasonPlanHeld, p.heldMessage(m, p.told.held))
}

// toldPlans are what is told of all ImageShares of the image in a pass.
type toldPlans struct {
	held     v1alpha1.HeldPlan
	approved []v1alpha1.HeldPlan
}

// tellDifference says that ImageShares of the image disagree on what becomes of
// undeclared sharees, while they do.
func (p *pass) tellDifference(into *v1alpha1.ImageShare) {
	var keep, exact []string
	for id, m := range p.members {
		switch {
		case m.expired || m.standing() != share.Active && m.standing() != share.Idle:
		case m.exact():
			exact = append(exact, id)
		default:
			keep = append(keep, id)
		}
	}
	conditions := &into.Status.Conditions
	if len(keep) == 0 || len(exact) == 0 {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionSettingsDiffer)
		return
	}
	slices.Sort(keep)
	slices.Sort(exact)
	setCondition(conditions, into.Generation, v1alpha1.ConditionSettingsDiffer, metav1.ConditionTrue, v1alpha1.ReasonKeepWins, fmt.Sprintf(
		"undeclaredSharees is Keep in %s and Revoke in %s: the image keeps whom nobody declares", some(keep), some(exact)))
}
