// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// SharerAccountReconciler is the loop of sharer accounts.
type SharerAccountReconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server.
	Live client.Reader
	// Accounts hands out sessions.
	Accounts *Accounts
	// Events tells people what happened.
	Events events.EventRecorder
	// Interval is the time between two routine looks at an account.
	Interval time.Duration
}

// Reconcile finds out whether an account can be spoken for, and lets a deleted
// one go when nothing is left to take away in it.
func (r *SharerAccountReconciler) Reconcile(ctx context.Context, sharer *v1alpha1.SharerAccount) (ctrl.Result, error) {
	if !sharer.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, sharer)
	}
	if err := r.hold(ctx, sharer); err != nil {
		return changed(err)
	}
	found := sharer.DeepCopy()
	v, err := r.judge(ctx, found)
	if err != nil {
		return ctrl.Result{}, err
	}
	return r.report(ctx, sharer, found, v)
}

// hold puts the finalizer on, so that the credentials are there for as long as
// there is access to take away.
func (r *SharerAccountReconciler) hold(ctx context.Context, sharer *v1alpha1.SharerAccount) error {
	if controllerutil.ContainsFinalizer(sharer, v1alpha1.Finalizer) {
		return nil
	}
	before := sharer.DeepCopy()
	controllerutil.AddFinalizer(sharer, v1alpha1.Finalizer)
	return r.Client.Patch(ctx, sharer, unlessChanged(before))
}

// judge finds out how the account stands, and fills in what it found.
func (r *SharerAccountReconciler) judge(ctx context.Context, into *v1alpha1.SharerAccount) (verdict, error) {
	var shares v1alpha1.ImageShareList
	if err := r.Client.List(ctx, &shares, client.MatchingFields{indexBySharer: into.Name}); err != nil {
		return verdict{}, fmt.Errorf("list the ImageShares of SharerAccount %s: %w", into.Name, err)
	}
	into.Status.ImageShares = new(int32(min(len(shares.Items), 1<<30)))
	all, err := sharers(ctx, r.Client)
	if err != nil {
		return verdict{}, fmt.Errorf("list SharerAccounts: %w", err)
	}
	into.Status.Identity = ""
	if first := elder(all, into); first != nil {
		return verdict{class: fixSpec, reason: v1alpha1.ReasonDuplicateAccount, message: fmt.Sprintf(
			"The older SharerAccount %q has the same account ID, so this one does nothing: delete it, or that one", first.Name)}, nil
	}
	identity, problem := r.Accounts.Verify(ctx, into)
	switch {
	case problem != nil:
		return *problem, nil
	case into.Spec.Suspend:
		into.Status.Identity = identity.ARN
		return verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: "Suspended: nothing is written to the cloud in this account"}, nil
	}
	into.Status.Identity = identity.ARN
	return verdict{class: done, reason: v1alpha1.ReasonSucceeded, message: "The credentials belong to the account"}, nil
}

// finalize lets the account go once no ImageShare has anything in it.
func (r *SharerAccountReconciler) finalize(ctx context.Context, sharer *v1alpha1.SharerAccount) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(sharer, v1alpha1.Finalizer) {
		return ctrl.Result{}, nil
	}
	// The cache first, which is cheap and mostly says no.
	for _, reader := range []client.Reader{r.Client, r.Live} {
		var shares v1alpha1.ImageShareList
		if err := reader.List(ctx, &shares); err != nil {
			return ctrl.Result{}, fmt.Errorf("read the ImageShares with access in %s: %w", sharer.Spec.AccountID, err)
		}
		if name, count := holders(shares.Items, sharer); count > 0 {
			return r.report(ctx, sharer, sharer.DeepCopy(), verdict{class: waiting, reason: v1alpha1.ReasonInUse, after: busyPace, message: fmt.Sprintf(
				"ImageShare %s%s may have access in this account: delete what is not deleted yet, with deletionPolicy Retain where the access is to stay", name, others(count-1))})
		}
	}
	before := sharer.DeepCopy()
	controllerutil.RemoveFinalizer(sharer, v1alpha1.Finalizer)
	err := r.Client.Patch(ctx, sharer, unlessChanged(before))
	if err == nil {
		r.Accounts.Forget(sharer.UID)
	}
	return changed(client.IgnoreNotFound(err))
}

// others is how many there are besides the one that is named.
func others(count int) string {
	if count == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", count)
}

// holders are the ImageShares whose ledgers have entries in the account: the
// first by name, and how many.
func holders(shares []v1alpha1.ImageShare, sharer *v1alpha1.SharerAccount) (name string, count int) {
	for i := range shares {
		if !holdsIn(&shares[i], share.AccountID(sharer.Spec.AccountID)) {
			continue
		}
		if count == 0 || nameOf(&shares[i]) < name {
			name = nameOf(&shares[i])
		}
		count++
	}
	return name, count
}

// report writes what was found, tells what is new, and says when to look
// again.
func (r *SharerAccountReconciler) report(ctx context.Context, before, found *v1alpha1.SharerAccount, v verdict) (ctrl.Result, error) {
	if v.quiet {
		return result(v.after, false), nil
	}
	c := consequenceOf(v, r.Interval)
	found.Status.ObservedGeneration = found.Generation
	found.Status.LastHandledReconcileAt = requested(found)
	tellReady(&found.Status.Conditions, found.Generation, v, c)
	told, worth := transition(before.Status.Conditions, v)
	if !equality.Semantic.DeepEqual(before.Status, found.Status) {
		err := r.Client.Status().Patch(ctx, found, unlessChanged(before))
		if err != nil {
			return changed(client.IgnoreNotFound(err))
		}
	}
	if worth {
		r.Events.Eventf(found, nil, told.kind, told.reason, told.action, "%s", clip(told.note))
	}
	if v.class == retry {
		return ctrl.Result{}, fmt.Errorf("%s: %s: %s", found.Name, v.reason, v.message)
	}
	return result(c.after, c.routine), nil
}

// changed turns a write that came second into another look.
func changed(err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) {
		return result(againPace, false), nil
	}
	return ctrl.Result{}, err
}
