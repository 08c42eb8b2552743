// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// gather reads every ImageShare of the image, and finds a session to speak for
// its account with.
func (r *ImageShareReconciler) gather(ctx context.Context, key ImageKey) (*pass, error) {
	var list v1alpha1.ImageShareList
	byImage := client.MatchingFields{indexByImage: imageIndexValue(key.Region, key.ID)}
	if err := r.Client.List(ctx, &list, byImage); err != nil {
		return nil, fmt.Errorf("list the ImageShares of %s: %w", key.ref(), err)
	}
	all, err := sharers(ctx, r.Client)
	if err != nil {
		return nil, fmt.Errorf("list SharerAccounts: %w", err)
	}
	p := &pass{reconciler: r, key: key, started: r.Now()}
	p.verdicts, p.heldBack = map[string][]verdict{}, map[bool]heldBack{}
	p.session, p.trouble = p.sessionFor(ctx, all)
	p.recall()
	if err := p.readNamespaces(ctx, r.Client, list.Items, all); err != nil {
		return nil, err
	}
	p.members = p.membersOf(list.Items, all)
	return p, nil
}

// sessionFor finds a session for the account of the key: that of the oldest
// SharerAccount with its ID.
func (p *pass) sessionFor(ctx context.Context, all map[string]*v1alpha1.SharerAccount) (cloud.Session, *verdict) {
	for _, sharer := range all {
		if share.AccountID(sharer.Spec.AccountID) == p.key.Account && elder(all, sharer) == nil {
			p.sharer, p.owner = sharer.UID, sharer
			session, trouble := p.reconciler.Accounts.Session(ctx, sharer)
			if trouble != nil {
				return nil, trouble
			}
			return &chronicle{Session: session, account: p.key.Account, image: p.key.ref().String(), why: p.why, reached: p.reachedBy}, nil
		}
	}
	return nil, nil
}

// membersOf sorts out which ImageShares of the image this key is about, and
// what hinders each. Guests are those of which nobody can tell whose image they
// mean, and those of other accounts that have something in this one; the rest
// cannot mean the image of this account.
func (p *pass) membersOf(items []v1alpha1.ImageShare, all map[string]*v1alpha1.SharerAccount) map[string]*member {
	p.owner = p.ownerIn(all)
	writable := p.writable()
	members := map[string]*member{}
	for i := range items {
		obj := &items[i]
		sharer := all[obj.Spec.SharerRef.Name]
		account := accountOf(obj, sharer)
		elsewhere := account != p.key.Account && account != "" && !holdsIn(obj, p.key.Account)
		if elsewhere || letGo(obj) {
			continue
		}
		m := newMember(obj, p.key, account, p.hindrance(obj, sharer, all), p.reconciler.Now())
		m.revocable = writable && (m.guest || m.foreign().Empty())
		m.sharer = sharer
		p.rule(m)
		p.ask(m)
		members[nameOf(obj)] = m
	}
	return members
}

// letGo reports whether an ImageShare is deleted and no longer held by us. It
// may linger on somebody else's account, and counts for nothing.
func letGo(s *v1alpha1.ImageShare) bool {
	return !s.DeletionTimestamp.IsZero() && !controllerutil.ContainsFinalizer(s, v1alpha1.Finalizer)
}

// own are the members that this key reports to.
func (p *pass) own() []*member {
	var out []*member
	for _, m := range p.members {
		if !m.guest {
			out = append(out, m)
		}
	}
	return out
}

// ownerIn finds the SharerAccount that the session is of; nil when it is no
// more.
func (p *pass) ownerIn(all map[string]*v1alpha1.SharerAccount) *v1alpha1.SharerAccount {
	for _, sharer := range all {
		if sharer.UID == p.sharer {
			return sharer
		}
	}
	return nil
}

// holdsIn reports whether the ImageShare has something in an account.
func holdsIn(s *v1alpha1.ImageShare, account share.AccountID) bool {
	for _, entry := range s.Status.Ledger {
		if share.AccountID(entry.Sharer) == account {
			return true
		}
	}
	return false
}

// hindrance is why an ImageShare's account cannot be used, or nil.
func (p *pass) hindrance(obj *v1alpha1.ImageShare, sharer *v1alpha1.SharerAccount, all map[string]*v1alpha1.SharerAccount) *verdict {
	name := obj.Spec.SharerRef.Name
	if sharer == nil {
		return &verdict{class: waiting, reason: v1alpha1.ReasonSharerAccountNotFound, message: fmt.Sprintf(
			"There is no SharerAccount %q: create it, or delete this ImageShare and create one that refers to another", name)}
	}
	if first := elder(all, sharer); first != nil {
		return &verdict{class: fixSpec, reason: v1alpha1.ReasonSharerAccountNotReady, message: fmt.Sprintf(
			"SharerAccount %q has the same account ID as the older %q and does nothing: create an ImageShare that refers to that one, then delete this", name, first.Name)}
	}
	if !sharer.DeletionTimestamp.IsZero() {
		return &verdict{class: fixSpec, reason: v1alpha1.ReasonSharerAccountNotReady, message: fmt.Sprintf(
			"SharerAccount %q is being deleted: nothing more is granted in its account. Delete this ImageShare too, or set its deletionPolicy to Retain and delete it", name)}
	}
	if sharer.Spec.Suspend {
		return &verdict{class: resting, reason: v1alpha1.ReasonSuspended, message: fmt.Sprintf(
			"SharerAccount %q is suspended: nothing is granted and nothing taken away in its account", name)}
	}
	if p.trouble != nil {
		v := *p.trouble
		v.reason = v1alpha1.ReasonSharerAccountNotReady
		v.message = fmt.Sprintf("SharerAccount %q: %s", name, p.trouble.message)
		return &v
	}
	return nil
}

// needsCloud reports whether anybody wants something of the image, or to know
// something of it.
func (p *pass) needsCloud(group []share.Declaration) bool {
	return p.anybodyObserves() || p.mysterious() || slices.ContainsFunc(group, func(d share.Declaration) bool {
		going := d.Standing == share.Withdrawing || d.Standing == share.Refused
		return d.Standing == share.Active || going && len(d.Ledger) > 0
	})
}
