// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// ImageShareReconciler is the loop of images.
type ImageShareReconciler struct {
	// Client reads from the cache and writes.
	Client client.Client
	// Live reads from the API server.
	Live client.Reader
	// Accounts hands out sessions.
	Accounts *Accounts
	// Events tells people what happened.
	Events events.EventRecorder
	// Interval is the time between two routine looks at an image.
	Interval time.Duration
	// Now is the clock.
	Now func() time.Time
	// Owner is the ID of this operator, which it leaves on the images that it
	// shares and on the resource shares that it makes.
	Owner string
	// Observer counts what came of it; nobody does by default.
	Observer Observer

	memory *memory
}

// Reconcile makes one image match everything that ImageShares declare of it.
func (r *ImageShareReconciler) Reconcile(ctx context.Context, key ImageKey) (ctrl.Result, error) {
	p, err := r.gather(ctx, key)
	if err != nil {
		return ctrl.Result{}, err
	}
	if len(p.members) == 0 {
		r.memory.forget(key)
		return ctrl.Result{}, nil
	}
	p.hold(ctx)
	ctx = p.pace(ctx)
	seen := p.observe(ctx)
	p.survey(ctx, seen)
	seen.Elsewhere = p.elsewhere(seen)
	p.learn(ctx, &seen)
	p.judgeAll()
	p.lookAtClaim(ctx, seen)
	if p.bearable() {
		return p.later()
	}
	p.run(ctx, seen)
	return p.report()
}

// pass is one look at one image: the ports that converge runs over, and what
// was found out on the way.
type pass struct {
	reconciler *ImageShareReconciler
	key        ImageKey
	started    time.Time
	members    map[string]*member

	// session speaks for the account of the image; nil when there is none.
	session cloud.Session
	// sharer is the SharerAccount that the session is of, and owner the same as
	// it was last read.
	sharer types.UID
	owner  *v1alpha1.SharerAccount
	// trouble is why there is no session.
	trouble *verdict
	// unseen is why the image could not be read.
	unseen *verdict
	// absent is true when the account has no such image.
	absent bool
	// looked is the last look at the image itself, and claimed what is known of
	// the claim on it.
	looked  *imageLook
	claimed claim
	// image is why the image cannot be shared.
	image *verdict
	// cipher is what is known of the image's encryption.
	cipher cipher
	// kind is what kind of image it is, as far as it was ever found out; nil if
	// it was not. Labels are those of the namespaces that rules ask for, and
	// judged is true once all was looked at that rules may ask for.
	kind   *facts
	labels map[string]map[string]string
	judged bool
	// paid is true when whoever launches the image is charged.
	paid bool

	// org is what is known of the directories and folders that the image is
	// shared with.
	org organization

	// crowd is what was found of places on the image.
	crowd crowd
	// heldBack is what is not done without approval, way by way.
	heldBack map[bool]heldBack
	// told is what is told of that; nil until it is found out.
	told *toldPlans
	// outcomes is what became of the runs, and released whom the first of them
	// let go, as far as it is concerned.
	outcomes outcomes
	released []string
	// freed is whom this pass has let go.
	freed map[string]bool
	// held is who was in the ledger of each ImageShare before the runs.
	held map[string]share.Sharees
	// strays is who is taken off the image though the operator never put them
	// there.
	strays share.Sharees
	// undeclared is whom nobody declares; nil until that is found out.
	undeclared *undeclared
	// unheld is why an ImageShare could not be held.
	unheld error
	// verdicts are what each member wants to be looked at again for.
	verdicts map[string][]verdict
}

// hold puts the finalizer on every ImageShare that is about to be granted
// something or has something, so that it cannot go without that being looked
// after. One that cannot be held counts for nothing in this pass.
func (p *pass) hold(ctx context.Context) {
	for _, m := range p.members {
		if !m.needsFinalizer() {
			continue
		}
		if err := p.addFinalizer(ctx, m); err != nil {
			m.problem = &verdict{class: retry, blind: true, reason: v1alpha1.ReasonPending, message: "The finalizer could not be set"}
			p.unheld = errors.Join(p.unheld, err)
		}
	}
}

