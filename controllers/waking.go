// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Settings are what both loops are set up with.
type Settings struct {
	// Workers is how many images, and how many accounts, are looked at at a
	// time.
	Workers int
	// Timeout is how long one look may take.
	Timeout time.Duration
	// Gather is for how long changes of ImageShares that a SharerAccount has to
	// hear of are gathered, so that a burst of them costs one write of the role.
	Gather time.Duration
}

// The pace of trying again what failed.
const (
	backoffFirst = 500 * time.Millisecond
	backoffLast  = 2 * time.Minute
)

// SetupWithManager starts the loop of images under a manager.
func (r *ImageShareReconciler) SetupWithManager(mgr ctrl.Manager, s Settings) error {
	r.memory = newMemory(r.Now)
	r.Events, r.Observer = counting(r.Events, r.Observer)
	return builder.TypedControllerManagedBy[ImageKey](mgr).
		Named("imageshare").
		Watches(&v1alpha1.ImageShare{}, handler.TypedEnqueueRequestsFromMapFunc(r.keysOfShare), builder.WithPredicates(wakes())).
		Watches(&v1alpha1.SharerAccount{}, handler.TypedEnqueueRequestsFromMapFunc(r.keysOfSharer), builder.WithPredicates(wakesImages())).
		Watches(&v1alpha1.SharerAccount{}, r.wakeWaiting()).
		WatchesMetadata(&corev1.Namespace{}, handler.TypedEnqueueRequestsFromMapFunc(r.keysOfNamespace), builder.WithPredicates(relabeled())).
		Watches(&v1alpha1.SharerAccount{}, r.wakeReleased()).
		WithOptions(controller.TypedOptions[ImageKey]{
			MaxConcurrentReconciles: s.Workers,
			ReconciliationTimeout:   s.Timeout,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[ImageKey](backoffFirst, backoffLast),
		}).
		Complete(reconcile.TypedFunc[ImageKey](r.Reconcile))
}

// keysOfShare is the image that an ImageShare is about, in its own account and
// in those that it has something in.
func (r *ImageShareReconciler) keysOfShare(ctx context.Context, obj client.Object) []ImageKey {
	s, ok := obj.(*v1alpha1.ImageShare)
	if !ok {
		return nil
	}
	sharer := &v1alpha1.SharerAccount{}
	if err := r.Client.Get(ctx, client.ObjectKey{Name: s.Spec.SharerRef.Name}, sharer); err != nil {
		sharer = nil
	}
	keys := []ImageKey{keyOf(s, sharer)}
	for _, entry := range s.Status.Ledger {
		held := keys[0]
		held.Account = share.AccountID(entry.Sharer)
		if !slices.Contains(keys, held) {
			keys = append(keys, held)
		}
	}
	return keys
}

// keysOfSharer are the images of an account.
func (r *ImageShareReconciler) keysOfSharer(ctx context.Context, obj client.Object) []ImageKey {
	sharer, ok := obj.(*v1alpha1.SharerAccount)
	if !ok {
		return nil
	}
	var list v1alpha1.ImageShareList
	if err := r.Client.List(ctx, &list, client.MatchingFields{indexBySharer: sharer.Name}); err != nil {
		log.FromContext(ctx).Error(err, "List the ImageShares of a SharerAccount", "sharerAccount", sharer.Name)
		return nil
	}
	keys := make([]ImageKey, 0, 2*len(list.Items))
	for i := range list.Items {
		// With the account and without: it may have come, or gone.
		keys = append(keys, keyOf(&list.Items[i], sharer), keyOf(&list.Items[i], nil))
	}
	return keys
}

func keyOf(s *v1alpha1.ImageShare, sharer *v1alpha1.SharerAccount) ImageKey {
	return ImageKey{Account: accountOf(s, sharer), Region: s.Spec.Image.Region, ID: s.Spec.Image.ID}
}

// wakes lets through what a loop has to act on: a change of the spec or of our
// annotations, a deletion, and the loss of our finalizer. A change of status
// wakes nobody.
func wakes() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return specChanged(e) || requested(e.ObjectOld) != requested(e.ObjectNew) || confirmed(e.ObjectOld) != confirmed(e.ObjectNew) ||
			approvedBy(e.ObjectOld) != approvedBy(e.ObjectNew) ||
			(controllerutil.ContainsFinalizer(e.ObjectOld, v1alpha1.Finalizer) &&
				!controllerutil.ContainsFinalizer(e.ObjectNew, v1alpha1.Finalizer))
	}}
}

// wakesImages lets through what the images of an account have to hear of: a
// change of its spec, its becoming usable or unusable, and what it approves.
func wakesImages() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return specChanged(e) || isUsable(e.ObjectOld) != isUsable(e.ObjectNew) || approvedBy(e.ObjectOld) != approvedBy(e.ObjectNew)
	}}
}

// comesOrGoes lets through only the coming and the going of objects.
func comesOrGoes() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(event.UpdateEvent) bool { return false }}
}

// specChanged reports whether something else is wanted: also by what was made anew
// under its name, of which a cache that has missed the deletion tells so.
func specChanged(e event.UpdateEvent) bool {
	return e.ObjectOld.GetUID() != e.ObjectNew.GetUID() || e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() ||
		e.ObjectOld.GetDeletionTimestamp().IsZero() != e.ObjectNew.GetDeletionTimestamp().IsZero()
}

// isUsable reports whether a SharerAccount is good for anything, as far as its
// status knows: its credentials are the account's own.
func isUsable(obj client.Object) bool {
	sharer, ok := obj.(*v1alpha1.SharerAccount)
	return ok && sharer.Status.Identity != ""
}
