// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// writeTimeout is how long one write to the API server may take.
const writeTimeout = 5 * time.Second

var _ converge.Store = &way{}

// Record writes a book, if the ImageShare is still the one that was planned
// from, and sees to it that it cannot go without being looked after.
func (w *way) Record(ctx context.Context, id string, book share.Book) error {
	p, m := w.pass, w.members[id]
	if err := p.addFinalizer(ctx, m); err != nil {
		return err
	}
	recorded := m.obj.DeepCopy()
	w.note(&recorded.Status, m, book)
	p.tellCipher(recorded)
	return p.write(ctx, m, recorded)
}

// Live reads every ImageShare of the image, the SharerAccounts, and what rules
// ask of namespaces, from the API server.
func (w *way) Live(ctx context.Context) ([]share.Declaration, error) {
	p := w.pass
	var list v1alpha1.ImageShareList
	byImage := client.MatchingFields{"spec.image.region": p.key.Region, "spec.image.id": p.key.ID}
	if err := p.reconciler.Live.List(ctx, &list, byImage); err != nil {
		return nil, fmt.Errorf("read the ImageShares of %s: %w", p.key.ref(), err)
	}
	all, err := sharers(ctx, p.reconciler.Live)
	if err != nil {
		return nil, fmt.Errorf("read the SharerAccounts: %w", err)
	}
	if err := p.readNamespaces(ctx, p.reconciler.Live, list.Items, all); err != nil {
		return nil, err
	}
	p.members = p.membersOf(list.Items, all)
	return w.group(), nil
}

// Settle writes the book and, if this is the last way of the pass, tells what
// came of it.
func (w *way) Settle(ctx context.Context, id string, book share.Book, outcome *converge.Outcome) error {
	p, m := w.pass, w.members[id]
	settled := m.obj.DeepCopy()
	w.note(&settled.Status, m, book)
	var told []notice
	switch now := p.outcomes.with(w, outcome); {
	case !w.last:
	case m.guest:
		p.verdicts[id] = p.shareesOf(m, settled, now).both.revoking
	default:
		told = p.tell(settled, m, now)
	}
	if err := p.write(ctx, m, settled); err != nil {
		return err
	}
	p.announce(m.obj, told)
	return nil
}

// addFinalizer holds an ImageShare that is not being deleted yet, if the
// ImageShare is still the one that was planned from.
func (p *pass) addFinalizer(ctx context.Context, m *member) error {
	if m.deleting() || controllerutil.ContainsFinalizer(m.obj, v1alpha1.Finalizer) {
		return nil
	}
	held := m.obj.DeepCopy()
	controllerutil.AddFinalizer(held, v1alpha1.Finalizer)
	err := p.reconciler.Client.Patch(ctx, held, unlessChanged(m.obj))
	if err != nil {
		return storeError("hold", nameOf(m.obj), err)
	}
	m.obj = held
	return nil
}

// Release removes the finalizer, once nothing is in the way of it in either
// way.
func (w *way) Release(ctx context.Context, id string) error {
	p, m := w.pass, w.members[id]
	if !w.last {
		p.released = append(p.released, id)
	}
	if m.guest || !w.last {
		return nil
	}
	if err := p.leaveRole(ctx, m); err != nil {
		return err
	}
	if err := p.unclaim(ctx, m); err != nil {
		return err
	}
	released := m.obj.DeepCopy()
	controllerutil.RemoveFinalizer(released, v1alpha1.Finalizer)
	err := p.reconciler.Client.Patch(ctx, released, unlessChanged(m.obj))
	if client.IgnoreNotFound(err) != nil {
		return storeError("release", id, err)
	}
	p.free(id)
	p.farewell(ctx, m)
	return nil
}

// leaveRole sees to it that what a Leaving ImageShare of an encrypted image
// leaves on the image can be decrypted for good: nobody will know of it later.
// It writes on the condition that the loop of the SharerAccount, which looks at
// the ImageShares before it takes anything away, has not written meanwhile.
func (p *pass) leaveRole(ctx context.Context, m *member) error {
	left := m.heldTrust()
	if m.standing() != share.Leaving || left.Empty() || p.owner == nil || m.obj.Status.Encrypted == v1alpha1.EncryptedNo {
		return nil
	}
	owner := &v1alpha1.SharerAccount{}
	if err := p.reconciler.Live.Get(ctx, client.ObjectKeyFromObject(p.owner), owner); err != nil {
		return client.IgnoreNotFound(err)
	}
	marked := owner.DeepCopy()
	if owner.Status.Role == nil || !leaveForGood(marked.Status.Role, left, m.obj.Status.ImageKeys) {
		return nil
	}
	if err := p.reconciler.Client.Status().Patch(ctx, marked, unlessChanged(owner)); err != nil {
		return storeError("write the status of SharerAccount", owner.Name, err)
	}
	return nil
}

// write patches the status if it changed, field by field, on the condition
// that nobody else has changed the object since it was read.
func (p *pass) write(ctx context.Context, m *member, changed *v1alpha1.ImageShare) error {
	if equality.Semantic.DeepEqual(m.obj.Status, changed.Status) {
		return nil
	}
	ctx, cancel := unhurried(ctx)
	defer cancel()
	err := p.reconciler.Client.Status().Patch(ctx, changed, unlessChanged(m.obj))
	if apierrors.IsNotFound(err) && m.deleting() {
		return nil
	}
	if err != nil {
		return storeError("write the status of", nameOf(m.obj), err)
	}
	m.obj = changed
	return nil
}

// unlessChanged is a patch of the fields that differ from an object as it was
// read, which fails when somebody else has changed the object since.
func unlessChanged(read client.Object) client.Patch {
	return client.MergeFromWithOptions(read, client.MergeFromWithOptimisticLock{})
}

// unhurried is a context that outlives the pass for a moment: what was done is
// written down also when the time for doing it is up.
func unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
}

// errChanged is in the error of a write that came second.
var errChanged = &cloud.Error{Kind: cloud.Conflict, Message: "the object was changed meanwhile"}

// storeError says what could not be done to which object. A conflict, and an
// object that is gone, are changes made by others.
func storeError(what, id string, err error) error {
	if isConflict(err) || apierrors.IsNotFound(err) {
		return fmt.Errorf("%s %s: %w", what, id, errChanged)
	}
	return fmt.Errorf("%s %s: %w", what, id, err)
}

func isConflict(err error) bool { return apierrors.IsConflict(err) }
