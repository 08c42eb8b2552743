// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// whole reports whether the worlds are to be explored to their ends, or to their
// bounds, as by make model, and not only so far as there is time for in every run
// of the tests. MODEL may also be a number of steps.
func whole() bool { return os.Getenv("MODEL") != "" }

func mostSteps(w *world) int {
	if !whole() {
		return w.steps
	}
	if most, err := strconv.Atoi(os.Getenv("MODEL")); err == nil {
		return most
	}
	return w.bound
}

// Whatever happens in these worlds, in whatever order: nothing is granted or
// taken that should not be, and from every state everything comes to be as
// declared once nothing fails any more.
func TestWhateverHappensIsSound(t *testing.T) {
	states, passes, took := 0, int64(0), time.Duration(0)
	for _, w := range worlds() {
		t.Run(w.name, func(t *testing.T) {
			x := explore(w, mostSteps(w))
			t.Log(x)
			if x.wrong != nil {
				t.Fatal(x.story())
			}
			states, passes, took = states+x.states(), passes+x.passes.Load(), took+x.took
		})
	}
	t.Logf("%d states in all worlds, %d passes, %v", states, passes, took.Round(time.Second))
}