// pace marks what is done for an image in step as able to wait, so that a
// person's change overtakes it in the account's budget too.
func (p *pass) pace(ctx context.Context) context.Context {
	if p.routine() {
		return cloud.WithUrgency(ctx, cloud.Routine)
	}
	return ctx
}

// routine reports whether nobody waits for anything here.
func (p *pass) routine() bool {
	for _, m := range p.own() {
		moving := isTrue(m.obj.Status.Conditions, v1alpha1.ConditionReconciling)
		if m.deleting() && m.held == nil || moving || m.expired && len(m.obj.Status.Ledger) > 0 || m.obj.Status.ObservedGeneration != m.obj.Generation {
			return false
		}
	}
	return !p.asked()
}

// asked reports whether somebody wants a look at once.
func (p *pass) asked() bool {
	for _, m := range p.own() {
		if requested(m.obj) != m.obj.Status.LastHandledReconcileAt {
			return true
		}
	}
	return false
}

// run carries out what has to be done: with accounts first, then with
// directories and folders if there are any.
func (p *pass) run(ctx context.Context, seen share.Observed) {
	p.held = map[string]share.Sharees{}
	for id, m := range p.members {
		p.held[id], p.strays = m.ledger().Sharees(), p.strays.With(m.ledger().Strays())
	}
	seen.Claim, p.org.seen.Claim = p.claimed.known(), p.claimed.known()
	w := &way{pass: p, last: p.org.way == nil || !p.org.concerned && p.org.way.Own() == ""}
	outcome := converge.Run(ctx, w.planner(ctx, seen), w.group(), seen, &accountsWay{pass: p}, w)
	p.reconciler.memory.keepApart(p.key, outcome.Apart)
	p.outcomes.accounts = outcome
	p.doubtQuota(outcome)
	if !w.last {
		p.outcomes.targets = p.runTargets(ctx)
	}
	p.reconciler.memory.organize(p.key, func(o *organized) { o.bridge(p.org.spanned, p.started) })
}

// bearable reports whether what stood in the way of a look is not worth telling
// yet: our own budget asks to come back in a moment, or a routine look has
// failed. Either is borne only for as long as the last good look is recent; and
// an image that was read, and cannot be granted for want of a look at what it
// is, is told at once.
func (p *pass) bearable() bool {
	v := p.obstructed()
	if v == nil || p.anyoneLeaving() {
		return false
	}
	looked := p.reconciler.memory.lookedAt(p.key)
	recent := p.reconciler.Now().Sub(looked) < p.reconciler.Interval+lateLook
	if v.quiet {
		return recent || looked.IsZero()
	}
	passing := v.class == retry || v.class == slowDown
	return v != p.image && passing && p.routine() && recent
}

// obstructed is what stood in the way of a look at the image, if anything did.
// What stands in the way of grants only does not where something has to be
// taken away.
func (p *pass) obstructed() *verdict {
	ways := []*verdict{p.trouble, p.unseen}
	if share.Combine(p.accountsGroup()).Revoke.Empty() && share.Combine(p.targetsGroup()).Revoke.Empty() {
		ways = append(ways, p.image)
	}
	if p.org.unseen != nil && p.org.unseen.quiet {
		ways = append(ways, p.org.unseen)
	}
	for _, v := range ways {
		if v != nil && v.blind {
			return v
		}
	}
	return nil
}

// later asks for another look without anything being told.
func (p *pass) later() (ctrl.Result, error) {
	v := p.obstructed()
	if v.class == retry {
		return ctrl.Result{}, fmt.Errorf("%s: %s", v.reason, v.message)
	}
	return result(consequenceOf(*v, p.reconciler.Interval).after, p.routine()), nil
}

// anyoneLeaving reports whether a deleted ImageShare could be let go without a
// look at the cloud.
func (p *pass) anyoneLeaving() bool {
	for _, m := range p.members {
		if m.deleting() && (m.standing() == share.Leaving || len(m.obj.Status.Ledger) == 0) {
			return true
		}
	}
	return false
}
