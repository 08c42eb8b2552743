// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"slices"
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// SetupWithManager starts the loop of sharer accounts under a manager.
func (r *SharerAccountReconciler) SetupWithManager(mgr ctrl.Manager, s Settings) error {
	r.roles = newRoleMemory()
	r.Events, r.Observer = counting(r.Events, r.Observer)
	return ctrl.NewControllerManagedBy(mgr).
		Named("shareraccount").
		For(&v1alpha1.SharerAccount{}, builder.WithPredicates(wakes())).
		Watches(&v1alpha1.SharerAccount{}, handler.EnqueueRequestsFromMapFunc(r.sameAccount), builder.WithPredicates(comesOrGoes())).
		Watches(&v1alpha1.ImageShare{}, needsSoon(s.Gather)).
		WithOptions(controller.TypedOptions[reconcile.Request]{
			MaxConcurrentReconciles: s.Workers,
			ReconciliationTimeout:   s.Timeout,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](backoffFirst, backoffLast),
		}).
		Complete(reconcile.AsReconciler(mgr.GetClient(), r))
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

// needsSoon wakes the SharerAccount of an ImageShare that has come or gone,
// needs something else of the encryption role, or has come to be held, a little
// later, so that many at a time are looked at once.
func needsSoon(gather time.Duration) handler.EventHandler {
	soon := func(obj client.Object, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
		if s, ok := obj.(*v1alpha1.ImageShare); ok {
			q.AddAfter(reconcile.Request{NamespacedName: client.ObjectKey{Name: s.Spec.SharerRef.Name}}, gather)
		}
	}
	return handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			soon(e.Object, q)
		},
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			if needsOther(e) || heldAnew(e) {
				soon(e.ObjectNew, q)
			}
		},
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[reconcile.Request]) {
			soon(e.Object, q)
		},
	}
}

// needsOther reports whether an ImageShare may need something else of the
// encryption role than before.
func needsOther(e event.UpdateEvent) bool {
	before, ok := e.ObjectOld.(*v1alpha1.ImageShare)
	now, also := e.ObjectNew.(*v1alpha1.ImageShare)
	if !ok || !also || now.Status.Encrypted == v1alpha1.EncryptedNo && before.Status.Encrypted != v1alpha1.EncryptedYes {
		return false
	}
	return specChanged(e) || admitted(before) != admitted(now) || before.Status.Encrypted != now.Status.Encrypted ||
		!slices.Equal(before.Status.ImageKeys, now.Status.ImageKeys) || len(now.Status.Ledger) < len(before.Status.Ledger) ||
		!maps.Equal(before.Status.Folders, now.Status.Folders) ||
		isTrue(before.Status.Conditions, v1alpha1.ConditionImageShareable) != isTrue(now.Status.Conditions, v1alpha1.ConditionImageShareable)
}
