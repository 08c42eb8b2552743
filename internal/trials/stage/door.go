// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Door is the way to the cloud. Every call is a point.
type Door struct {
	turnstile
	// address is where the cloud is, without a scheme.
	address string
}

func openDoor(t testing.TB, cloud http.Handler) *Door {
	d := &Door{turnstile: turnstile{side: SideCloud}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { d.pass(rw, r, cloud) }))
	t.Cleanup(server.Close)
	d.address = strings.TrimPrefix(server.URL, "http://")
	return d
}

// pass passes a call on, and its answer back, where the gate lets it.
func (d *Door) pass(rw http.ResponseWriter, r *http.Request, cloud http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	action := actionOf(r, body)
	point, ok := d.arrive(action)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	answer := &held{ResponseWriter: rw}
	answered := serve(cloud, answer, r)
	if !d.leave(point) || !answered {
		panic(http.ErrAbortHandler)
	}
	answer.send()
}

// serve has the cloud take a call. It answers false when the cloud itself has
// ended the connection, as its faults do.
func serve(cloud http.Handler, answer http.ResponseWriter, r *http.Request) (answered bool) {
	defer func() {
		if why := recover(); why != nil && why != http.ErrAbortHandler { //nolint:errorlint // The very value, as net/http has it.
			panic(why)
		}
	}()
	cloud.ServeHTTP(answer, r)
	return true
}

// actionOf is the action that a call of any style names.
func actionOf(r *http.Request, body []byte) string {
	if action := r.Header.Get("X-Acs-Action"); action != "" {
		return action
	}
	if action := r.URL.Query().Get("Action"); action != "" {
		return action
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	return form.Get("Action")
}

// held is an answer that waits to be sent.
type held struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (h *held) WriteHeader(status int) { h.status = status }

// Write keeps a part of the body.
func (h *held) Write(part []byte) (int, error) { return h.body.Write(part) }

// Unwrap lets the cloud get at the connection, to reset it.
func (h *held) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (h *held) send() {
	if h.status != 0 {
		h.ResponseWriter.WriteHeader(h.status)
	}
	// A caller that went away is told nothing.
	_, _ = h.ResponseWriter.Write(h.body.Bytes())
}
