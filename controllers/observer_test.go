// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"testing"

	"k8s.io/client-go/tools/events"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// heard is an observer that writes down what it is told.
type heard struct{ told []string }

func (h *heard) Looked(kind, result string)    { h.told = append(h.told, kind+" "+result) }
func (h *heard) Corrected(kind, reason string) { h.told = append(h.told, kind+" corrected: "+reason) }

// Events go where they went; of those that speak of drift the observer hears.
func TestDriftThatIsPutRightIsObserved(t *testing.T) {
	fake, by := events.NewFakeRecorder(10), &heard{}
	recorder, _ := counting(fake, by)
	for _, reason := range []string{eventReverted, eventGranted, eventRestored, v1alpha1.ReasonPlanHeld} {
		recorder.Eventf(&v1alpha1.ImageShare{}, nil, "Normal", reason, "Act", "%s", "words")
	}
	recorder.Eventf(&v1alpha1.SharerAccount{}, nil, "Normal", eventRestored, "Act", "%s", "words")
	if len(fake.Events) != 5 {
		t.Errorf("%d events of 5 are recorded", len(fake.Events))
	}
	if want := []string{"ImageShare corrected: Reverted", "ImageShare corrected: Restored", "SharerAccount corrected: Restored"}; !slices.Equal(by.told, want) {
		t.Errorf("told %v, want %v", by.told, want)
	}
}

// Every class of verdict has a word of its own.
func TestEveryResultIsToldApart(t *testing.T) {
	words := slices.Compact(Results())
	if len(words) != int(fixSpec)+1 || slices.Contains(words, "") {
		t.Errorf("for %d classes there are the words %v", fixSpec+1, words)
	}
}
