// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// keysOfNamespace are the images of the ImageShares in a namespace whose labels
// a rule asks for.
func (r *ImageShareReconciler) keysOfNamespace(ctx context.Context, obj client.Object) []ImageKey {
	var list v1alpha1.ImageShareList
	if err := r.Client.List(ctx, &list, client.InNamespace(obj.GetName())); err != nil {
		log.FromContext(ctx).Error(err, "List the ImageShares of a namespace", "namespace", obj.GetName())
		return nil
	}
	all, err := sharers(ctx, r.Client)
	if err != nil {
		log.FromContext(ctx).Error(err, "List SharerAccounts")
		return nil
	}
	var keys []ImageKey
	for i := range list.Items {
		sharer := all[list.Items[i].Spec.SharerRef.Name]
		if sharer == nil || !slices.ContainsFunc(sharer.Spec.Rules, asksForLabels) {
			continue
		}
		keys = append(keys, r.keysOfShare(ctx, &list.Items[i])...)
	}
	return keys
}

// relabeled lets through the coming of a namespace and a change of its labels.
// Those that are there when the operator starts are known before it works.
func relabeled() predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return !e.IsInInitialList },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return !maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels())
		},
		DeleteFunc: func(event.DeleteEvent) bool { return false },
	}
}
