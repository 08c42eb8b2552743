// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// deletionWait is why a deleted ImageShare takes nothing away for now.
type deletionWait struct {
	since   time.Time
	message string
}

// gated reports whether the gate has a say in an ImageShare: it was deleted, has
// something on the image, and would have that taken away for no other reason.
func (m *member) gated() bool {
	return m.deleting() && !m.stays() && m.revocable && !m.expired && !m.ledger().Own().Empty()
}

// ask asks the gate whether a deleted ImageShare may take away what it has.
func (p *pass) ask(m *member) {
	if !m.gated() {
		return
	}
	since, until := p.reconciler.Accounts.deletions.ask(p.owner, m.obj)
	if until.IsZero() {
		return
	}
	m.held = &deletionWait{since: since, message: fmt.Sprintf(
		"Deleted with too many others: held until %s, and nothing is taken away before. To let it go now, approve that on SharerAccount %q, whose condition %s says how; to keep the access, set deletionPolicy to Retain here",
		until.UTC().Format(time.RFC3339), p.owner.Name, v1alpha1.ConditionDeletionsHeld)}
}

// verdict judges an ImageShare that waits.
func (w *deletionWait) verdict() *verdict {
	return &verdict{class: fixSpec, reason: v1alpha1.ReasonDeletionHeld, message: w.message}
}

// tellDeletion marks a status with the hold that its ImageShare is in. That is
// how the loop of the SharerAccount comes to hear of it, and how the ImageShare
// is known for one of these by another process.
func tellDeletion(into *v1alpha1.ImageShare, m *member) {
	if m.held != nil {
		into.Status.DeletionHeldSince = &metav1.Time{Time: m.held.since}
	}
}

// deleted are the ImageShares that the gate has a say in.
func (p *rolePass) deleted() []*v1alpha1.ImageShare {
	var out []*v1alpha1.ImageShare
	for i := range p.shares {
		obj := &p.shares[i]
		m := &member{obj: obj, account: p.account(), expired: expired(obj, p.reconciler.Now())}
		m.guest = accountOf(obj, p.sharers[obj.Spec.SharerRef.Name]) != m.account
		m.revocable = m.guest || m.foreign().Empty()
		if m.gated() && !letGo(obj) {
			out = append(out, obj)
		}
	}
	return out
}

// lookAtDeletions has the gate reviewed, and tells what is held.
func (p *rolePass) lookAtDeletions(ctx context.Context) {
	if elder(p.sharers, p.sharer) != nil {
		return
	}
	held, going := p.reconciler.Accounts.deletions.review(p.sharer, p.deleted())
	status, before := &p.found.Status, p.sharer.Status.HeldDeletions
	status.HeldDeletions, status.ReleasedDeletions = held, nil
	if !going.IsZero() {
		status.ReleasedDeletions = &metav1.Time{Time: going}
	}
	if before.Hash != "" && !before.Since.Equal(&held.Since) {
		log.FromContext(ctx).Info("Deletions are held no longer", "sharer", p.account(), "imageShares", before.Count, "hash", before.Hash)
	}
	if held.Hash != "" && held.Hash != before.Hash {
		log.FromContext(ctx).Info("Deletions are held", "sharer", p.account(), "imageShares", held.Count, "hash", held.Hash, "until", held.Until.UTC().Format(time.RFC3339))
	}
	if held.Hash == "" {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionDeletionsHeld)
		return
	}
	_, window := deletionLimits(p.sharer)
	are := "are"
	if held.Count == 1 {
		are = "is"
	}
	p.held = &verdict{class: fixSpec, reason: v1alpha1.ReasonDeletionsHeld, message: fmt.Sprintf(
		"More ImageShares than the limit of %d were deleted within %s, so that %d %s held until %s, and nothing is taken away for them before. "+
			"To let them go now, kubectl annotate sharer %s --overwrite %s=%s. To keep the access, set deletionPolicy to Retain on them: "+
			`kubectl patch imageshare NAME -n NAMESPACE --type=merge -p '{"spec":{"deletionPolicy":"Retain"}}'. They are listed in status.heldDeletions`,
		held.Limit, window, held.Count, are, held.Until.UTC().Format(time.RFC3339), p.sharer.Name, v1alpha1.ApprovedPlan, held.Hash)}
	setCondition(&status.Conditions, p.found.Generation, v1alpha1.ConditionDeletionsHeld, metav1.ConditionTrue, p.held.reason, p.held.message)
}

// orHeld is a verdict on the account, or that deletions are held, where nothing
// weighs more.
func (p *rolePass) orHeld(v verdict) verdict {
	if p.held != nil && (v.class == done || v.quiet || v.reason == v1alpha1.ReasonInUse) {
		return *p.held
	}
	return v
}

// again asks for another look, at the end of a countdown at the latest. That the
// hold is over wakes the images.
func (p *rolePass) again(after time.Duration, routine bool) ctrl.Result {
	held := p.found.Status.HeldDeletions
	if until := held.Until.Sub(p.reconciler.Now()); held.Hash != "" && until < after {
		return result(max(until, againPace), false)
	}
	return result(after, routine)
}
