// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// Proxy is one operator's way to the API server. Every write but those to leases
// and events is a point. It can be cut, and it can show the operator's caches
// what was true a while ago; live reads are always true, as etcd's are.
type Proxy struct {
	turnstile
	// operator is whose way it is, for the record.
	operator string
	recorder *witness.Recorder
	address  string
	severed  atomic.Bool
	past     past
	stalled  stall
}

func openProxy(t testing.TB, config *rest.Config, operator string, recorder *witness.Recorder) *Proxy {
	t.Helper()
	upstream, err := url.Parse(config.Host)
	if err != nil {
		t.Fatalf("the API server's address: %v", err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		t.Fatalf("the way to the API server: %v", err)
	}
	p := &Proxy{turnstile: turnstile{side: SideCluster}, operator: operator, recorder: recorder}
	reverse := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Header.Del("Accept-Encoding")
		},
		Transport:      transport,
		FlushInterval:  -1,
		ModifyResponse: p.answered,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { p.pass(rw, r, reverse) }))
	// Watches never end by themselves.
	t.Cleanup(func() { p.stalled.end(); server.CloseClientConnections(); server.Close() })
	p.address = server.URL
	return p
}

// Sever cuts the operator off from the API server, or mends that. Watches that
// are open go on.
func (p *Proxy) Sever(cut bool) { p.severed.Store(cut) }

// passing is what the proxy knows of a request until it is answered.
type passing struct {
	point Point
	asked request
	body  []byte
	sent  time.Time
}

// pass passes a request on.
func (p *Proxy) pass(rw http.ResponseWriter, r *http.Request, reverse http.Handler) {
	body, err := io.ReadAll(r.Body)
	if err != nil || p.severed.Load() {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	now := &passing{asked: requestOf(r), body: body, sent: time.Now()}
	if now.asked.counts() {
		point, ok := p.arrive(now.asked.call(), true)
		if !ok {
			panic(http.ErrAbortHandler)
		}
		now.point = point
	}
	p.past.rewrite(r, now.asked)
	reverse.ServeHTTP(rw, r.WithContext(withPassing(r.Context(), now)))
}

// answered records an answer, and keeps it from the operator where the gate says
// so. Watches are passed on as they come, or stalled.
func (p *Proxy) answered(answer *http.Response) error {
	now := passingOf(answer.Request.Context())
	if now.asked.watch {
		answer.Body = p.stalled.slow(answer.Body)
		return nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	lost := now.asked.counts() && !p.leave(now.point, true)
	p.recorder.Answered(witness.Exchange{
		Operator: p.operator, Method: now.asked.method, Path: now.asked.path, Query: now.asked.query.Encode(), Request: now.body,
		Status: answer.StatusCode, Response: body, Lost: lost, Sent: now.sent, Answered: time.Now(),
	})
	if lost {
		return errCut
	}
	return nil
}

// stall holds watches back.
type stall struct {
	mu    sync.Mutex
	gone  chan struct{}
	ended bool
}

// StallWatches holds back what watches tell the operator, until the function
// that it answers is called.
func (p *Proxy) StallWatches() (release func()) {
	p.stalled.mu.Lock()
	defer p.stalled.mu.Unlock()
	gone := make(chan struct{})
	p.stalled.gone = gone
	return sync.OnceFunc(func() { close(gone) })
}

func (s *stall) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

func (s *stall) slow(body io.ReadCloser) io.ReadCloser { return &slowed{ReadCloser: body, stall: s} }

// slowed is a watch whose news wait while it is stalled.
type slowed struct {
	io.ReadCloser
	stall *stall
}

// Read waits, once there is news, until the watch is not stalled any more.
func (s *slowed) Read(into []byte) (int, error) {
	n, err := s.ReadCloser.Read(into)
	s.stall.mu.Lock()
	gone, ended := s.stall.gone, s.stall.ended
	s.stall.mu.Unlock()
	if gone != nil && !ended {
		<-gone
	}
	return n, err
}
