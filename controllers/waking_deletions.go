// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// wakeReleased wakes the images that deleted ImageShares have something on, when
// their SharerAccount no longer holds what it held.
func (r *ImageShareReconciler) wakeReleased() handler.TypedEventHandler[client.Object, ImageKey] {
	return handler.TypedFuncs[client.Object, ImageKey]{
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[client.Object], q workqueue.TypedRateLimitingInterface[ImageKey]) {
			before, ok := e.ObjectOld.(*v1alpha1.SharerAccount)
			now, also := e.ObjectNew.(*v1alpha1.SharerAccount)
			if !ok || !also || before.Status.HeldDeletions.Hash == "" || before.Status.HeldDeletions.Since.Equal(&now.Status.HeldDeletions.Since) {
				return
			}
			var list v1alpha1.ImageShareList
			if err := r.Client.List(ctx, &list); err != nil {
				log.FromContext(ctx).Error(err, "List the deleted ImageShares of a SharerAccount", "sharerAccount", now.Name)
				return
			}
			for i := range list.Items {
				obj := &list.Items[i]
				if !obj.DeletionTimestamp.IsZero() && holdsIn(obj, share.AccountID(now.Spec.AccountID)) {
					q.Add(ImageKey{Account: share.AccountID(now.Spec.AccountID), Region: obj.Spec.Image.Region, ID: obj.Spec.Image.ID})
				}
			}
		},
	}
}

// heldAnew reports whether an ImageShare has come to be held since it was
// deleted with too many others.
func heldAnew(e event.UpdateEvent) bool {
	before, ok := e.ObjectOld.(*v1alpha1.ImageShare)
	now, also := e.ObjectNew.(*v1alpha1.ImageShare)
	return ok && also && now.Status.DeletionHeldSince != nil && !now.Status.DeletionHeldSince.Equal(before.Status.DeletionHeldSince)
}
