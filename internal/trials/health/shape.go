// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// Health is what an engine shows, in the words of kstatus.
type Health string

const (
	// Current is as declared: a pipeline goes on.
	Current Health = "Current"
	// InProgress is not as declared, and nobody has to do anything about it but
	// whoever asked for it: a pipeline waits.
	InProgress Health = "InProgress"
	// Failed is that somebody has to change something first: a pipeline stops.
	Failed Health = "Failed"
	// Terminating is deleted, and not gone yet.
	Terminating Health = "Terminating"
)

// nothing stands in goldens.txt where there is no condition beside Ready.
const nothing = "-"

// Shape is what of a status the health of an object rests on.
type Shape struct {
	Kind string
	// Ready and Reason are of the condition Ready.
	Ready, Reason string
	// Beside is Reconciling or Stalled, or neither.
	Beside string
}

// String is the shape as goldens.txt has it.
func (s Shape) String() string {
	return fmt.Sprintf("%-13s %-7s %-26s %s", s.Kind, s.Ready, s.Reason, s.Beside)
}

// ShapeOf is the shape of an object's status. It is an error if the status
// breaks what all of them promise: Ready is there, and of the generation that
// the whole status tells of; Reconciling and Stalled are there only while they
// are True, with the reason of Ready, and never both.
func ShapeOf(obj *unstructured.Unstructured) (Shape, error) {
	var status struct {
		Status v1alpha1.ImageShareStatus `json:"status"`
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, &status); err != nil {
		return Shape{}, err
	}
	found := map[string]metav1.Condition{}
	for _, c := range status.Status.Conditions {
		found[c.Type] = c
	}
	ready := found[v1alpha1.ConditionReady]
	shape := Shape{Kind: obj.GetKind(), Ready: string(ready.Status), Reason: ready.Reason, Beside: nothing}
	if observed := status.Status.ObservedGeneration; ready.Reason == "" || observed > 0 && ready.ObservedGeneration != observed {
		return shape, fmt.Errorf("the status of generation %d has no Ready of that generation: %v", observed, status.Status.Conditions)
	}
	var err error
	shape.Beside, err = beside(found, ready)
	return shape, err
}

// beside is what stands beside Ready.
func beside(found map[string]metav1.Condition, ready metav1.Condition) (string, error) {
	out := nothing
	for _, kind := range []string{v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled} {
		c, there := found[kind]
		switch {
		case !there:
			continue
		case c.Status != metav1.ConditionTrue || c.Reason != ready.Reason || c.ObservedGeneration != ready.ObservedGeneration:
			return out, fmt.Errorf("%s is there only while it is True, and says what Ready says: %v, %v", kind, c, ready)
		case out != nothing:
			return out, fmt.Errorf("never Reconciling and Stalled: %v", found)
		}
		out = kind
	}
	return out, nil
}

// Behind reports whether a status tells of another spec than the one that an
// object has.
func Behind(obj *unstructured.Unstructured) bool {
	observed, _, _ := unstructured.NestedInt64(obj.Object, "status", "observedGeneration")
	return observed != obj.GetGeneration()
}

// Object is an object with a status of this shape, that tells of its spec as it
// is.
func (s Shape) Object() *unstructured.Unstructured {
	condition := func(kind, status string) any {
		return map[string]any{
			"type": kind, "status": status, "reason": s.Reason, "message": "About " + s.Reason,
			"observedGeneration": int64(2), "lastTransitionTime": "2026-01-01T00:00:00Z",
		}
	}
	// What a step says tells nothing of the health of the whole.
	conditions := []any{condition(v1alpha1.ConditionImageShareable, "Unknown"), condition(v1alpha1.ConditionReady, s.Ready)}
	if s.Beside != nothing {
		conditions = append(conditions, condition(s.Beside, "True"))
	}
	obj := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": s.Kind,
		"spec":   map[string]any{},
		"status": map[string]any{"observedGeneration": int64(2), "conditions": conditions},
	}}
	obj.SetName(strings.ToLower(s.Reason))
	obj.SetGeneration(2)
	return obj
}
