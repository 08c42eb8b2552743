// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// slack is by how much more goroutines or open files there may be at the end
// than at the beginning: connections come and go.
const slack = 60

// reading is what an operator holds.
type reading struct{ goroutines, files float64 }

// readingOf reads the operator's page of metrics.
func readingOf(t *testing.T, s *stage.Stage, address string) reading {
	t.Helper()
	page, err := s.Metrics(address)
	if err != nil {
		t.Fatalf("read the operator's metrics: %v", err)
	}
	goroutines, err := page.Value("go_goroutines")
	if err != nil {
		t.Fatal(err)
	}
	files, err := page.Value("process_open_fds")
	if err != nil {
		t.Fatal(err)
	}
	return reading{goroutines, files}
}

// compareWith fails the test when more is held than before.
func (r reading) compareWith(t *testing.T, before reading) {
	t.Helper()
	t.Logf("goroutines %v, then %v; open files %v, then %v", before.goroutines, r.goroutines, before.files, r.files)
	if r.goroutines > before.goroutines+slack || r.files > before.files+slack {
		t.Errorf("the operator leaks: from %+v to %+v", before, r)
	}
}
