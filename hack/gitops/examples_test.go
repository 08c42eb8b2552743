// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/ssa/utils"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// The examples for Flux are of Flux's own types, to the field, and fit together.
func TestTheExamplesForFlux(t *testing.T) {
	sources, names := map[string]bool{}, map[string]bool{"imageshare-operator": true}
	var all []kustomizev1.Kustomization
	for _, obj := range fluxExamples(t) {
		switch obj.GetKind() {
		case "Kustomization":
			k := strictly(t, obj, kustomizev1.Kustomization{})
			all, names[k.Name] = append(all, k), true
		case "GitRepository":
			sources["GitRepository/"+obj.GetName()] = true
			exampleOnly(t, strictly(t, obj, sourcev1.GitRepository{}).Spec.URL)
		default:
			sources["OCIRepository/"+obj.GetName()] = true
			exampleOnly(t, strictly(t, obj, sourcev1.OCIRepository{}).Spec.URL)
		}
	}
	if len(all) != 2 || len(sources) != 2 {
		t.Errorf("%d Kustomizations, sources %v", len(all), sources)
	}
	for _, k := range all {
		fits(t, k, sources, names)
	}
}

// fits fails the test if a Kustomization names what there is not, or neither
// waits nor prunes.
func fits(t *testing.T, k kustomizev1.Kustomization, sources, names map[string]bool) {
	t.Helper()
	if !sources["GitRepository/"+k.Spec.SourceRef.Name] || !sources["OCIRepository/"+k.Spec.SourceRef.Name] {
		t.Errorf("%s: there is no source %s", k.Name, k.Spec.SourceRef.Name)
	}
	if !k.Spec.Wait || !k.Spec.Prune || len(k.Spec.DependsOn) != 1 || !names[k.Spec.DependsOn[0].Name] {
		t.Errorf("%s: %+v", k.Name, k.Spec)
	}
}

func fluxExamples(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	for _, file := range []string{"kustomization.yaml", "ocirepository.yaml"} {
		data, err := os.ReadFile(filepath.Join("config", "gitops", "flux", file))
		if err != nil {
			t.Fatal(err)
		}
		objects, err := utils.ReadObjects(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, objects...)
	}
	return out
}

// strictly is an object as its type has it; it is an error if the type lacks a
// field.
func strictly[T any](t *testing.T, obj *unstructured.Unstructured, into T) T {
	t.Helper()
	text, err := yaml.Marshal(obj.Object)
	if err == nil {
		err = yaml.UnmarshalStrict(text, &into)
	}
	if err != nil {
		t.Errorf("%s %s: %v", obj.GetKind(), obj.GetName(), err)
	}
	return into
}

// exampleOnly fails the test if an address is anybody's.
func exampleOnly(t *testing.T, address string) {
	t.Helper()
	if at, err := url.Parse(address); err != nil || !strings.HasSuffix(at.Hostname(), ".example.com") {
		t.Errorf("%q is an address that could be somebody's", address)
	}
}

// The example for Argo CD asks for what the tests try.
func TestTheExampleForArgoCD(t *testing.T) {
	objects, err := stage.Manifests(filepath.Join("config", "gitops", "argocd", "application.yaml"))
	if err != nil || len(objects) != 1 {
		t.Fatal(objects, err)
	}
	var app struct {
		Spec struct {
			Source struct {
				RepoURL string `json:"repoURL"`
			} `json:"source"`
			SyncPolicy struct {
				SyncOptions []string `json:"syncOptions"`
			} `json:"syncPolicy"`
		} `json:"spec"`
	}
	text, err := yaml.Marshal(objects[0].Object)
	if err == nil {
		err = yaml.Unmarshal(text, &app)
	}
	if err != nil {
		t.Fatal(err)
	}
	exampleOnly(t, app.Spec.Source.RepoURL)
	if got := strings.Join(app.Spec.SyncPolicy.SyncOptions, " "); got != "ServerSideApply=true PruneLast=true" {
		t.Error(got)
	}
}

// The waves put a SharerAccount before its ImageShares.
func TestTheWaves(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	top, err := filepath.Rel(folder, here)
	if err != nil {
		t.Fatal(err)
	}
	own := "resources: [" + top + "/config/samples]\ncomponents: [" + top + "/config/gitops/argocd/waves]\n"
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	sharers := 0
	for _, obj := range build(t, folder) {
		want := ""
		if obj.GetKind() == "SharerAccount" {
			want, sharers = "-1", sharers+1
		}
		if got := obj.GetAnnotations()["argocd.argoproj.io/sync-wave"]; got != want {
			t.Errorf("%s %s is in wave %q", obj.GetKind(), obj.GetName(), got)
		}
	}
	if sharers != 1 {
		t.Errorf("%d SharerAccounts", sharers)
	}
}
