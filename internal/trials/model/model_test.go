// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"os"
	"testing"
)

// whole reports whether the worlds are to be explored to their ends, as by make
// model, and not only so far as there is time for in every run of the tests.
func whole() bool { return os.Getenv("MODEL") != "" }

// Whatever happens in these worlds, in whatever order: nothing is granted or
// taken that should not be, and from every state everything comes to be as
// declared once nothing fails any more.
func TestWhateverHappensIsSound(t *testing.T) {
	for _, w := range worlds() {
		t.Run(w.name, func(t *testing.T) {
			most := w.steps
			if whole() {
				most = 0
			}
			x := explore(w, most)
			t.Log(x)
			if x.wrong != nil {
				t.Fatal(x.story())
			}
		})
	}
}
