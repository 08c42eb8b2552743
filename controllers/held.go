// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// maxHeld is the most that a held plan lists. What exceeds it is held as well,
// and listed once room is made.
const maxHeld = 1000

// heldBack is what one way does not do before somebody approves it, and what of
// it was approved and planned.
type heldBack struct {
	// known is true when there was something to plan from.
	known          bool
	held, approved []share.Change
	// stays is who is not taken off though the plan calls for it.
	stays share.Sharees
	// blocked is true where nobody can be granted for now.
	blocked bool
}

// sharees is whom the held changes would revoke, or grant.
func (h heldBack) sharees(revoke bool) share.Sharees { return share.Changed(h.held, revoke) }

// withhold is a plan without what somebody has to approve first. Whose the image
// is is found out only if anything is left to be written to it.
func (w *way) withhold(ctx context.Context, group []share.Declaration, plan share.Plan, seen share.Observed) share.Plan {
	approved := w.approved()
	seen.Claim = share.Ours
	cut, held := share.Review(group, plan, seen, w.limits(), approved)
	if !cut.Grant.Empty() || !cut.Revoke.Empty() {
		if seen.Claim = w.whose(ctx); seen.Claim != share.Ours {
			cut, held = share.Review(group, plan, seen, w.limits(), approved)
		}
	}
	cut = w.underClaim(cut)
	w.heldBack[w.targets] = heldBack{
		known: seen.Known, held: held, approved: plan.Part(approved),
		stays: plan.Revoke.Without(cut.Revoke), blocked: w.blocked(),
	}
	return cut
}

// limits are how much may be done about the image without approval.
func (p *pass) limits() share.Limits {
	if p.owner == nil {
		return share.Limits{}
	}
	l := p.owner.Spec.Limits
	return share.Limits{Revocations: int(l.RevocationsPerImage), Grants: int(l.GrantsPerImage)}
}

// approved are all changes that somebody has approved: those of the plans, as
// they stand in a status, whose hash is in an annotation of an ImageShare of the
// image or of its SharerAccount. An ImageShare approves something only while it is
// active and admitted: one that is refused, suspended, expired or deleted does
// not, nor one that only observes.
func (p *pass) approved() []share.Change {
	var out []share.Change
	for _, plan := range p.approvedPlans() {
		out = append(out, changesOf(plan)...)
	}
	return out
}

func (p *pass) approvedPlans() []v1alpha1.HeldPlan {
	var approvals []string
	if p.owner != nil {
		approvals = append(approvals, approvedBy(p.owner))
	}
	for _, m := range p.own() {
		if m.standing() == share.Active && !m.expired && !m.mystery {
			approvals = append(approvals, approvedBy(m.obj))
		}
	}
	var out []v1alpha1.HeldPlan
	for _, plan := range p.toldPlans() {
		if slices.ContainsFunc(approvals, func(one string) bool { return approves(one, plan.Hash) }) {
			out = append(out, plan)
		}
	}
	return out
}

// approvedBy is what an object approves: hashes, with commas between them.
func approvedBy(obj client.Object) string { return obj.GetAnnotations()[v1alpha1.ApprovedPlan] }

// approves reports whether a hash is among those that somebody approves.
func approves(approval, hash string) bool {
	return slices.ContainsFunc(strings.Split(approval, ","), func(one string) bool { return hash != "" && strings.TrimSpace(one) == hash })
}

// toldPlans are the held and the approved plans that stand in the statuses of
// the members, each once.
func (p *pass) toldPlans() []v1alpha1.HeldPlan {
	byHash := map[string]v1alpha1.HeldPlan{}
	for _, m := range p.own() {
		for _, plan := range append(slices.Clone(m.obj.Status.ApprovedPlans), m.obj.Status.HeldPlan) {
			if known, twice := byHash[plan.Hash]; plan.Hash != "" && (!twice || len(plan.Changes) > len(known.Changes)) {
				byHash[plan.Hash] = plan
			}
		}
	}
	out := make([]v1alpha1.HeldPlan, 0, len(byHash))
	for _, plan := range byHash {
		out = append(out, plan)
	}
	slices.SortFunc(out, func(a, b v1alpha1.HeldPlan) int {
		if !a.Since.Equal(&b.Since) {
			return a.Since.Compare(b.Since.Time)
		}
		return strings.Compare(a.Hash, b.Hash)
	})
	return out
}

// changesOf are the changes of a held plan.
func changesOf(plan v1alpha1.HeldPlan) []share.Change {
	out := make([]share.Change, 0, len(plan.Changes))
	for _, c := range plan.Changes {
		out = append(out, share.Change{Sharee: share.Sharee(c.Sharee), Revoke: c.Action == v1alpha1.HeldRevoke, Reason: share.HeldReason(c.Reason)})
	}
	return out
}

