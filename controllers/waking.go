// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
}

// The pace of trying again what failed.
const (
	backoffFirst = 500 * time.Millisecond
	backoffLast  = 2 * time.Minute
	// countPace gathers the comings and goings of ImageShares.
	countPace = 2 * time.Second
)

// SetupWithManager starts the loop of images under a manager.
func (r *ImageShareReconciler) SetupWithManager(mgr ctrl.Manager, s Settings) error {
	r.memory = newMemory()
	return builder.TypedControllerManagedBy[ImageKey](mgr).
		Named("imageshare").
		Watches(&v1alpha1.ImageShare{}, handler.TypedEnqueueRequestsFromMapFunc(r.keysOfShare), builder.WithPredicates(wakes())).
		Watches(&v1alpha1.SharerAccount{}, handler.TypedEnqueueRequestsFromMapFunc(r.keysOfSharer), builder.WithPredicates(wakesImages())).
		WithOptions(controller.TypedOptions[ImageKey]{
			MaxConcurrentReconciles: s.Workers,
			ReconciliationTimeout:   s.Timeout,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[ImageKey](backoffFirst, backoffLast),
		}).
		Complete(reconcile.TypedFunc[ImageKey](r.Reconcile))
}

// SetupWithManager starts the loop of sharer accounts under a manager.
func (r *SharerAccountReconciler) SetupWithManager(mgr ctrl.Manager, s Settings) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("shareraccount").
		For(&v1alpha1.SharerAccount{}, builder.WithPredicates(wakes())).
		Watches(&v1alpha1.SharerAccount{}, handler.EnqueueRequestsFromMapFunc(r.sameAccount), builder.WithPredicates(comesOrGoes())).
		Watches(&v1alpha1.ImageShare{}, countSoon(), builder.WithPredicates(comesOrGoes())).
		WithOptions(controller.TypedOptions[reconcile.Request]{
			MaxConcurrentReconciles: s.Workers,
			ReconciliationTimeout:   s.Timeout,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](backoffFirst, backoffLast),
		}).
		Complete(reconcile.AsReconciler(mgr.GetClient(), r))
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
		return specChanged(e) || requested(e.ObjectOld) != requested(e.ObjectNew) ||
			(controllerutil.ContainsFinalizer(e.ObjectOld, v1alpha1.Finalizer) &&
				!controllerutil.ContainsFinalizer(e.ObjectNew, v1alpha1.Finalizer))
	}}
}

// wakesImages lets through what the images of an account have to hear of: a
// change of its spec, and its becoming usable or unusable.
func wakesImages() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return specChanged(e) || isUsable(e.ObjectOld) != isUsable(e.ObjectNew)
	}}
}

// comesOrGoes lets through only the coming and the going of objects.
func comesOrGoes() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(event.UpdateEvent) bool { return false }}
}

func specChanged(e event.UpdateEvent) bool {
	return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() ||
		e.ObjectOld.GetDeletionTimestamp().IsZero() != e.ObjectNew.GetDeletionTimestamp().IsZero()
}

// isUsable reports whether a SharerAccount is good for anything, as far as its
// status knows. That the cloud could not be asked for a while does not count
// against it: every image of the account would be looked at anew.
func isUsable(obj client.Object) bool {
	sharer, ok := obj.(*v1alpha1.SharerAccount)
	if !ok {
		return false
	}
	ready := meta.FindStatusCondition(sharer.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return false
	}
	asked := ready.Reason != v1alpha1.ReasonCloudUnavailable && ready.Reason != v1alpha1.ReasonThrottled
	return ready.Status == metav1.ConditionTrue || ready.Status == metav1.ConditionUnknown && !asked
}

// sameAccount are the SharerAccounts that have the same account ID: when the
// elder goes the younger may step in.
func (r *SharerAccountReconciler) sameAccount(ctx context.Context, obj client.Object) []reconcile.Request {
	one, ok := obj.(*v1alpha1.SharerAccount)
	if !ok {
		return nil
	}
	all, err := sharers(ctx, r.Client)
	if err != nil {
		log.FromContext(ctx).Error(err, "List the SharerAccounts of an account", "account", one.Spec.AccountID)
		return nil
	}
	var out []reconcile.Request
	for name, other := range all {
		if name != one.Name && other.Spec.AccountID == one.Spec.AccountID {
			out = append(out, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(other)})
		}
	}
	return out
}

// countSoon wakes the SharerAccount of an ImageShare that has come or gone, a
// little later, so that many at a time are counted once.
func countSoon() handler.EventHandler {
	soon := func(obj client.Object, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
		if s, ok := obj.(*v1alpha1.ImageShare); ok {
			q.AddAfter(reconcile.Request{NamespacedName: client.ObjectKey{Name: s.Spec.SharerRef.Name}}, countPace)
		}
	}
	return handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			soon(e.Object, q)
		},
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			soon(e.Object, q)
		},
	}
}
