// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/health"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// TestArgoCD applies the samples in the two ways that Argo CD has, and sees that
// what the operator does is OutOfSync in neither.
func TestArgoCD(t *testing.T) {
	cluster := stage.StartCluster(t)
	for name, apply := range map[string]func(*scene, *unstructured.Unstructured){"ServerSideApply": (*scene).serverSide, "client-side": (*scene).clientSide} {
		t.Run(name, func(t *testing.T) {
			s, operator := newScene(t, cluster)
			for _, obj := range s.copies() {
				apply(s, obj)
			}
			s.inSync(name, "before the operator has looked")
			operator.Start()
			s.Until("a plan is held", func() error { return s.holds("golden-ubuntu-beijing") })
			s.act("golden-ubuntu-beijing", "approve-plan")
			s.Until("all samples are Ready", s.AllReady)
			s.inSync(name, "after the operator is done")
			for _, action := range []string{"suspend", "reconcile", "resume"} {
				s.act("golden-ubuntu", action)
				s.obeyed("golden-ubuntu", action)
				s.inSync(name, "after the action "+action)
			}
		})
	}
}

func (s *scene) serverSide(obj *unstructured.Unstructured) {
	s.t.Helper()
	if err := s.Kube.Apply(s.t.Context(), client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("argocd-controller"), client.ForceOwnership); err != nil {
		s.t.Fatal(err)
	}
}

// clientSide applies as kubectl does: what was applied stands in an annotation.
func (s *scene) clientSide(obj *unstructured.Unstructured) {
	s.t.Helper()
	text, err := json.Marshal(obj)
	if err != nil {
		s.t.Fatal(err)
	}
	obj.SetAnnotations(map[string]string{lastApplied: string(text)})
	if err := s.Kube.Create(s.t.Context(), obj, client.FieldOwner("argocd-controller")); client.IgnoreAlreadyExists(err) != nil {
		s.t.Fatal(err)
	}
}

// inSync compares the samples with what is there, as Argo CD does it: by a dry
// run of the same apply on the server, and by a three-way merge of what was
// applied, what is in Git and what is there.
func (s *scene) inSync(way, when string) {
	s.t.Helper()
	for _, obj := range s.copies() {
		live := s.live(obj)
		merged := obj.DeepCopy()
		if way == "ServerSideApply" {
			if err := s.Kube.Apply(s.t.Context(), client.ApplyConfigurationFromUnstructured(merged), client.FieldOwner("argocd-controller"), client.ForceOwnership, client.DryRunAll); err != nil {
				s.t.Fatal(err)
			}
		} else {
			merged = s.threeWay(obj, live)
		}
		for _, one := range []*unstructured.Unstructured{merged, live} {
			unstructured.RemoveNestedField(one.Object, "status")
			one.SetManagedFields(nil)
			one.SetResourceVersion("")
		}
		if !reflect.DeepEqual(merged.Object, live.Object) {
			s.t.Errorf("%s, %s: %s %s is OutOfSync: there is\n%v\nand there would be\n%v", way, when, obj.GetKind(), obj.GetName(), live.Object, merged.Object)
		}
	}
}

// threeWay is what would be there after another client-side apply.
func (s *scene) threeWay(obj, live *unstructured.Unstructured) *unstructured.Unstructured {
	s.t.Helper()
	original := []byte(live.GetAnnotations()[lastApplied])
	modified, err := json.Marshal(obj)
	if err != nil {
		s.t.Fatal(err)
	}
	current, err := json.Marshal(live)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(original) == 0 {
		return live.DeepCopy() // The namespace of the samples was there before.
	}
	patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(original, modified, current)
	if err != nil {
		s.t.Fatal(err)
	}
	merged := live.DeepCopy()
	if string(patch) == "{}" {
		return merged
	}
	if err := s.Kube.Patch(s.t.Context(), merged, client.RawPatch(types.MergePatchType, patch), &client.PatchOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
		s.t.Fatal(err)
	}
	return merged
}

// act runs an action on an ImageShare as Argo CD does: the script on the object as
// it is, and a patch of what it has changed.
func (s *scene) act(name, wanted string) {
	s.t.Helper()
	live := s.share(name)
	all := customizations(s.t)
	result, err := run(all[slices.IndexFunc(all, func(c customization) bool { return c.kind == "ImageShare" })].script(s.t, wanted), live.Object)
	if err != nil {
		s.t.Fatal(err)
	}
	acted := &unstructured.Unstructured{Object: result.(map[string]any)}
	if err := s.Kube.Patch(s.t.Context(), acted, client.MergeFrom(live), client.FieldOwner("argocd-server")); err != nil {
		s.t.Fatal(err)
	}
}

// obeyed waits until the operator has done what an action asks for.
func (s *scene) obeyed(name, action string) {
	s.t.Helper()
	s.Until("the operator obeys "+action, func() error {
		live := s.share(name)
		shape, err := health.ShapeOf(live)
		if err != nil {
			return err
		}
		asked := live.GetAnnotations()[v1alpha1.ReconcileRequestedAt]
		handled, _, _ := unstructured.NestedString(live.Object, "status", "lastHandledReconcileAt")
		want := map[string]string{"suspend": "Suspended", "reconcile": "Suspended", "resume": "Succeeded"}[action]
		if health.Behind(live) || shape.Reason != want || asked != handled {
			return fmt.Errorf("%s, asked %q, handled %q", shape, asked, handled)
		}
		return nil
	})
}
