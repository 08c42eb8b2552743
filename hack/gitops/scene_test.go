// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

var errNotYet = errors.New("not yet")

// scene is the samples, as a Git repository has them, for an API server, the
// operator as the program that ships, and the simulated cloud with the images of
// the samples in it.
type scene struct {
	*stage.Stage
	t       *testing.T
	samples []*unstructured.Unstructured
}

// newScene sets the scene. The operator is prepared, and not started.
func newScene(t *testing.T, cluster *stage.Cluster) (*scene, *stage.Operator) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("hack", "simcloud", "world.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := simcloud.ParseDocument(data)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{Stage: stage.Set(t, cluster, document), t: t}
	own := s.Sharer()
	if err := s.Kube.Delete(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	key := document.Accounts[0].Users[0].AccessKeys[0]
	secret := s.Secret(key.ID, key.Secret)
	secret.Name = "alibaba-cloud-credentials"
	s.MustCreate(secret)
	s.read(own.Spec.Endpoints)
	return s, s.NewOperator("one")
}

// read builds the samples as kustomize does, with one change such as a person
// would patch in: the way to the simulated cloud.
func (s *scene) read(endpoints v1alpha1.Endpoints) {
	s.t.Helper()
	at, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&endpoints)
	if err != nil {
		s.t.Fatal(err)
	}
	s.samples = build(s.t, filepath.Join("config", "samples"))
	for _, obj := range s.samples {
		if obj.GetKind() == "SharerAccount" {
			if err := unstructured.SetNestedMap(obj.Object, at, "spec", "endpoints"); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	if len(s.samples) < 6 {
		s.t.Fatalf("only %d samples", len(s.samples))
	}
}

// build builds a kustomization.
func build(t *testing.T, folder string) []*unstructured.Unstructured {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := utils.ReadObjects(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// copies are the objects of the samples, as if read from Git again.
func (s *scene) copies() []*unstructured.Unstructured {
	out := make([]*unstructured.Unstructured, 0, len(s.samples))
	for _, obj := range s.samples {
		out = append(out, obj.DeepCopy())
	}
	return out
}

// live is an object of the samples as it is now.
func (s *scene) live(obj *unstructured.Unstructured) *unstructured.Unstructured {
	s.t.Helper()
	found := &unstructured.Unstructured{}
	found.SetGroupVersionKind(obj.GroupVersionKind())
	if err := s.Kube.Get(s.t.Context(), client.ObjectKeyFromObject(obj), found); err != nil {
		s.t.Fatal(err)
	}
	return found
}

// share is an ImageShare of the samples as it is now.
func (s *scene) share(name string) *unstructured.Unstructured {
	s.t.Helper()
	for _, obj := range s.samples {
		if obj.GetKind() == "ImageShare" && obj.GetName() == name {
			return s.live(obj)
		}
	}
	s.t.Fatalf("there is no sample %s", name)
	return nil
}

// holds is an error while no plan of an ImageShare is held.
func (s *scene) holds(name string) error {
	if hash, _, _ := unstructured.NestedString(s.share(name).Object, "status", "heldPlan", "hash"); hash == "" {
		return errNotYet
	}
	return nil
}

// approve approves what is held of an ImageShare, as a person does by kubectl
// annotate --field-manager=approver: Flux takes off what kubectl set by its own name.
func (s *scene) approve(name string) {
	s.t.Helper()
	s.Until("a plan of "+name+" is held", func() error { return s.holds(name) })
	before := s.share(name)
	hash, _, _ := unstructured.NestedString(before.Object, "status", "heldPlan", "hash")
	obj := before.DeepCopy()
	obj.SetAnnotations(map[string]string{v1alpha1.ApprovedPlan: hash})
	if err := s.Kube.Patch(s.t.Context(), obj, client.MergeFrom(before), client.FieldOwner("approver")); err != nil {
		s.t.Fatal(err)
	}
}

// nothingLeft checks that neither kind has an object any more.
func (s *scene) nothingLeft() {
	s.t.Helper()
	var left v1alpha1.ImageShareList
	if err := s.Kube.List(s.t.Context(), &left, client.InNamespace("platform")); err != nil || len(left.Items) > 0 {
		s.t.Errorf("left in the namespace: %d ImageShares, %v", len(left.Items), err)
	}
	var sharers v1alpha1.SharerAccountList
	if err := s.Kube.List(s.t.Context(), &sharers); err != nil || len(sharers.Items) > 0 {
		s.t.Errorf("left: %d SharerAccounts, %v", len(sharers.Items), err)
	}
}
