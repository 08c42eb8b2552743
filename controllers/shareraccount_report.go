// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// The reasons of events about the encryption role.
const (
	eventTrusted     = "Trusted"
	eventUntrusted   = "Untrusted"
	eventRoleCreated = "RoleCreated"
	eventRoleDeleted = "RoleDeleted"
)

// report writes what was found, tells what is new, and says when to look
// again.
func (r *SharerAccountReconciler) report(ctx context.Context, p *rolePass, v verdict, err error) (ctrl.Result, error) {
	due := p.nextLook(consequenceOf(v, r.Interval).after, v)
	v = p.orHeld(v)
	if p.outcome != nil && cloud.KindOf(p.outcome.Err) == cloud.Unauthenticated {
		r.Accounts.Doubt(p.sharer.UID)
	}
	switch {
	case err != nil:
		return ctrl.Result{}, err
	case v.quiet && (p.outcome == nil || !p.outcome.Wrote):
		return result(v.after, false), nil
	}
	c := consequenceOf(v, r.Interval)
	if err := r.tell(ctx, p, v, c); err != nil {
		return changed(client.IgnoreNotFound(err))
	}
	if v.class == retry {
		return ctrl.Result{}, fmt.Errorf("%s: %s: %s", p.found.Name, v.reason, v.message)
	}
	return p.again(min(orDefault(due, c.after), c.after), c.routine), nil
}

// nextLook is when to look again: at the latest when the role is due, since the
// look before may have been for something else, or a region whose KMS did not
// answer is to be asked again.
func (p *rolePass) nextLook(after time.Duration, v verdict) time.Duration {
	if v.class != done {
		return after
	}
	if due := p.notes.looked.Add(p.reconciler.Interval).Sub(p.reconciler.Now()); (p.claims() || !roleLedgerOf(p.found).Empty()) && due > 0 {
		after = min(after, due)
	}
	if p.unlooked {
		after = min(after, silence)
	}
	if again := p.aloneIn(); again > 0 && roleLedgerOf(p.found).AnyLeaving() {
		after = min(after, again)
	}
	return after
}

// tell writes the status and then the events that rest on it.
func (r *SharerAccountReconciler) tell(ctx context.Context, p *rolePass, v verdict, c consequence) error {
	before, found := p.sharer, p.found
	r.Observer.Looked(kindSharer, results[v.class])
	found.Status.ObservedGeneration = found.Generation
	found.Status.LastHandledReconcileAt = requested(found)
	tellReady(&found.Status.Conditions, found.Generation, v, c)
	notices := p.notices()
	if told, worth := transition(before.Status.Conditions, v); worth {
		notices = append(notices, told)
	}
	if root := v1alpha1.ConditionRootCredentials; isTrue(found.Status.Conditions, root) && !isTrue(before.Status.Conditions, root) {
		notices = append(notices, notice{corev1.EventTypeWarning, v1alpha1.ReasonRootCredentials, "Verify", meta.FindStatusCondition(found.Status.Conditions, root).Message})
	}
	if !equality.Semantic.DeepEqual(before.Status, found.Status) {
		ctx, cancel := unhurried(ctx)
		defer cancel()
		if err := r.Client.Status().Patch(ctx, found, unlessChanged(before)); err != nil {
			return err
		}
	}
	for _, n := range notices {
		r.Events.Eventf(found, nil, n.kind, n.reason, n.action, "%s", clip(n.note))
	}
	return nil
}

// tellRoot warns of credentials that may do anything: those of the account
// itself, and not of a RAM user or role (GetCallerIdentity, Arn).
func tellRoot(status *v1alpha1.SharerAccountStatus, generation int64) {
	if !strings.HasSuffix(status.Identity, ":root") {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionRootCredentials)
		return
	}
	setCondition(&status.Conditions, generation, v1alpha1.ConditionRootCredentials, metav1.ConditionTrue, v1alpha1.ReasonRootCredentials,
		"The credentials are those of the account itself, which may do anything: make a RAM user that may do no more than the operator needs, and put in its credentials")
}

// notices are what is worth telling of the encryption role.
func (p *rolePass) notices() []notice {
	if p.outcome == nil {
		return nil
	}
	var out []notice
	say := func(holds bool, reason, note string) {
		if holds {
			out = append(out, notice{corev1.EventTypeNormal, reason, "ReconcileRole", note})
		}
	}
	role, o := p.sharer.Spec.RoleName, p.outcome
	say(o.Made, eventRoleCreated, fmt.Sprintf("Created the encryption role %s", role))
	restored := o.Trusted.And(p.plan.Vanished)
	say(!restored.Empty(), eventRestored, fmt.Sprintf("Somebody had taken %s out of the trust policy of the encryption role: trusted again", restored))
	fresh := o.Trusted.Without(restored)
	say(!fresh.Empty(), eventTrusted, fmt.Sprintf("The encryption role trusts %s", fresh))
	say(!o.Untrusted.Empty(), eventUntrusted, fmt.Sprintf("The encryption role no longer trusts %s, whom no ImageShare needs it for", o.Untrusted))
	say(o.Deleted, eventRoleDeleted, fmt.Sprintf("Deleted the encryption role %s, which nobody needs", role))
	return out
}

// changed turns a write that came second into another look.
func changed(err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) {
		return result(againPace, false), nil
	}
	return ctrl.Result{}, err
}
