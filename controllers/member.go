// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"time"

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
	// expired is true once its time has come: it declares nobody.
	expired bool
	// guest is true for an ImageShare that another key reports to; here it
	// shields what it declares and holds.
	guest bool
	// sharer is the SharerAccount that it refers to, nil if there is none.
	sharer *v1alpha1.SharerAccount
	// problem is why it counts for less than it says, if it does.
	problem *verdict
	// refused is true when no rule of its SharerAccount admits it, and undecided
	// when nobody could find out whether one does; problem says why then. Mystery
	// is true when that may hang on what kind of image it is.
	refused, undecided, mystery bool
	// revocable is true when its account can be written to, whatever is wrong
	// with the object: then what it has can be taken away when it is deleted.
	revocable bool
	// held is why it takes nothing away though it was deleted, if that is so.
	held *deletionWait
}

// newMember sees an ImageShare from one key's point of view, now. The hindrance
// is why its SharerAccount cannot be used, if it cannot.
func newMember(obj *v1alpha1.ImageShare, key ImageKey, account share.AccountID, hindrance *verdict, now time.Time) *member {
	m := &member{obj: obj, account: key.Account, guest: account != key.Account, expired: expired(obj, now), problem: hindrance}
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

// observing reports whether the user wants to see what would be done.
func (m *member) observing() bool {
	return m.obj.Spec.Mode == v1alpha1.ModeObserve && !m.suspended() && !m.deleting() && m.problem == nil
}

// handsOff reports whether nothing is to be written to the cloud on account of
// the object.
func (m *member) handsOff() bool { return m.suspended() || m.obj.Spec.Mode == v1alpha1.ModeObserve }

// exact reports whether the user wants nobody on the image whom nobody declares.
func (m *member) exact() bool { return m.obj.Spec.UndeclaredSharees != v1alpha1.UndeclaredKeep }

// expired reports whether the time of an ImageShare has come.
func expired(s *v1alpha1.ImageShare, now time.Time) bool {
	return !s.Spec.ExpiresAt.IsZero() && !now.Before(s.Spec.ExpiresAt.Time)
}

// accounts are the accounts that the object declares.
func (m *member) accounts() share.Sharees {
	if m.expired {
		return share.Sharees{}
	}
	ids := make([]share.Sharee, 0, len(m.obj.Spec.Sharees.AccountIDs))
	for _, id := range m.obj.Spec.Sharees.AccountIDs {
		ids = append(ids, share.Sharee(id))
	}
	return share.NewSharees(ids...)
}

// paths are the resource-directory paths that the object declares, by their
// targets.
func (m *member) paths() map[share.Sharee]declaredPath {
	if m.expired {
		return nil
	}
	return pathsOf(m.obj)
}

// declared is everybody whom the object declares.
func (m *member) declared() share.Sharees {
	return m.accounts().With(targetsOf(m.paths()))
}

// counts is whom the object declares as far as that counts for anything: what no
// rule admits does so only where it has been granted before, or was found.
func (m *member) counts() share.Sharees {
	if m.refused {
		return m.declared().And(m.ledger().Own())
	}
	return m.declared()
}

// ledger is what the object has on the image, in the account of the image.
func (m *member) ledger() share.Ledger {
	out := share.Ledger{}
	for id, entry := range m.obj.Status.Ledger {
		if share.AccountID(entry.Sharer) == m.account {
			out[share.Sharee(id)] = origins.in(entry.Origin)
		}
	}
	return out
}

// foreign is who in the ledger was granted in another account.
func (m *member) foreign() share.Sharees {
	var ids []share.Sharee
	for id, entry := range m.obj.Status.Ledger {
		if share.AccountID(entry.Sharer) != m.account {
			ids = append(ids, share.Sharee(id))
		}
	}
	return share.NewSharees(ids...)
}

// heldTrust is whom the encryption role has to trust for what the object has on
// the image. Whom nobody declares it need not.
func (m *member) heldTrust() share.Principals {
	var out []share.Principal
	for id := range m.ledger().Own().All() {
		if !isTarget(id) {
			out = append(out, share.Principal(id))
		} else if path := m.obj.Status.Ledger[string(id)].Path; path != "" {
			out = append(out, share.Principal(path))
		}
	}
	return share.NewSet(out...)
}

// wantedTrust is whom the encryption role has to trust for what the object
// declares, but for the account of the image itself.
func (m *member) wantedTrust() share.Principals {
	out := share.As[share.Principal](m.accounts().Without(share.NewSharees(share.Sharee(m.account))))
	for _, declared := range m.paths() {
		for _, one := range slices.Concat(declared.also, []declaredPath{declared}) {
			if principal := one.principal(); principal != "" {
				out = out.With(share.NewSet(principal))
			}
		}
	}
	return out
}

// stays reports whether what the object has is left on the image when it is
// deleted.
func (m *member) stays() bool {
	return m.obj.Spec.DeletionPolicy == v1alpha1.DeletionPolicyRetain || m.handsOff()
}

// standing is what the object counts for.
func (m *member) standing() share.Standing {
	switch {
	case m.deleting() && m.stays():
		return share.Leaving
	case m.held != nil:
		return share.Idle
	case m.deleting() && (m.revocable || len(m.obj.Status.Ledger) == 0):
		return share.Withdrawing
	case m.refused:
		return share.Refused
	case m.deleting(), m.problem != nil:
		return share.Idle
	case m.handsOff():
		return share.Idle
	}
	return share.Active
}

// takesAway reports whether what the object has and does not declare any more
// is taken away.
func (m *member) takesAway() bool {
	return m.standing() == share.Active || m.standing() == share.Withdrawing || m.standing() == share.Refused
}

// going is who of a ledger is to be taken away, of whom some are declared. What
// the rules do not allow is no declaration.
func (m *member) going(ledger share.Ledger, declared share.Sharees) share.Sharees {
	if m.standing() == share.Refused {
		return ledger.Sharees()
	}
	return ledger.Sharees().Without(declared)
}

// needsFinalizer reports whether the object is not held though something is
// about to be granted on account of it, or was.
func (m *member) needsFinalizer() bool {
	concerned := m.standing() == share.Active && !m.mystery || len(m.obj.Status.Ledger) > 0
	return concerned && !m.deleting() && !controllerutil.ContainsFinalizer(m.obj, v1alpha1.Finalizer)
}

// maxRequested is as much of the annotation as a status can hold.
const maxRequested = 256

// requested is the value of the annotation that asks for a look at once, as far
// as it tells one request from another.
func requested(obj client.Object) string {
	return clipTo(obj.GetAnnotations()[v1alpha1.ReconcileRequestedAt], maxRequested)
}
