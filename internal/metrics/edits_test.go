// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// tale is what a cache tells of one object, second by second.
type tale struct {
	*edits

	seconds int64
	last    *v1alpha1.ImageShare
	leading bool
}

func newTale() *tale {
	t := &tale{leading: true, seconds: 1000}
	t.edits = newEdits(func() time.Time { return time.Unix(t.seconds, 0) }, func() bool { return t.leading })
	return t
}

// share is an ImageShare of a generation, Ready for another one, or for none.
func share(uid types.UID, generation, ready int64) *v1alpha1.ImageShare {
	out := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{UID: uid, Generation: generation, CreationTimestamp: metav1.Unix(990, 0)}}
	if ready > 0 {
		out.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: "True", ObservedGeneration: ready}}
	}
	return out
}

// waits is an ImageShare of generation 1 that was looked at and is not Ready: the
// operator goes on, or waits for a person.
func waits(kinds ...string) *v1alpha1.ImageShare {
	out := share("a", 1, 0)
	out.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: "False", ObservedGeneration: 1}}
	for _, kind := range kinds {
		out.Status.Conditions = append(out.Status.Conditions, metav1.Condition{Type: kind, Status: "True", ObservedGeneration: 1})
	}
	return out
}

// edited is the object with a further generation, and the status of before.
func edited(obj *v1alpha1.ImageShare) *v1alpha1.ImageShare {
	out := obj.DeepCopy()
	out.Generation++
	return out
}

// next is the object as it is so many seconds later.
func (t *tale) next(seconds int64, obj *v1alpha1.ImageShare) *tale {
	t.seconds += seconds
	if t.last == nil {
		t.added(obj, false)
	} else {
		t.updated(t.last, obj)
	}
	t.last = obj
	return t
}

// found is the object as it is when the operator starts.
func (t *tale) found(obj *v1alpha1.ImageShare) *tale {
	t.added(obj, true)
	t.last = obj
	return t
}

// follows goes on without a leader, or with one.
func (t *tale) follows(leading bool) *tale {
	t.leading = leading
	return t
}

// gone deletes the object, of which the cache may have missed the end.
func (t *tale) gone(missed bool) *tale {
	if missed {
		t.deleted(toolscache.DeletedFinalStateUnknown{Obj: t.last})
	} else {
		t.deleted(t.last)
	}
	t.last = nil
	return t
}

func TestTheTimeFromAnEditToReady(t *testing.T) {
	leaving := share("a", 2, 2)
	leaving.DeletionTimestamp = &long
	for what, of := range map[string]struct {
		tale *tale
		// count is how many were measured, and seconds how long all took.
		count   uint64
		seconds float64
	}{
		"created, then Ready":                    {newTale().next(0, share("a", 1, 0)).next(3, share("a", 1, 1)), 1, 3},
		"Ready once is measured once":            {newTale().next(0, share("a", 1, 0)).next(3, share("a", 1, 1)).next(9, share("a", 1, 1)), 1, 3},
		"edited, then Ready":                     {newTale().found(share("a", 1, 1)).next(5, share("a", 2, 1)).next(4, share("a", 2, 2)), 1, 4},
		"not Ready yet":                          {newTale().found(share("a", 1, 1)).next(5, share("a", 2, 1)).next(4, share("a", 2, 1)), 0, 0},
		"of two edits the last counts":           {newTale().next(0, share("a", 1, 0)).next(5, share("a", 2, 0)).next(4, share("a", 2, 2)), 1, 4},
		"created before the operator started":    {newTale().found(share("a", 1, 0)).next(5, share("a", 1, 1)), 1, 15},
		"edited before the operator started":     {newTale().found(share("a", 2, 1)).next(5, share("a", 2, 2)), 0, 0},
		"Ready before the operator started":      {newTale().found(share("a", 2, 2)).next(5, share("a", 2, 2)), 0, 0},
		"lost Ready and regained it":             {newTale().found(share("a", 1, 1)).next(5, share("a", 1, 0)).next(5, share("a", 1, 1)), 0, 0},
		"deleted before it was Ready":            {newTale().next(0, share("a", 1, 0)).next(5, leaving).next(5, leaving), 0, 0},
		"gone before it was Ready":               {newTale().next(0, share("a", 1, 0)).gone(false).next(5, share("a", 1, 1)), 0, 0},
		"gone unseen before it was Ready":        {newTale().next(0, share("a", 1, 0)).gone(true).next(5, share("a", 1, 1)), 0, 0},
		"made anew under its name":               {newTale().next(0, share("a", 1, 0)).next(5, share("b", 1, 0)).next(4, share("b", 1, 1)), 1, 4},
		"on its way, then Ready":                 {newTale().next(0, share("a", 1, 0)).next(3, waits("Reconciling")).next(4, share("a", 1, 1)), 1, 7},
		"Ready for long before a restart":        {newTale().found(waits("Reconciling")).next(5, share("a", 1, 1)), 0, 0},
		"Ready after a person was waited for":    {newTale().next(0, share("a", 1, 0)).next(3, waits("Stalled")).next(86400, share("a", 1, 1)), 0, 0},
		"Ready after its account was suspended":  {newTale().next(0, share("a", 1, 0)).next(3, waits()).next(86400, share("a", 1, 1)), 0, 0},
		"Ready after a person has edited it":     {newTale().found(waits("Stalled")).next(5, edited(waits("Stalled"))).next(4, share("a", 2, 2)), 1, 4},
		"while another replica leads":            {newTale().follows(false).next(0, share("a", 1, 0)).next(3, share("a", 1, 1)), 0, 0},
		"edited under another, Ready under this": {newTale().follows(false).next(0, share("a", 1, 0)).follows(true).next(3, share("a", 1, 1)), 1, 3},
		"Ready under another is not Ready again": {newTale().follows(false).next(0, share("a", 1, 0)).next(3, share("a", 1, 1)).follows(true).next(3, share("a", 1, 1)), 0, 0},
		"the clocks of machines are not the same": {newTale().found(func() *v1alpha1.ImageShare {
			s := share("a", 1, 0)
			s.CreationTimestamp = metav1.Unix(2000, 0)
			return s
		}()).next(5, share("a", 1, 1)), 1, 0},
	} {
		if count, seconds := measured(t, of.tale.edits); count != of.count || seconds != of.seconds {
			t.Errorf("%s: %d measured, of %v seconds, want %d, of %v", what, count, seconds, of.count, of.seconds)
		}
		if len(of.tale.open) > 1 {
			t.Errorf("%s: %v are remembered of one object", what, of.tale.open)
		}
	}
}

// measured is how many were measured, and how long all took.
func measured(t *testing.T, e *edits) (count uint64, seconds float64) {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(e.converged)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, one := range family.GetMetric() {
			count, seconds = count+one.GetHistogram().GetSampleCount(), seconds+one.GetHistogram().GetSampleSum()
		}
	}
	return count, seconds
}

func TestWhatGoesIsForgotten(t *testing.T) {
	e := newTale()
	for n := range 50 {
		e.last = nil
		e.next(1, share(types.UID(fmt.Sprint(n)), 1, 0)).gone(n%2 == 0)
	}
	if len(e.open) > 0 {
		t.Errorf("remembered: %v", e.open)
	}
}
