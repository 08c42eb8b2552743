// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
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
	// Now is the clock.
	Now func() time.Time
	// Owner is the ID of this operator, which it leaves on the roles that it
	// writes to.
	Owner string
	// Observer counts what came of it; nobody does by default.
	Observer Observer

	roles *roleMemory
}

// Reconcile finds out whether an account can be spoken for, makes its
// encryption role match what ImageShares need, and lets a deleted one go when
// nothing is left to take away in it.
func (r *SharerAccountReconciler) Reconcile(ctx context.Context, sharer *v1alpha1.SharerAccount) (ctrl.Result, error) {
	if !sharer.DeletionTimestamp.IsZero() {
		return r.finalize(ctx, sharer)
	}
	if err := r.hold(ctx, sharer); err != nil {
		return changed(err)
	}
	p, err := r.gather(ctx, sharer)
	if err != nil {
		return ctrl.Result{}, err
	}
	v := p.judgeAccount(ctx)
	p.lookAtDeletions(ctx)
	if v.class != done {
		p.tellUnseen(v)
		return r.report(ctx, p, v, nil)
	}
	v, err = p.lookAtRole(ctx, v)
	return r.report(ctx, p, v, err)
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

// gather reads what a look at an account is about.
func (r *SharerAccountReconciler) gather(ctx context.Context, sharer *v1alpha1.SharerAccount) (*rolePass, error) {
	var shares v1alpha1.ImageShareList
	if err := r.Client.List(ctx, &shares); err != nil {
		return nil, fmt.Errorf("list the ImageShares of SharerAccount %s: %w", sharer.Name, err)
	}
	all, err := sharers(ctx, r.Client)
	if err != nil {
		return nil, fmt.Errorf("list SharerAccounts: %w", err)
	}
	notes := r.roles.notes(sharer.UID, r.Now())
	notes.see(sharer, r.Now())
	return &rolePass{
		reconciler: r, sharer: sharer, found: sharer.DeepCopy(), shares: shares.Items, sharers: all,
		notes: notes, asked: requested(sharer) != sharer.Status.LastHandledReconcileAt,
	}, nil
}

// judgeAccount finds out whether the account can be spoken for, and fills in
// what it found.
func (p *rolePass) judgeAccount(ctx context.Context) verdict {
	status, count := &p.found.Status, 0
	for i := range p.shares {
		if p.shares[i].Spec.SharerRef.Name == p.sharer.Name {
			count++
		}
	}
	status.ImageShares = new(size(count))
	if first := elder(p.sharers, p.sharer); first != nil {
		status.Identity = ""
		return verdict{class: fixSpec, reason: v1alpha1.ReasonDuplicateAccount, message: fmt.Sprintf(
			"The older SharerAccount %q has the same account ID, so this one does nothing: delete it, or that one", first.Name)}
	}
	identity, problem := p.reconciler.Accounts.Verify(ctx, p.sharer)
	var session cloud.Session
	if problem == nil {
		session, problem = p.reconciler.Accounts.Session(ctx, p.sharer)
	}
	if problem != nil {
		if !problem.blind {
			status.Identity = ""
		}
		return *problem
	}
	p.session = &chronicle{Session: session, account: p.account(), why: p.why}
	status.Identity = identity.ARN
	tellRoot(status, p.found.Generation)
	if p.sharer.Spec.Suspend {
		return verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: "Suspended: nothing is written to the cloud in this account"}
	}
	return verdict{class: done, reason: v1alpha1.ReasonSucceeded, message: "The credentials belong to the account"}
}

// lookAtRole makes the encryption role ready. Where that goes well the account
// is as it was judged.
func (p *rolePass) lookAtRole(ctx context.Context, account verdict) (verdict, error) {
	v, err := p.convergeRole(ctx)
	if v.class == done && p.seen.Known {
		p.notes.good = p.reconciler.Now()
	}
	if p.bearable(v) {
		v.quiet, v.after = true, orDefault(v.after, busyPace)
	}
	p.tell(v)
	if v.class == done {
		return account, err
	}
	return v, err
}

// finalize lets the account go once no ImageShare has anything in it, and
// nothing of ours is left on its encryption role.
func (r *SharerAccountReconciler) finalize(ctx context.Context, sharer *v1alpha1.SharerAccount) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(sharer, v1alpha1.Finalizer) {
		return ctrl.Result{}, nil
	}
	p, err := r.gather(ctx, sharer)
	if err != nil {
		return ctrl.Result{}, err
	}
	var live v1alpha1.ImageShareList
	if err := r.Live.List(ctx, &live); err != nil {
		return ctrl.Result{}, fmt.Errorf("read the ImageShares with access in %s: %w", sharer.Spec.AccountID, err)
	}
	all, err := sharers(ctx, r.Live)
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("read the SharerAccounts of account %s: %w", sharer.Spec.AccountID, err)
	}
	if elder(all, sharer) != nil {
		// The older one of the account looks after what there is.
		return r.letGo(ctx, p)
	}
	p.lookAtDeletions(ctx)
	if name, count := holders(live.Items, sharer); count > 0 {
		v := verdict{class: waiting, reason: v1alpha1.ReasonInUse, after: busyPace, message: fmt.Sprintf(
			"ImageShare %s%s may have access in this account: delete what is not deleted yet, with deletionPolicy Retain where the access is to stay", name, others(count-1))}
		p.tellUnseen(v)
		return r.report(ctx, p, v, nil)
	}
	if v, err := p.leaveAccount(ctx); err != nil || v.class != done {
		return r.report(ctx, p, v, err)
	}
	return r.letGo(ctx, p)
}

// letGo takes the finalizer off, and forgets the account.
func (r *SharerAccountReconciler) letGo(ctx context.Context, p *rolePass) (ctrl.Result, error) {
	released := p.sharer.DeepCopy()
	controllerutil.RemoveFinalizer(released, v1alpha1.Finalizer)
	err := r.Client.Patch(ctx, released, unlessChanged(p.sharer))
	if err == nil {
		r.Accounts.Forget(p.sharer.UID)
		r.roles.forget(p.sharer.UID)
	}
	return changed(client.IgnoreNotFound(err))
}

// leaveAccount takes off the encryption role what was put there, unless the
// account is suspended: then everything stays.
func (p *rolePass) leaveAccount(ctx context.Context) (verdict, error) {
	if roleLedgerOf(p.sharer).Empty() && !p.claims() || p.sharer.Spec.Suspend {
		return verdict{class: done}, nil
	}
	v := p.judgeAccount(ctx)
	if v.class != done {
		v.message += ". What was put on the encryption role cannot be taken away before; to leave it there, set suspend"
		return v, nil
	}
	p.asked = true
	v, err := p.lookAtRole(ctx, verdict{class: done})
	if v.class >= fixCloud {
		v.message += ". To leave on the encryption role what was put there, set suspend"
	}
	if err == nil && v.class == done && !roleLedgerOf(p.found).Empty() {
		v = p.leaving()
	}
	return v, err
}

// leaving says why what was taken off the role is not forgotten yet.
func (p *rolePass) leaving() verdict {
	v := verdict{class: waiting, reason: v1alpha1.ReasonInUse, after: busyPace, message: "What was put on the encryption role is being taken away"}
	if again := p.aloneIn(); again > 0 {
		v.after = max(again, busyPace)
		v.message += fmt.Sprintf(". The role is looked at once more within %s: the operator that led before this one may have been about to put something back", latePatience)
	}
	return v
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
