// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
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
	watches  watches
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
		Transport:     transport,
		FlushInterval: -1,
		// Watches are cut off all the time.
		ErrorLog:       log.New(io.Discard, "", 0),
		ModifyResponse: p.answered,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { p.pass(rw, r, reverse) }))
	// Watches never end by themselves.
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
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
		point, ok := p.arrive(now.asked.call())
		if !ok {
			panic(http.ErrAbortHandler)
		}
		now.point = point
	}
	if now.asked.watch {
		watch, end := p.watches.begin(r, now.asked)
		if watch == nil {
			tooLate(rw)
			return
		}
		defer end()
		r = watch
	}
	if query := p.past.query(now.asked); query != nil {
		now.asked.query, r.URL.RawQuery = query, query.Encode()
	}
	reverse.ServeHTTP(rw, r.WithContext(withPassing(r.Context(), now)))
}

// answered records an answer, and keeps it from the operator where the gate says
// so. Watches are passed on as they come, or stalled.
func (p *Proxy) answered(answer *http.Response) error {
	now := passingOf(answer.Request.Context())
	if now.asked.watch {
		answer.Body = p.watches.slow(answer, now.asked)
		return nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	lost := now.asked.counts() && !p.leave(now.point)
	p.recorder.Answered(witness.Exchange{
		Operator: p.operator, Method: now.asked.method, Path: now.asked.path, Query: now.asked.query.Encode(), Request: now.body,
		Status: answer.StatusCode, Response: body, Lost: lost, Sent: now.sent, Answered: time.Now(),
	})
	if lost {
		return errCut
	}
	return nil
}
