// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/pkg/ssa"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// flux is the engine of kustomize-controller, with its own field manager and the
// labels that it puts on what it applies.
type flux struct {
	*scene
	engine *ssa.ResourceManager
}

func newFlux(t *testing.T, s *scene) *flux {
	t.Helper()
	var way *http.Client
	way, err := rest.HTTPClientFor(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := apiutil.NewDynamicRESTMapper(s.Config, way)
	if err != nil {
		t.Fatal(err)
	}
	kube, err := client.New(s.Config, client.Options{Mapper: mapper})
	if err != nil {
		t.Fatal(err)
	}
	poller := polling.NewStatusPoller(kube, mapper, polling.Options{})
	return &flux{s, ssa.NewResourceManager(kube, poller, ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"})}
}

// fromGit is what the Kustomization has, labelled.
func (f *flux) fromGit() []*unstructured.Unstructured {
	out := f.copies()
	f.engine.SetOwnerLabels(out, "imageshares", "flux-system")
	return out
}

// apply applies, and answers what became of which object.
func (f *flux) apply(objects []*unstructured.Unstructured) *ssa.ChangeSet {
	f.t.Helper()
	options := ssa.DefaultApplyOptions()
	// What people have written by kubectl is taken over, and so can be undone.
	for _, operation := range []metav1.ManagedFieldsOperationType{metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate} {
		options.Cleanup.FieldManagers = append(options.Cleanup.FieldManagers, ssa.FieldManager{Name: "kubectl", OperationType: operation})
	}
	set, err := f.engine.ApplyAllStaged(f.t.Context(), objects, options)
	if err != nil {
		f.t.Fatal(err)
	}
	return set
}

// wait waits as a Kustomization with wait: true does: until all are Current, and
// no longer than until one has Failed.
func (f *flux) wait(timeout time.Duration) error {
	return f.engine.Wait(f.fromGit(), ssa.WaitOptions{Interval: 200 * time.Millisecond, Timeout: timeout, FailFast: true})
}

// mustNotDrift fails the test if anything differs from Git, or if applying
// changes anything.
func (f *flux) mustNotDrift(when string) {
	f.t.Helper()
	for _, obj := range f.fromGit() {
		change, live, merged, err := f.engine.Diff(f.t.Context(), obj, ssa.DefaultDiffOptions())
		if err != nil || change.Action != ssa.UnchangedAction {
			f.t.Errorf("%s: drift, %v, %v\n%v\n%v", when, change, err, live, merged)
		}
	}
	for what, action := range f.apply(f.fromGit()).ToMap() {
		if action != ssa.UnchangedAction {
			f.t.Errorf("%s: %s was %s", when, what, action)
		}
	}
}

// TestFlux has the samples applied, waited for, drifted from, corrected and
// pruned, as kustomize-controller does it.
func TestFlux(t *testing.T) {
	s, operator := newScene(t, stage.StartCluster(t))
	f := newFlux(t, s)

	crds, err := stage.Manifests(stage.Path("config", "crd", "bases", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f.apply(crds)
	for what, action := range f.apply(f.fromGit()).ToMap() {
		if action != ssa.CreatedAction {
			t.Errorf("%s was %s", what, action)
		}
	}
	if err := f.wait(3 * time.Second); err == nil || !strings.Contains(err.Error(), "InProgress") {
		t.Errorf("before the operator has looked, nothing is ready: %v", err)
	}
	f.mustNotDrift("before the operator has looked")

	operator.Start()
	if err := f.wait(time.Minute); err == nil || !strings.Contains(err.Error(), "ImageShare/platform/golden-ubuntu-beijing status: 'Failed'") {
		t.Errorf("a plan that waits for approval fails the Kustomization: %v", err)
	}
	f.mustNotDrift("while a plan is held")
	s.approve("golden-ubuntu-beijing")
	s.Until("all samples are Current", func() error { return f.wait(20 * time.Second) })
	f.mustNotDrift("after the operator is done")

	f.drifts()
	f.prunes()
}

// drifts has somebody edit what Git says, which is put back, in the cluster and
// then in the cloud.
func (f *flux) drifts() {
	f.t.Helper()
	by := f.fromGit()[slices.IndexFunc(f.samples, func(o *unstructured.Unstructured) bool { return o.GetName() == "golden-ubuntu" })]
	const image, stranger = "m-bp1goldenubuntu24", "1100000000000009"
	edited := f.live(by)
	if err := unstructured.SetNestedStringSlice(edited.Object, []string{stranger}, "spec", "sharees", "accountIDs"); err != nil {
		f.t.Fatal(err)
	}
	if err := f.Kube.Update(f.t.Context(), edited, client.FieldOwner("kubectl-edit")); err != nil {
		f.t.Fatal(err)
	}
	change, _, _, err := f.engine.Diff(f.t.Context(), by.DeepCopy(), ssa.DefaultDiffOptions())
	if err != nil || change.Action != ssa.ConfiguredAction {
		f.t.Errorf("an edit is drift: %v, %v", change, err)
	}
	set := f.apply(f.fromGit()).ToGroupedMap()
	if got := set[ssa.ConfiguredAction]; len(got) != 1 || !strings.HasSuffix(got[0], "golden-ubuntu") {
		f.t.Errorf("corrected were %v", got)
	}
	if err := f.wait(time.Minute); err != nil {
		f.t.Error(err)
	}
	f.Until("the image is as Git says", func() error {
		if got := f.Cloud.Sharees("cn-hangzhou", image); len(got) != 3 || slices.Contains(got, stranger) {
			return fmt.Errorf("it is shared with %v, as told in %v", got, f.live(by).Object["status"])
		}
		return nil
	})
	f.mustNotDrift("after a correction")
}

// prunes takes everything out of Git, first one object and then all.
func (f *flux) prunes() {
	f.t.Helper()
	gone := slices.DeleteFunc(f.fromGit(), func(o *unstructured.Unstructured) bool { return o.GetName() != "golden-alinux" })
	f.prune(gone)
	if got := f.Cloud.Sharees("cn-hangzhou", "m-bp1goldenalinux03"); len(got) > 0 {
		f.t.Errorf("pruned, and shared with %v", got)
	}
	// Whoever finishes the deletion of namespaces is not here.
	f.prune(slices.DeleteFunc(f.fromGit(), func(o *unstructured.Unstructured) bool { return o.GetKind() == "Namespace" }))
	for _, image := range []string{"m-bp1goldenubuntu24", "m-bp1encryptedbase01"} {
		if got := f.Cloud.Sharees("cn-hangzhou", image); len(got) > 0 {
			f.t.Errorf("pruned, and %s is shared with %v", image, got)
		}
	}
	f.nothingLeft()
}

// prune deletes, and waits until the finalizers are done.
func (f *flux) prune(objects []*unstructured.Unstructured) {
	f.t.Helper()
	options := ssa.DefaultDeleteOptions()
	options.Inclusions = f.engine.GetOwnerLabels("imageshares", "flux-system")
	set, err := f.engine.DeleteAll(f.t.Context(), objects, options)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.engine.WaitForSetTermination(set, ssa.WaitOptions{Interval: 200 * time.Millisecond, Timeout: time.Minute}); err != nil {
		f.t.Fatal(err)
	}
}
