// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// edits measures how long it takes from an edit to the status that says that all
// is as declared. It follows the same cache as the loops, in every replica, so
// that the one that comes to lead knows of edits that nobody has carried out yet.
type edits struct {
	now       func() time.Time
	leads     func() bool
	converged *prometheus.HistogramVec

	mutex sync.Mutex
	// open is when objects were edited that the operator is still to make Ready.
	open map[types.UID]time.Time
}

func newEdits(now func() time.Time, leads func() bool) *edits {
	return &edits{
		now: now, leads: leads, open: map[types.UID]time.Time{},
		converged: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "imageshare_edit_to_ready_seconds",
			Help: "Time from an edit of a spec, as the operator saw it, to the status that is Ready for it; of several edits meanwhile the last. " +
				"What was made while no operator watched counts from its creation; once looked at, or edited, while this one did not watch, it counts not at all. " +
				"Nor does what waits for a person meanwhile (Stalled), and what is not to be Ready: observed, suspended, deleted.",
			Buckets: []float64{0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400},
		}, []string{"kind"}),
	}
}

// follow follows objects of some kinds.
func (e *edits) follow(ctx context.Context, objects cache.Cache, kinds ...client.Object) error {
	for _, kind := range kinds {
		e.converged.WithLabelValues(kindOf(kind))
		informer, err := objects.GetInformer(ctx, kind)
		if err != nil {
			return fmt.Errorf("follow the %ss: %w", kindOf(kind), err)
		}
		if _, err := informer.AddEventHandler(toolscache.ResourceEventHandlerDetailedFuncs{
			AddFunc:    e.added,
			UpdateFunc: e.updated,
			DeleteFunc: e.deleted,
		}); err != nil {
			return fmt.Errorf("follow the %ss: %w", kindOf(kind), err)
		}
	}
	return nil
}

// added begins to measure for what nobody has looked at yet, if it is known since
// when that is so. What was looked at may have been Ready long ago.
func (e *edits) added(is any, initial bool) {
	obj, ok := is.(client.Object)
	switch {
	case !ok || isLookedAt(obj) || !obj.GetDeletionTimestamp().IsZero():
	case !initial:
		e.begin(obj, e.now())
	case obj.GetGeneration() == 1:
		e.begin(obj, obj.GetCreationTimestamp().Time)
	}
}

// updated begins to measure with an edit, and ends when the object is Ready. It
// gives up when nothing more is done before somebody changes something: how long
// that takes tells nothing of the operator.
func (e *edits) updated(was, is any) {
	before, ok := was.(client.Object)
	obj, fine := is.(client.Object)
	switch {
	case !ok || !fine:
		return
	case before.GetUID() != obj.GetUID():
		e.forget(before)
		e.added(obj, false)
		return
	case !obj.GetDeletionTimestamp().IsZero():
		e.forget(obj)
		return
	case before.GetGeneration() != obj.GetGeneration():
		e.begin(obj, e.now())
	}
	switch {
	case isReady(obj):
		e.end(obj)
	case isLookedAt(obj) && !meta.IsStatusConditionTrue(statusOf(obj).conditions, v1alpha1.ConditionReconciling):
		e.forget(obj)
	}
}

// deleted forgets an object.
func (e *edits) deleted(was any) {
	if last, ok := was.(toolscache.DeletedFinalStateUnknown); ok {
		was = last.Obj
	}
	if obj, ok := was.(client.Object); ok {
		e.forget(obj)
	}
}

func (e *edits) begin(obj client.Object, at time.Time) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.open[obj.GetUID()] = at
}

func (e *edits) forget(obj client.Object) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.open, obj.GetUID())
}

func (e *edits) end(obj client.Object) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	at, open := e.open[obj.GetUID()]
	if !open {
		return
	}
	delete(e.open, obj.GetUID())
	if e.leads() {
		e.converged.WithLabelValues(kindOf(obj)).Observe(max(e.now().Sub(at), 0).Seconds())
	}
}

// isReady reports whether the status says that all is as the spec of now
// declares it.
func isReady(obj client.Object) bool {
	return isLookedAt(obj) && meta.IsStatusConditionTrue(statusOf(obj).conditions, v1alpha1.ConditionReady)
}

// isLookedAt reports whether the status tells of the spec of now, good or bad.
func isLookedAt(obj client.Object) bool {
	ready := meta.FindStatusCondition(statusOf(obj).conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.ObservedGeneration == obj.GetGeneration()
}
