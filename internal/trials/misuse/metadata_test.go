// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"errors"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// metadataScenes are about what stands beside the spec.
func metadataScenes() []step {
	long := make([]byte, 4000)
	for i := range long {
		long[i] = "ab\n\t\"é☃%s{{}}"[i%16]
	}
	return []step{
		scene("the finalizers of ImageShare and SharerAccount are taken off", func(t *troupe) error {
			return errors.Join(t.unhold(t.shareObject(plainName)), t.unhold(t.shareObject(sealedName)), t.unhold(t.sharerObject()))
		}, (*troupe).heldFast),
		scene("the annotations are nonsense", func(t *troupe) error {
			values := map[string]any{
				v1alpha1.ReconcileRequestedAt: string(long), v1alpha1.SecurityConfirmed: "yes, please", v1alpha1.ApprovedPlan: ",,0000000000000000,\n",
				"kubectl.kubernetes.io/last-applied-configuration": "{",
			}
			return errors.Join(t.annotate(t.shareObject(plainName), values), t.annotate(t.sharerObject(), values))
		}, (*troupe).obeyed),
		scene("an ImageShare belongs to an owner that there is not", func(t *troupe) error {
			patch, err := mergePatch(object{"metadata": object{"labels": object{"app.kubernetes.io/managed-by": "nobody"}, "ownerReferences": []object{{
				"apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "00000000-0000-0000-0000-000000000000", "blockOwnerDeletion": true, "controller": true}}}})
			if err != nil {
				return err
			}
			return t.Kube.Patch(t.Context(), t.shareObject(plainName), client.RawPatch(types.MergePatchType, patch))
		}, (*troupe).whole),
		scene("the status of an ImageShare is lost", func(t *troupe) error {
			obj := t.shareObject(plainName)
			patch, err := mergePatch(object{"status": nil})
			if err != nil {
				return err
			}
			return t.Kube.Status().Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, patch))
		}, (*troupe).whole),
		scene("the status of the SharerAccount is lost", func(t *troupe) error {
			patch, err := mergePatch(object{"status": nil})
			if err != nil {
				return err
			}
			return t.Kube.Status().Patch(t.Context(), t.sharerObject(), client.RawPatch(types.MergePatchType, patch))
		}, (*troupe).whole),
		scene("the status of an ImageShare is full of nonsense", func(t *troupe) error {
			patch, err := mergePatch(object{"status": object{
				"shared": "77/77", "observedGeneration": 7777, "encrypted": "Yes", "undeclared": []string{"x"}, "folders": object{"x": "y"},
				"resourceShareID": "rs-nowhere", "takenOver": object{"accounts": "1970-01-01T00:00:00Z"},
				"ledger": object{"nobody": object{"origin": "Found", "sharer": t.account, "since": "1970-01-01T00:00:00Z"}},
			}})
			if err != nil {
				return err
			}
			return t.Kube.Status().Patch(t.Context(), t.shareObject(plainName), client.RawPatch(types.MergePatchType, patch))
		}, nil),
	}
}

// heldFast says which object of the troupe has no finalizer.
func (t *troupe) heldFast() error {
	for _, obj := range []client.Object{t.shareObject(plainName), t.shareObject(sealedName), t.sharerObject()} {
		if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
			return err
		}
		if len(obj.GetFinalizers()) == 0 {
			return errors.New(obj.GetName() + " has no finalizer")
		}
	}
	return nil
}

// obeyed says that the request for a look was not obeyed yet.
func (t *troupe) obeyed() error {
	obj := t.shareObject(plainName)
	if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), obj); err != nil {
		return err
	}
	if obj.Status.LastHandledReconcileAt == "" {
		return errors.New("nobody has looked since it was asked for")
	}
	return t.whole()
}
