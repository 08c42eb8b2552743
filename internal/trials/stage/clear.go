// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// clear removes what a play has left, finalizers or not. No operator may be at
// work.
func (c *Cluster) clear(ctx context.Context) error {
	var shares v1alpha1.ImageShareList
	err := c.Kube.List(ctx, &shares)
	for i := range shares.Items {
		err = errors.Join(err, c.discard(ctx, &shares.Items[i]))
	}
	var accounts v1alpha1.SharerAccountList
	err = errors.Join(err, c.Kube.List(ctx, &accounts))
	for i := range accounts.Items {
		err = errors.Join(err, c.discard(ctx, &accounts.Items[i]))
	}
	for _, namespace := range []string{OperatorNamespace, TeamA, TeamB, "default"} {
		err = errors.Join(err, c.Kube.DeleteAllOf(ctx, &eventsv1.Event{}, client.InNamespace(namespace)))
	}
	return errors.Join(err,
		c.Kube.DeleteAllOf(ctx, &corev1.Secret{}, client.InNamespace(OperatorNamespace)),
		c.Kube.DeleteAllOf(ctx, &coordinationv1.Lease{}, client.InNamespace(OperatorNamespace)))
}

func (c *Cluster) discard(ctx context.Context, obj client.Object) error {
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	return errors.Join(client.IgnoreNotFound(c.Kube.Delete(ctx, obj)), client.IgnoreNotFound(c.Kube.Patch(ctx, obj, patch)))
}
