// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// member is one ImageShare of the image that is being reconciled.
type member struct {
	// obj is the object as it was last read or written.
	obj *v1alpha1.ImageShare
	// account is whose image it is in this pass: that of the key.
	account share.AccountID
	// guest is true for an ImageShare that another key reports to; here it
	// shields what it declares and holds.
	guest bool
	// problem is why it counts for less than it says, if it does.
	problem *verdict
	// revocable is true when its account can be written to, whatever is wrong
	// with the object: then what it has can be taken away when it is deleted.
	revocable bool
}

// newMember sees an ImageShare from one key's point of view. The hindrance is
// why its SharerAccount cannot be used, if it cannot.
func newMember(obj *v1alpha1.ImageShare, key ImageKey, account share.AccountID, hindrance *verdict) *member {
	m := &member{obj: obj, account: key.Account, guest: account != key.Account, problem: hindrance}
	if m.guest && m.problem == nil {
		m.problem = &verdict{class: fixSpec, reason: v1alpha1.ReasonSharerAccountChanged}
	}
	if foreign := m.foreign(); !m.guest && !foreign.Empty() && hindrance == nil {
		m.problem = &verdict{class: fixSpec, reason: v1alpha1.ReasonSharerAccountChanged, message: fmt.Sprintf(
			"Access was granted in another account than %s, which sharerRef leads to now (%s): put the former SharerAccount back, or set deletionPolicy Retain and delete",
			account, foreign)}
	}
	return m
}

// deleting reports whether the object is on its way out.
func (m *member) deleting() bool { return !m.obj.DeletionTimestamp.IsZero() }

// suspended reports whether the user wants hands off.
func (m *member) suspended() bool { return m.obj.Spec.Suspend }

// declared is whom the object declares, for as long as it is not deleted.
func (m *member) declared() share.Accounts {
	ids := make([]share.AccountID, 0, len(m.obj.Spec.Sharees.AccountIDs))
	for _, id := range m.obj.Spec.Sharees.AccountIDs {
		ids = append(ids, share.AccountID(id))
	}
	return share.NewAccounts(ids...)
}

// ledger is what the object has on the image, in the account of the image.
func (m *member) ledger() share.Ledger {
	out := share.Ledger{}
	for id, entry := range m.obj.Status.Ledger {
		if share.AccountID(entry.Sharer) == m.account {
			out[share.AccountID(id)] = origins.in(entry.Origin)
		}
	}
	return out
}

// foreign are the accounts in the ledger that were granted in another account.
func (m *member) foreign() share.Accounts {
	var ids []share.AccountID
	for id, entry := range m.obj.Status.Ledger {
		if share.AccountID(entry.Sharer) != m.account {
			ids = append(ids, share.AccountID(id))
		}
	}
	return share.NewAccounts(ids...)
}

// standing is what the object counts for.
func (m *member) standing() share.Standing {
	stays := m.obj.Spec.DeletionPolicy == v1alpha1.DeletionPolicyRetain || m.suspended()
	switch {
	case m.deleting() && stays:
		return share.Leaving
	case m.deleting() && (m.revocable || len(m.obj.Status.Ledger) == 0):
		return share.Withdrawing
	case m.deleting(), m.problem != nil:
		return share.Idle
	case m.suspended():
		return share.Idle
	}
	return share.Active
}

// declaration is the object as package share sees it.
func (m *member) declaration() share.Declaration {
	return share.Declaration{ID: nameOf(m.obj), Standing: m.standing(), Accounts: m.declared(), Ledger: m.ledger()}
}

// needsFinalizer reports whether the object is not held though something is
// about to be granted on account of it, or was.
func (m *member) needsFinalizer() bool {
	concerned := m.standing() == share.Active || len(m.obj.Status.Ledger) > 0
	return concerned && !m.deleting() && !controllerutil.ContainsFinalizer(m.obj, v1alpha1.Finalizer)
}

// maxRequested is as much of the annotation as a status can hold.
const maxRequested = 256

// requested is the value of the annotation that asks for a look at once, as far
// as it tells one request from another.
func requested(obj client.Object) string {
	return clipTo(obj.GetAnnotations()[v1alpha1.ReconcileRequestedAt], maxRequested)
}
