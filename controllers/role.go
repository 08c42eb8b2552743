// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// rolePass is one look at the encryption role of an account: the store that
// converge runs over, and what was found out on the way.
type rolePass struct {
	reconciler *SharerAccountReconciler
	session    cloud.Session
	notes      *roleNotes
	// sharer is the object as it was last read or written, and found what it is
	// to become.
	sharer, found *v1alpha1.SharerAccount
	// shares are all ImageShares, and sharers all SharerAccounts, as of the
	// cache, and needs what the ImageShares need.
	shares  []v1alpha1.ImageShare
	sharers map[string]*v1alpha1.SharerAccount
	needs   []share.Need
	// asked is true when somebody wants a look at once.
	asked bool
	// held tells that deletions are held, if they are.
	held *verdict

	// unlooked is true when a key could not be looked at, and mute are the
	// regions of which that has been so for longer than clouds have their
	// moments.
	unlooked bool
	mute     []string
	task     converge.RoleTask
	// before is the role as it was read first, and seen as it was last read, if
	// it was.
	before, seen share.RoleSeen
	plan         share.RolePlan
	// contested is who is not put back into the trust policy for now, since
	// somebody else keeps taking them out.
	contested share.Principals
	// changed is when a change was last announced, if one was.
	changed metav1.Time
	// outcome is nil when nothing was run.
	outcome *converge.RoleOutcome
}

// account is whose role it is.
func (p *rolePass) account() share.AccountID { return share.AccountID(p.sharer.Spec.AccountID) }

// convergeRole makes the encryption role match what the ImageShares of the
// account need, and judges what came of it. It reads the role once an interval,
// and when something has to be changed.
func (p *rolePass) convergeRole(ctx context.Context) (verdict, error) {
	if p.asked {
		p.notes.refused = 0
		clear(p.notes.services)
	}
	p.needs = p.needsOf(p.found)
	p.lookAtKeys(ctx)
	// What was found out about the keys decides who needs the role.
	p.needs = p.needsOf(p.found)
	needed, ledger := share.CombineNeeds(p.needs), roleLedgerOf(p.found)
	switch {
	case needed.Trust.Empty() && ledger.Empty() && !p.claims():
		return verdict{class: done}, nil
	case !p.due() && !p.missing(needed, ledger) && p.wasGood():
		return verdict{class: done}, nil
	}
	p.task = p.newTask()
	seen, err := converge.ObserveRole(ctx, p.session, p.task)
	if err != nil {
		v := judgeRoleError(err)
		v.blind = true
		return v, nil
	}
	p.before, p.seen, p.notes.looked = seen, seen, p.reconciler.Now()
	if seen.ClaimedBy != "" && seen.ClaimedBy != p.task.Owner {
		return p.claimed(ledger.WithoutGone(seen)), nil
	}
	p.plan = p.hold(share.DiffRole(needed, p.task.Access, ledger, seen)).HoldExcess()
	p.outcome = converge.RunRole(ctx, p.task, p.plan, seen, p.session, p)
	p.remember()
	return p.judge(), p.outcome.StoreErr
}

// claims reports whether the role still carries our claim, as far as the status
// knows: then it is left when nobody needs it, though nothing is on it.
func (p *rolePass) claims() bool {
	role := p.found.Status.Role
	return role != nil && role.Origin != ""
}

// newTask is which role is to be looked after, and how.
func (p *rolePass) newTask() converge.RoleTask {
	return converge.RoleTask{
		Name: string(p.sharer.Spec.RoleName), Account: p.account(), Owner: p.reconciler.Owner, Access: keyAccesses.in(p.sharer.Spec.KeyAccess),
		Refused: p.notes.refused, Sure: p.sure(), Alone: p.aloneIn() == 0,
		Taking: p.asked || p.afterwards() || p.reconciler.Now().Sub(p.notes.took) >= p.reconciler.soonest(),
	}
}

// sure reports whether nothing that was sent to the role can take effect any
// more.
func (p *rolePass) sure() bool {
	since := p.notes.since
	if role := p.sharer.Status.Role; role != nil && role.ChangedAt.After(since) {
		since = role.ChangedAt.Time
	}
	return p.reconciler.Now().Sub(since) >= latePatience
}

// aloneIn is how long it may still be that something takes effect which another
// operator sent: one that led before this one. Whatever a pass is about to send
// is announced in the status first.
func (p *rolePass) aloneIn() time.Duration {
	return max(p.notes.alone().Sub(p.reconciler.Now()), 0)
}

