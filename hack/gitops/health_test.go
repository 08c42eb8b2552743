// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/health"
)

// variant is a golden status on an object in one of the situations in which
// engines meet it.
type variant struct {
	name   string
	obj    *unstructured.Unstructured
	golden health.Golden
	want   health.Health
}

// variants are every golden status as it is told; on an object that was edited
// since; and on one that was deleted since.
func variants(t *testing.T) []variant {
	t.Helper()
	goldens, err := health.Goldens()
	if err != nil || len(goldens) == 0 {
		t.Fatalf("%d goldens, %v", len(goldens), err)
	}
	var out []variant
	for _, g := range goldens {
		edited, deleted := g.Object(), g.Object()
		edited.SetGeneration(edited.GetGeneration() + 1)
		now := metav1.Now()
		deleted.SetDeletionTimestamp(&now)
		out = append(out,
			variant{g.String(), g.Object(), g, g.Health},
			variant{g.String() + ", edited", edited, g, health.InProgress},
			variant{g.String() + ", deleted", deleted, g, health.Terminating},
		)
	}
	return out
}

// What Flux, Helm and others that use kstatus show is what is intended.
func TestKstatusAgreesOnEveryStatus(t *testing.T) {
	for _, v := range variants(t) {
		result, err := status.Compute(v.obj)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if string(result.Status) != string(v.want) {
			t.Errorf("%s: kstatus says %s (%s), and %s is intended", v.name, result.Status, result.Message, v.want)
		}
		if intended, err := health.Intended(v.obj); err != nil || intended != v.want {
			t.Errorf("%s: %s is intended, not %s, %v", v.name, v.want, intended, err)
		}
	}
}

// What steps say changes nothing, however it stands beside Ready.
func TestOtherConditionsDoNotChangeTheHealth(t *testing.T) {
	for _, v := range variants(t) {
		conditions, _, _ := unstructured.NestedSlice(v.obj.Object, "status", "conditions")
		for _, one := range []string{"True", "False", "Unknown"} {
			beside := []any{}
			for _, kind := range []string{"PlanHeld", "AccountsShared", "KeysUnhealthy", "UndeclaredSharees"} {
				beside = append(beside, map[string]any{"type": kind, "status": one, "reason": "Any", "message": "Any"})
			}
			for _, order := range [][]any{append(beside, conditions...), append(conditions, beside...)} {
				obj := v.obj.DeepCopy()
				if err := unstructured.SetNestedSlice(obj.Object, order, "status", "conditions"); err != nil {
					t.Fatal(err)
				}
				if result, err := status.Compute(obj); err != nil || string(result.Status) != string(v.want) {
					t.Errorf("%s, others %s: %v, %v", v.name, one, result, err)
				}
			}
		}
	}
}

// What Argo CD shows is the same in its own words, but for what the operator is
// told not to do, which is Suspended.
func TestArgoCDAgreesOnEveryStatus(t *testing.T) {
	words := map[health.Health]string{health.Current: "Healthy", health.InProgress: "Progressing", health.Failed: "Degraded", health.Terminating: "Progressing"}
	scripts := map[string]string{}
	for _, c := range customizations(t) {
		scripts[c.kind] = c.health
	}
	suspended := 0
	for _, v := range variants(t) {
		want := words[v.want]
		if v.name == v.golden.String() && restingNow(v.golden) {
			want, suspended = "Suspended", suspended+1
		}
		result, err := run(scripts[v.obj.GetKind()], v.obj.Object)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if got := field(result, "status"); got != want {
			t.Errorf("%s: Argo CD shows %s, and %s is intended", v.name, got, want)
		}
		if v.want != health.InProgress && field(result, "message") == "" {
			t.Errorf("%s: Argo CD shows no message", v.name)
		}
	}
	if suspended != 3 {
		t.Errorf("%d statuses are Suspended: an ImageShare's Suspended and Observing, and a SharerAccount's Suspended are", suspended)
	}
}

// restingNow reports whether the operator does nothing because it is told so.
func restingNow(g health.Golden) bool {
	return (g.Reason == "Suspended" || g.Reason == "Observing") && g.Beside == "-"
}

// Before the operator has told anything, whatever the reason, nothing is healthy.
func TestArgoCDWaitsForTheOperator(t *testing.T) {
	for _, c := range customizations(t) {
		for _, obj := range []map[string]any{
			{"metadata": map[string]any{"generation": int64(1)}},
			{"metadata": map[string]any{"generation": int64(1)}, "status": map[string]any{}},
			{"metadata": map[string]any{"generation": int64(1)}, "status": map[string]any{"observedGeneration": int64(1)}},
		} {
			if result, err := run(c.health, obj); err != nil || field(result, "status") != "Progressing" {
				t.Errorf("%s %v: %v, %v", c.kind, obj, result, err)
			}
		}
	}
}

// The sandbox takes from scripts what Argo CD takes from them, or else the tests
// would allow what an installation refuses.
func TestScriptsCannotReachOut(t *testing.T) {
	for _, script := range []string{`string.format("x")`, `("x"):len()`, `io.open("x")`, `os.exit(1)`, `require("os").getenv("x")`, `dofile("x")`, `loadfile("x")()`, `while true do end`} {
		if result, err := run(script+"\nreturn {}", nil); err == nil {
			t.Errorf("%s: allowed, %v", script, fmt.Sprint(result))
		}
	}
}
