// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// soon is a moment from now, in whole seconds.
func soon() metav1.Time { return metav1.NewTime(time.Now().Add(time.Second).Truncate(time.Second)) }

// leave deletes an ImageShare.
func (t *troupe) leave(name string) error {
	return client.IgnoreNotFound(t.Kube.Delete(t.Context(), t.shareObject(name)))
}

// comeBack creates an ImageShare anew, as soon as its name is free.
func (t *troupe) comeBack(name string, sharees ...string) error {
	return t.within(func() error { return t.Kube.Create(t.Context(), t.draft(name, sharees...)) })
}

// inTurn does some things one after another.
func inTurn(steps ...func() error) error {
	for _, do := range steps {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// unhold takes the finalizers off an ImageShare.
func (t *troupe) unhold(obj client.Object) error {
	patch, err := mergePatch(object{"metadata": object{"finalizers": nil}})
	if err != nil {
		return err
	}
	return t.Kube.Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, patch))
}

// deletionScenes are edits of what is being deleted, and what comes back under
// the same name.
func deletionScenes() []step {
	return []step{
		scene("an ImageShare is edited while it is being deleted", func(t *troupe) error {
			return inTurn(
				func() error { return t.arrive(t.sharees[:3]...) },
				func() error { return t.leave(newcomer) },
				func() error { return unlessGone(t.declare(newcomer, t.sharees[2:]...)) },
			)
		}, allOf(newcomerGone, nobodyHas(spareImage))),
		scene("an ImageShare is deleted and created again under its name, for others", func(t *troupe) error {
			return inTurn(
				func() error { return t.leave(plainName) },
				func() error { return t.comeBack(plainName, t.sharees[3:]...) },
			)
		}, shareSays(plainName, v1alpha1.ReasonSucceeded)),
		scene("an encrypted ImageShare is created and deleted again before it was looked at, twice", func(t *troupe) error {
			for range 2 {
				draft := t.draft(newcomer, t.sharees...)
				draft.Spec.Image.ID = t.sealed
				if err := inTurn(func() error { return t.within(func() error { return t.Kube.Create(t.Context(), draft.DeepCopy()) }) },
					func() error { return t.leave(newcomer) }); err != nil {
					return err
				}
			}
			return nil
		}, allOf(newcomerGone, (*troupe).whole)),
	}
}

// leavingScenes are ImageShares that leave something behind, or cannot go.
func leavingScenes() []step {
	return []step{
		scene("an ImageShare is told to Retain while it is being deleted, and comes back and goes for good", func(t *troupe) error {
			return inTurn(
				func() error { return t.arrive(t.sharees[:3]...) },
				func() error { return t.leave(newcomer) },
				func() error {
					return unlessGone(t.editShare(newcomer, func(s *v1alpha1.ImageShare) { s.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain }))
				},
				func() error { return t.comeBack(newcomer, t.sharees[:3]...) },
				func() error { return t.within(bind(t, shareSays(newcomer, v1alpha1.ReasonSucceeded))) },
				func() error { return t.leave(newcomer) },
			)
		}, allOf(newcomerGone, nobodyHas(spareImage))),
		scene("the finalizer of an ImageShare is taken off while it is being deleted, and it comes back and goes for good", func(t *troupe) error {
			return inTurn(
				func() error { return t.arrive(t.sharees[:3]...) },
				func() error { return t.leave(newcomer) },
				func() error { return client.IgnoreNotFound(t.unhold(t.shareObject(newcomer))) },
				func() error { return t.comeBack(newcomer, t.sharees[:3]...) },
				func() error { return t.within(bind(t, shareSays(newcomer, v1alpha1.ReasonSucceeded))) },
				func() error { return t.leave(newcomer) },
			)
		}, allOf(newcomerGone, nobodyHas(spareImage))),
		scene("an ImageShare is deleted while its Secret is missing", func(t *troupe) error {
			return inTurn(
				func() error { return t.Kube.Delete(t.Context(), t.secretOf(t.name, "", "")) },
				func() error { return t.within(bind(t, sharerSays(v1alpha1.ReasonSecretNotFound))) },
				func() error { return t.leave(plainName) },
			)
		}, has(plainImage, func(*troupe) []string { return nil })),
		scene("an ImageShare of an image that there is not is deleted", func(t *troupe) error {
			draft := t.draft(newcomer, t.sharees[:2]...)
			draft.Spec.Image.ID = "m-nowhere"
			return inTurn(
				func() error { return t.within(func() error { return t.Kube.Create(t.Context(), draft) }) },
				func() error { return t.within(bind(t, shareSays(newcomer, v1alpha1.ReasonImageNotFound))) },
				func() error { return t.leave(newcomer) },
			)
		}, newcomerGone),
	}
}

// unlessGone lets pass that something is not there any more.
func unlessGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