// afterwards reports whether what was taken away while another operator may have
// been about to put it back is now to be looked at once more.
func (p *rolePass) afterwards() bool {
	return p.aloneIn() == 0 && p.notes.looked.Before(p.notes.alone()) && roleLedgerOf(p.found).AnyLeaving()
}

// needsOf is what ImageShares need, given what a SharerAccount tells of their
// keys.
func (p *rolePass) needsOf(sharer *v1alpha1.SharerAccount) []share.Need {
	return needsOf(p.shares, p.sharers, sharer, p.reconciler.Now())
}

// due reports whether it is time for a routine look.
func (p *rolePass) due() bool {
	return p.asked || p.afterwards() || p.reconciler.Now().Sub(p.notes.looked) >= p.reconciler.soonest()
}

// missing reports whether somebody needs what the role was not read to have.
func (p *rolePass) missing(needed share.Needed, ledger share.RoleLedger) bool {
	return !needed.Trust.Without(ledger.Trusted()).Empty() || !needed.Keys.Without(ledger.Usable()).Empty()
}

// hold keeps back what must not be done: putting the trust policy right once
// more in a contest with somebody else.
func (p *rolePass) hold(plan share.RolePlan) share.RolePlan {
	now := p.reconciler.Now()
	contended := p.notes.contended(now)
	p.notes.vanished = p.notes.vanished.With(plan.Vanished)
	if contended {
		p.contested = plan.Trust.And(p.notes.vanished)
		return plan.HoldTrust(p.contested)
	}
	if !plan.Trust.And(p.notes.vanished).Empty() {
		p.notes.restored = append(p.notes.restored, now)
		p.notes.restored = p.notes.restored[max(len(p.notes.restored)-contendedAfter, 0):]
	}
	return plan
}

// remember notes what the run has found out.
func (p *rolePass) remember() {
	p.notes.refused = p.outcome.Refused
	if p.task.Taking && p.outcome.Err == nil && p.outcome.StoreErr == nil && !p.outcome.Again {
		p.notes.took = p.reconciler.Now()
	}
	p.seen = p.outcome.Seen
	setRoleLedger(p.found, p.outcome.Ledger)
	if !p.changed.IsZero() {
		p.found.Status.Role.ChangedAt = p.changed
	}
	if p.outcome.Wrote {
		p.found.Status.Role.ChangedAt = metav1.NewTime(p.reconciler.Now()).Rfc3339Copy()
		p.notes.announced = p.found.Status.Role.ChangedAt.Time
	}
}

// soonest is the earliest that a routine look may come after the last.
func (r *SharerAccountReconciler) soonest() time.Duration {
	return time.Duration(float64(r.Interval) * (1 - jitter) * 0.9)
}

// RecordRole writes the role's ledger, if the SharerAccount is still the one
// that was planned from.
func (p *rolePass) RecordRole(ctx context.Context, ledger share.RoleLedger) error {
	if roleLedgerOf(p.sharer).Equal(ledger) {
		return nil
	}
	recorded := p.sharer.DeepCopy()
	setRoleLedger(recorded, ledger)
	// What is announced may take effect from now on, whoever lives to see it.
	recorded.Status.Role.ChangedAt = metav1.NewTime(p.reconciler.Now()).Rfc3339Copy()
	if err := p.reconciler.Client.Status().Patch(ctx, recorded, unlessChanged(p.sharer)); err != nil {
		return storeError("write the status of SharerAccount", p.sharer.Name, err)
	}
	p.sharer, p.changed = recorded, recorded.Status.Role.ChangedAt
	p.notes.announced = p.changed.Time
	return nil
}

// LiveNeeds reads from the API server what ImageShares need, and then the
// SharerAccount: an ImageShare that leaves something for good marks that there
// before it goes.
func (p *rolePass) LiveNeeds(ctx context.Context) (share.Needed, error) {
	var list v1alpha1.ImageShareList
	if err := p.reconciler.Live.List(ctx, &list); err != nil {
		return share.Needed{}, fmt.Errorf("read the ImageShares of account %s: %w", p.account(), err)
	}
	all, err := sharers(ctx, p.reconciler.Live)
	if err != nil {
		return share.Needed{}, fmt.Errorf("read the SharerAccounts: %w", err)
	}
	live := all[p.sharer.Name]
	if live == nil || live.ResourceVersion != p.sharer.ResourceVersion {
		return share.Needed{}, fmt.Errorf("look at SharerAccount %s: %w", p.sharer.Name, errChanged)
	}
	withKeys := p.found.DeepCopy()
	withKeys.Spec, withKeys.ObjectMeta = live.Spec, live.ObjectMeta
	return share.CombineNeeds(needsOf(list.Items, all, withKeys, p.reconciler.Now())), nil
}
