// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// rawVersion is a version with the object that it is of.
type rawVersion struct {
	Version
	raw client.Object
}

// versionsIn lists what is in a list, as seen at a time.
func versionsIn(kind string, list client.ObjectList, seen time.Time) []rawVersion {
	var out []rawVersion
	add := func(obj client.Object) { out = append(out, rawVersion{objectVersion(kind, obj, seen), obj}) }
	switch list := list.(type) {
	case *v1alpha1.ImageShareList:
		for i := range list.Items {
			add(&list.Items[i])
		}
	case *v1alpha1.SharerAccountList:
		for i := range list.Items {
			add(&list.Items[i])
		}
	case *corev1.EventList:
		for i := range list.Items {
			add(&list.Items[i])
		}
	case *metav1.PartialObjectMetadataList:
		for i := range list.Items {
			add(&list.Items[i])
		}
	}
	return out
}

// objectVersion is an object as a version.
func objectVersion(kind string, obj client.Object, seen time.Time) Version {
	switch obj := obj.(type) {
	case *v1alpha1.ImageShare:
		return imageShareVersion(obj, seen)
	case *v1alpha1.SharerAccount:
		return sharerVersion(obj, seen)
	}
	return metaVersion(kind, obj, seen)
}

// Synchronised waits until the recorder follows the API server, and everything that is there by now was seen.
func (r *Recorder) Synchronised(ctx context.Context, config *rest.Config) error {
	c, err := clientFor(config)
	if err != nil {
		return err
	}
	for _, k := range kinds() {
		list := k.list()
		if err := c.List(ctx, list); err != nil {
			return fmt.Errorf("list %ss: %w", k.kind, err)
		}
		present := versionsIn(k.kind, list, r.now())
		for {
			caught, changed := r.caughtUp(k.kind, present, resourceVersion(list.GetResourceVersion()))
			if caught {
				break
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return fmt.Errorf("the recorder has not seen all %ss: %w", k.kind, context.Cause(ctx))
			}
		}
	}
	return nil
}

// caughtUp says whether all that is present was seen, and that all else is gone; and what is closed when something comes.
func (r *Recorder) caughtUp(kind string, present []rawVersion, at uint64) (bool, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.begun[kind] {
		return false, r.changed
	}
	there := map[objectKey]bool{}
	for _, v := range present {
		there[v.key()] = true
		if r.latest[v.key()].Resource < v.Resource {
			return false, r.changed
		}
	}
	for key, v := range r.latest {
		if key.kind == kind && !v.Gone && !there[key] && v.Resource <= at {
			return false, r.changed
		}
	}
	return true, nil
}
