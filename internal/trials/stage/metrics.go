// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Page is the page of metrics of an operator.
type Page []byte

// FreeAddress is an address that nobody listens on: for --metrics-bind-address.
func (s *Stage) FreeAddress() string {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Metrics is the page of the operator that serves it at an address. The witness
// looks through it for secrets.
func (s *Stage) Metrics(address string) (Page, error) {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, "http://"+address+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	s.Recorder.Text("metrics", page)
	return page, nil
}

// Value is the value of a metric without labels.
func (p Page) Value(metric string) (float64, error) {
	for line := range strings.Lines(string(p)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name == metric {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("the metrics lack %s", metric)
}
