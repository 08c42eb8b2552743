// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// restore puts everything right by valid edits, and waits until it is. What is
// held is approved. Where only what is outside was wrong, that alone is put right
// first.
func (t *troupe) restore(outside bool) error {
	for _, obj := range []*corev1.Secret{t.secretOf(t.name, t.keyID, t.keySecret), t.secretOf(t.name+"-other", t.otherID, t.otherSecret)} {
		if err := t.restoreSecret(obj); err != nil {
			return err
		}
	}
	if err := t.Cloud.UpdateAccount(t.account, func(a *simcloud.Account) { *a = accountWith(t.account, t.keyID, t.keySecret) }); err != nil {
		return err
	}
	if outside {
		if err := t.within(t.whole); err != nil {
			return fmt.Errorf("though nothing of ours was edited: %w", err)
		}
	}
	if err := t.within(t.restoreSharer); err != nil {
		return err
	}
	for _, name := range []string{plainName, sealedName} {
		draft := t.anyDraft(name)
		if err := t.within(func() error { return t.restoreShare(name, draft) }); err != nil {
			return fmt.Errorf("ImageShare %s: %w", name, err)
		}
	}
	if err := t.within(t.seeOff); err != nil {
		return err
	}
	return t.within(func() error { return errors.Join(t.approve(), t.whole()) })
}

func (t *troupe) restoreSecret(obj *corev1.Secret) error {
	err := t.Kube.Create(t.Context(), obj.DeepCopy())
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	fresh := &corev1.Secret{}
	if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), fresh); err != nil {
		return err
	}
	fresh.Data, fresh.StringData = nil, obj.StringData
	return t.Kube.Update(t.Context(), fresh)
}

// restoreSharer makes the SharerAccount as it should be. One that is on its way
// out is let go first, with its ImageShares.
func (t *troupe) restoreSharer() error {
	obj := t.sharerObject()
	err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	draft := t.sharerDraft(t.name, t.account, t.name)
	switch {
	case apierrors.IsNotFound(err):
		return t.Kube.Create(t.Context(), draft)
	case err != nil:
		return err
	case obj.DeletionTimestamp != nil:
		for _, name := range []string{plainName, sealedName, newcomer} {
			err = errors.Join(err, client.IgnoreNotFound(t.Kube.Delete(t.Context(), t.shareObject(name))))
		}
		return errors.Join(err, fmt.Errorf("SharerAccount %s is not gone: %s", obj.Name, sentences(obj.Status.Conditions)))
	}
	if obj.Spec.RoleName != "" {
		draft.Spec.RoleName = obj.Spec.RoleName
	}
	if err := t.bare(obj); err != nil {
		return err
	}
	return t.replace(obj, draft.Spec)
}

// restoreShare makes an ImageShare as it should be.
func (t *troupe) restoreShare(name string, draft *v1alpha1.ImageShare) error {
	obj := t.shareObject(name)
	err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj)
	switch {
	case apierrors.IsNotFound(err):
		return t.Kube.Create(t.Context(), draft.DeepCopy())
	case err != nil:
		return err
	case obj.DeletionTimestamp != nil:
		return errors.Join(t.approve(), fmt.Errorf("it is not gone: %s", sentences(obj.Status.Conditions)))
	case obj.Spec.Image != draft.Spec.Image || obj.Spec.SharerRef != draft.Spec.SharerRef:
		return fmt.Errorf("it names %v and %v", obj.Spec.Image, obj.Spec.SharerRef)
	}
	if err := t.bare(obj); err != nil {
		return err
	}
	return t.replace(obj, draft.Spec)
}

// bare takes off what people have put onto an object's metadata.
func (t *troupe) bare(obj client.Object) error {
	patch, err := mergePatch(object{"metadata": object{"annotations": nil, "labels": nil, "ownerReferences": nil}})
	if err != nil {
		return err
	}
	return t.Kube.Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, patch))
}

// seeOff deletes newcomers, and says which are not gone.
func (t *troupe) seeOff() error {
	var list v1alpha1.ImageShareList
	if err := t.Kube.List(t.Context(), &list, client.InNamespace(t.key("").Namespace)); err != nil {
		return err
	}
	var sharers v1alpha1.SharerAccountList
	if err := t.Kube.List(t.Context(), &sharers); err != nil {
		return err
	}
	var stay []client.Object
	for i := range list.Items {
		if strings.HasPrefix(list.Items[i].Name, t.key(newcomer).Name) {
			stay = append(stay, &list.Items[i])
		}
	}
	for i := range sharers.Items {
		if strings.HasPrefix(sharers.Items[i].Name, t.key(newcomer).Name) {
			stay = append(stay, &sharers.Items[i])
		}
	}
	err := t.approve()
	for _, obj := range stay {
		if obj.GetDeletionTimestamp() == nil {
			err = errors.Join(err, client.IgnoreNotFound(t.Kube.Delete(t.Context(), obj)))
		}
		err = errors.Join(err, fmt.Errorf("%T %s is not gone: %v", obj, obj.GetName(), conditionsOf(obj)))
	}
	return err
}

// approve approves what is held of the troupe's as it should be now.
func (t *troupe) approve() error {
	v, err := t.look()
	if err != nil || v.sharer == nil {
		return err
	}
	var hashes []string
	if hash := v.sharer.Status.HeldDeletions.Hash; hash != "" {
		hashes = append(hashes, hash)
	}
	for i := range v.shares {
		if held := v.shares[i].Status.HeldPlan; held.Hash != "" && v.shares[i].Status.ObservedGeneration == v.shares[i].Generation {
			hashes = append(hashes, held.Hash)
		}
	}
	if len(hashes) == 0 || v.sharer.Annotations[v1alpha1.ApprovedPlan] == strings.Join(hashes, ",") {
		return nil
	}
	t.book.approved()
	t.tell("Somebody approves %v", hashes)
	return t.annotate(v.sharer, map[string]any{v1alpha1.ApprovedPlan: strings.Join(hashes, ",")})
}

// conditionsOf are the conditions of an object in words.
func conditionsOf(obj client.Object) string {
	switch obj := obj.(type) {
	case *v1alpha1.ImageShare:
		return sentences(obj.Status.Conditions)
	case *v1alpha1.SharerAccount:
		return sentences(obj.Status.Conditions)
	}
	return ""
}
