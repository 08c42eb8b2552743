// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/health"
)

// statuses are all that operators write in the specs. Each scene ends with a
// look at it, so that a status fails its spec when nobody has said how GitOps
// engines are to take it.
var statuses health.Book

// What to do next about an outcome is what an engine is to make of it. Whatever
// the operator tells goes through these two functions.
func TestWhatToDoNextIsTheHealth(t *testing.T) {
	healths := map[class]health.Health{
		done: health.Current, resting: health.InProgress, waiting: health.InProgress, slowDown: health.InProgress,
		retry: health.InProgress, fixCloud: health.Failed, fixSpec: health.Failed,
	}
	beside := map[health.Health]string{health.Current: "-", health.InProgress: v1alpha1.ConditionReconciling, health.Failed: v1alpha1.ConditionStalled}
	for class := done; class <= fixSpec; class++ {
		for _, blind := range []bool{false, true} {
			v := verdict{class: class, reason: "Reason", blind: blind}
			obj := &v1alpha1.ImageShare{Status: v1alpha1.ImageShareStatus{ObservedGeneration: 3}}
			tellReady(&obj.Status.Conditions, 3, v, consequenceOf(v, time.Minute))
			obj.Generation = 3
			raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
			if err != nil {
				t.Fatal(err)
			}
			found, err := health.ShapeOf(&unstructured.Unstructured{Object: raw})
			if err != nil {
				t.Errorf("class %d, blind %t: %v", class, blind, err)
			}
			want := health.Shape{Ready: "False", Reason: "Reason", Beside: beside[healths[class]]}
			switch {
			case blind || class == resting:
				want.Ready = "Unknown"
			case class == done:
				want.Ready = "True"
			}
			if class == resting {
				want.Beside = "-"
			}
			if found != want {
				t.Errorf("class %d, blind %t: %q, want %q", class, blind, found, want)
			}
		}
	}
}

var _ = Describe("The health of", func() {
	var s *scene
	BeforeEach(func(ctx SpecContext) { s = newScene(ctx) })

	intended := func(kind, namespace, name string) (health.Health, error) {
		found := &unstructured.Unstructured{}
		found.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
		if err := kube.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, found); err != nil {
			return "", err
		}
		return health.Intended(found)
	}

	It("what nobody has looked at yet is neither good nor bad", func() {
		s.share("golden", image, sharee(1))
		Expect(intended("ImageShare", s.namespace, "golden")).To(Equal(health.InProgress))
		Expect(intended("SharerAccount", "", "default")).To(Equal(health.InProgress))
	})

	It("an edit is unknown until somebody has looked at it, and a deletion goes on until it is done", func() {
		s.share("golden", image, sharee(1))
		s.start()
		s.ready("golden")
		Expect(intended("ImageShare", s.namespace, "golden")).To(Equal(health.Current))
		s.stop()
		s.edit("golden", func(obj *v1alpha1.ImageShare) { obj.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
		Expect(intended("ImageShare", s.namespace, "golden")).To(Equal(health.InProgress))
		s.delete("golden")
		Expect(intended("ImageShare", s.namespace, "golden")).To(Equal(health.Terminating))
	})
})
