// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// slack is by how much more goroutines or open files there may be at the end
// than at the beginning: connections come and go.
const slack = 60

// gauge is the page of metrics of an operator.
type gauge struct{ address string }

// newGauge finds an address for it.
func newGauge(t *testing.T) gauge {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return gauge{listener.Addr().String()}
}

// reading is what an operator holds.
type reading struct{ goroutines, files float64 }

// read reads the page, which the witness looks through for secrets.
func (g gauge) read(t *testing.T, s *stage.Stage) reading {
	t.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, "http://"+g.address+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Errorf("read the operator's metrics: %v", err)
		return reading{}
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Error(err)
	}
	s.Recorder.Text("metrics", page)
	return reading{goroutines: metric(t, page, "go_goroutines"), files: metric(t, page, "process_open_fds")}
}

func metric(t *testing.T, page []byte, name string) float64 {
	t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(page)
	if found == nil {
		t.Errorf("the metrics lack %s", name)
		return 0
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Error(err)
	}
	return n
}

// compareWith fails the test when more is held than before.
func (r reading) compareWith(t *testing.T, before reading) {
	t.Helper()
	t.Logf("goroutines %v, then %v; open files %v, then %v", before.goroutines, r.goroutines, before.files, r.files)
	if r.goroutines > before.goroutines+slack || r.files > before.files+slack {
		t.Errorf("the operator leaks: from %+v to %+v", before, r)
	}
}
