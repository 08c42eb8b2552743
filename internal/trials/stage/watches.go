// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"io"
	"net/http"
	"sync"
)

// watches are those that an operator has open, and what becomes of them.
type watches struct {
	mu     sync.Mutex
	stalls map[*stall]bool
	open   map[*open]bool
	// expired are resources whose next watch is told that it asks for what the
	// API server has forgotten.
	expired map[string]bool
}

// open is a watch that is open.
type open struct {
	asked  request
	cancel context.CancelFunc
}

// stall holds watches back until it is over.
type stall struct {
	resources []string
	over      chan struct{}
}

// StallWatches holds back what watches tell the operator, until the function
// that it answers is called: of the resources, such as "imageshares", or of all
// if none is named. What was held back is told then, all of it.
func (p *Proxy) StallWatches(resources ...string) (release func()) {
	w, s := &p.watches, &stall{resources: resources, over: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stalls == nil {
		w.stalls = map[*stall]bool{}
	}
	w.stalls[s] = true
	return sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.stalls, s)
		close(s.over)
	})
}

// LoseWatches ends the operator's watches of some resources, and has the API
// server forget from where they would go on: the operator lists anew, and what
// it was not told by then it is never told.
func (p *Proxy) LoseWatches(resources ...string) {
	w := &p.watches
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expired == nil {
		w.expired = map[string]bool{}
	}
	for _, resource := range resources {
		w.expired[resource] = true
	}
	for o := range w.open {
		if len(resources) > 0 && concerns(resources, o.asked) {
			o.cancel()
		}
	}
}

// begin lets a watch begin; the function that it answers is called at its end. It
// answers nil for a watch that comes too late.
func (w *watches) begin(r *http.Request, asked request) (*http.Request, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expired[asked.resource()] {
		delete(w.expired, asked.resource())
		return nil, nil
	}
	ctx, cancel := context.WithCancel(r.Context())
	o := &open{asked: asked, cancel: cancel}
	if w.open == nil {
		w.open = map[*open]bool{}
	}
	w.open[o] = true
	return r.WithContext(ctx), func() {
		cancel()
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, o)
	}
}

// tooLate answers a watch as the API server does whose history does not go back
// that far.
func tooLate(rw http.ResponseWriter) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(http.StatusGone)
	// A caller that went away is told nothing.
	_, _ = io.WriteString(rw, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}`)
}

// slow is a watch's answer, held back while it is stalled.
func (w *watches) slow(answer *http.Response, asked request) io.ReadCloser {
	return &slowed{ReadCloser: answer.Body, watches: w, asked: asked, gone: answer.Request.Context().Done()}
}

// slowed is a watch whose news wait while it is stalled.
type slowed struct {
	io.ReadCloser
	watches *watches
	asked   request
	// gone is closed when nobody waits for the news any more.
	gone <-chan struct{}
}

// Read waits, once there is news, until the watch is not stalled any more.
func (s *slowed) Read(into []byte) (int, error) {
	n, err := s.ReadCloser.Read(into)
	for {
		over := s.watches.stalled(s.asked)
		if over == nil {
			return n, err
		}
		select {
		case <-over:
		case <-s.gone:
			return 0, io.ErrUnexpectedEOF
		}
	}
}

// stalled is closed when one of the stalls that hold a watch back is over; nil if
// none does.
func (w *watches) stalled(asked request) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.stalls {
		if concerns(s.resources, asked) {
			return s.over
		}
	}
	return nil
}