// planOf is a held plan with other changes.
func planOf(plan v1alpha1.HeldPlan, changes []share.Change) v1alpha1.HeldPlan {
	plan.Changes = nil
	for _, c := range changes {
		action := v1alpha1.HeldGrant
		if c.Revoke {
			action = v1alpha1.HeldRevoke
		}
		plan.Changes = append(plan.Changes, v1alpha1.HeldChange{Action: action, Sharee: v1alpha1.Sharee(c.Sharee), Reason: v1alpha1.HeldReason(c.Reason)})
	}
	return plan
}

// heldPlan makes the held plan of some changes. As long as they are part of one that
// stands in a status, they keep its name: whoever approves that approves these.
func (p *pass) heldPlan(held []share.Change) v1alpha1.HeldPlan {
	held = held[:min(len(held), maxHeld)]
	if len(held) == 0 {
		return v1alpha1.HeldPlan{}
	}
	from := ""
	if p.claimed.kind == claimOthers {
		from = p.claimed.holder
	}
	for _, m := range p.own() {
		told := m.obj.Status.HeldPlan
		if told.Hash != "" && told.From == from && share.Within(held, changesOf(told)) {
			return planOf(told, held)
		}
	}
	since := metav1.NewTime(p.started).Rfc3339Copy()
	of := strings.Join([]string{string(p.key.Account), p.key.Region, p.key.ID, from}, "/")
	return planOf(v1alpha1.HeldPlan{Hash: share.HashOf(of, since.Time, held), Since: since, From: from}, held)
}

// takenFrom is the operator that somebody has approved to take the image from.
func (p *pass) takenFrom() string {
	for _, plan := range p.approvedPlans() {
		if plan.From != "" {
			return plan.From
		}
	}
	return nobody
}

// plans are what is held of the image by now, and what of approved plans is not
// done yet. Where a way could not be planned, what stands in the statuses
// stands.
func (p *pass) plans(now outcomes) (held v1alpha1.HeldPlan, approved []v1alpha1.HeldPlan) {
	var changes []share.Change
	for _, targets := range []bool{false, true} {
		if back := p.heldBack[targets]; back.known {
			changes = append(changes, back.held...)
			if !back.blocked {
				continue
			}
		}
		for _, m := range p.own() {
			changes = append(changes, p.standing(targets, ofWay(changesOf(m.obj.Status.HeldPlan), targets))...)
		}
	}
	for _, plan := range p.approvedPlans() {
		rest := slices.DeleteFunc(changesOf(plan), func(c share.Change) bool { return p.finished(c, now) })
		if len(rest) > 0 {
			approved = append(approved, planOf(plan, rest))
		}
	}
	return p.heldPlan(share.Sorted(changes)), approved
}

// ofWay are the changes of one way.
func ofWay(changes []share.Change, targets bool) []share.Change {
	return slices.DeleteFunc(changes, func(c share.Change) bool { return isTarget(c.Sharee) != targets })
}

// finished reports whether nothing is left to do about an approved change: it
// was done, or is not called for any more.
func (p *pass) finished(c share.Change, now outcomes) bool {
	targets := isTarget(c.Sharee)
	back, outcome := p.heldBack[targets], now.accounts
	if targets {
		outcome = now.targets
	}
	if !back.known || outcome == nil {
		return false
	}
	if back.blocked && !c.Revoke && p.called(targets, c) {
		return false
	}
	planned := slices.Contains(back.approved, c)
	return !planned || outcome.Granted.Has(c.Sharee) && !c.Revoke || outcome.Revoked.Has(c.Sharee) && c.Revoke
}

// standing is what of some changes that stand in a status stands: where nobody
// can be granted for now, the grants that are still called for.
func (p *pass) standing(targets bool, changes []share.Change) []share.Change {
	if !p.heldBack[targets].known {
		return changes
	}
	return slices.DeleteFunc(changes, func(c share.Change) bool {
		return c.Revoke || !p.called(targets, c) || slices.Contains(p.approved(), c)
	})
}

// called reports whether the ImageShares call for a grant.
func (p *pass) called(targets bool, c share.Change) bool {
	return share.Combine((&way{pass: p, targets: targets}).group()).Grant.Has(c.Sharee)
}

// blocked reports whether nobody can be granted for now, whoever it is.
func (w *way) blocked() bool {
	return w.ungrantableImage() != nil || w.targets && (w.unseen != nil || !w.cipher.known)
}
