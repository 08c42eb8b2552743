// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// Observer counts what looks at objects come to.
type Observer interface {
	// Looked is told what a look at an object of a kind came to: one of [Results].
	Looked(kind, result string)
	// Corrected is told that something in the cloud was put right on account of an
	// object of a kind, by the reason of the event that tells so: one of
	// [Corrections].
	Corrected(kind, reason string)
}

// The kinds, as an observer is told them.
const (
	kindShare  = "ImageShare"
	kindSharer = "SharerAccount"
)

// results are the classes as an observer is told them.
var results = map[class]string{
	done: "Done", resting: "Resting", waiting: "Waiting", slowDown: "SlowDown", retry: "Retry", fixCloud: "FixCloud", fixSpec: "FixSpec",
}

// Results are what a look can come to, by what is to be done next.
func Results() []string { return slices.Sorted(maps.Values(results)) }

// Corrections are the reasons of events that tell of drift that was put right.
func Corrections() []string { return []string{eventClaimRestored, eventRestored, eventReverted} }

// unobserved is the observer where nobody counts.
type unobserved struct{}

// Looked counts nothing.
func (unobserved) Looked(string, string) {}

// Corrected counts nothing.
func (unobserved) Corrected(string, string) {}

// telltale is a recorder of events that tells an observer of those that speak of
// drift.
type telltale struct {
	events.EventRecorder

	observer Observer
}

// counting is a recorder of events, and the observer of what it records.
func counting(recorder events.EventRecorder, by Observer) (events.EventRecorder, Observer) {
	if by == nil {
		by = unobserved{}
	}
	return telltale{recorder, by}, by
}

// Eventf records an event.
func (t telltale) Eventf(regarding, related runtime.Object, kind, reason, action, note string, args ...any) {
	t.EventRecorder.Eventf(regarding, related, kind, reason, action, note, args...)
	if slices.Contains(Corrections(), reason) {
		t.observer.Corrected(kindOf(regarding), reason)
	}
}

// kindOf is the kind of an object of ours; the client leaves it out of what it
// reads.
func kindOf(obj runtime.Object) string {
	if _, ok := obj.(*v1alpha1.SharerAccount); ok {
		return kindSharer
	}
	return kindShare
}
