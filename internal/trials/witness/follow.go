// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// pause is how long a broken watch is let be before it is begun again.
const pause = 100 * time.Millisecond

// followed is one kind that is followed.
type followed struct {
	kind string
	list func() client.ObjectList
}

// kinds are what is followed: of Secrets only that they were there, never what is in them.
func kinds() []followed {
	return []followed{
		{kindImageShare, func() client.ObjectList { return &v1alpha1.ImageShareList{} }},
		{kindSharerAccount, func() client.ObjectList { return &v1alpha1.SharerAccountList{} }},
		{kindEvent, func() client.ObjectList { return &corev1.EventList{} }},
		{kindSecret, func() client.ObjectList {
			list := &metav1.PartialObjectMetadataList{}
			list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("SecretList"))
			return list
		}},
	}
}

// clientFor is a client of the real API server, with no proxy and no cache in between.
func clientFor(config *rest.Config) (client.WithWatch, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, fmt.Errorf("scheme: %w", err)
	}
	own := rest.CopyConfig(config)
	own.QPS, own.Burst = -1, -1
	c, err := client.NewWithWatch(own, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("client of the API server: %w", err)
	}
	return c, nil
}

// Watch follows the ImageShares, SharerAccounts, Events and, by their names alone, the Secrets of the real API server, with lists
// and watches of its own, until the context ends. Every version is kept with the time at which it was seen. It begins with what
// is there: start it, and wait for [Recorder.Synchronised], before the run.
func (r *Recorder) Watch(ctx context.Context, config *rest.Config) error {
	c, err := clientFor(config)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for _, k := range kinds() {
		all.Go(func() { r.follow(ctx, c, k) })
	}
	all.Wait()
	return nil
}

// follow follows one kind: a list, and a watch from there on. A watch that ends is taken up where it ended.
func (r *Recorder) follow(ctx context.Context, c client.WithWatch, k followed) {
	at := ""
	for ctx.Err() == nil {
		var err error
		if at == "" {
			at, err = r.listAll(ctx, c, k)
		}
		if err == nil {
			at, err = r.watchFrom(ctx, c, k, at)
		}
		if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
			r.Gap("the watch of %ss was too old to be taken up: versions are missing", k.kind)
			at = ""
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// listAll keeps what is there, and says from where to watch on.
func (r *Recorder) listAll(ctx context.Context, c client.WithWatch, k followed) (string, error) {
	list := k.list()
	if err := c.List(ctx, list); err != nil {
		return "", fmt.Errorf("list %ss: %w", k.kind, err)
	}
	for _, v := range versionsIn(k.kind, list, r.now()) {
		r.saw(v.Version, v.raw)
	}
	r.begin(k.kind)
	return list.GetResourceVersion(), nil
}

// watchFrom keeps what comes, until the watch ends, and says where to take it up.
func (r *Recorder) watchFrom(ctx context.Context, c client.WithWatch, k followed, at string) (string, error) {
	from := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: at, AllowWatchBookmarks: true}}
	w, err := c.Watch(ctx, k.list(), from)
	if err != nil {
		return at, fmt.Errorf("watch %ss: %w", k.kind, err)
	}
	defer w.Stop()
	for event := range w.ResultChan() {
		if event.Type == watch.Error {
			return at, apierrors.FromObject(event.Object)
		}
		obj, ok := event.Object.(client.Object)
		if !ok {
			continue
		}
		at = obj.GetResourceVersion()
		if event.Type == watch.Bookmark {
			continue
		}
		v := objectVersion(k.kind, obj, r.now())
		v.Gone = event.Type == watch.Deleted
		r.saw(v, obj)
	}
	return at, nil
}
