// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// hanging is a server that takes calls and answers none, or only begins to.
func hanging(t *testing.T, begin string) *vendor {
	t.Helper()
	gone := make(chan struct{})
	v := &vendor{}
	v.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if begin != "" {
			_, _ = w.Write([]byte(begin))
			_ = http.NewResponseController(w).Flush()
		}
		<-gone
	}))
	t.Cleanup(v.Close)
	t.Cleanup(func() { close(gone) })
	return v
}

func TestHangingServerIsCut(t *testing.T) {
	for name, begin := range map[string]string{"before the answer": "", "within the answer": `{"RequestId":"R"`} {
		t.Run(name, func(t *testing.T) {
			v := hanging(t, begin)
			for verb, do := range verbs {
				t.Run(verb+", by the context's deadline", func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
					defer cancel()
					err := do(ctx, v.open(t, Options{}))
					mustBe(t, err, cloud.Unavailable)
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("got %v", err)
					}
				})
				t.Run(verb+", by the deadline of calls", func(t *testing.T) {
					err := do(t.Context(), v.open(t, Options{CallTimeout: 30 * time.Millisecond}))
					mustBe(t, err, cloud.Unavailable)
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("got %v", err)
					}
				})
				t.Run(verb+", given up", func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(30*time.Millisecond, cancel)
					err := do(ctx, v.open(t, Options{}))
					mustBe(t, err, cloud.Unavailable)
					if !errors.Is(err, context.Canceled) {
						t.Errorf("got %v", err)
					}
				})
			}
		})
	}
}

func TestNothingIsSentWhenTimeIsUp(t *testing.T) {
	v := newVendor(t, paged(0, 100))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	session := v.open(t, Options{Clock: newClock().Now, Limits: Limits{Burst: 1}})
	for _, do := range verbs {
		mustBe(t, do(ctx, session), cloud.Unavailable)
	}
	if len(v.calls()) != 0 {
		t.Fatal("something was sent")
	}
	if _, err := session.Permissions(t.Context(), testImage); err != nil {
		t.Errorf("the budget was spent on nothing: %v", err)
	}
}

func TestPlainHTTPOnlyWhereAllowed(t *testing.T) {
	v := &vendor{}
	v.Server = httptest.NewServer(v.handler(func(url.Values) reply { return ok(`{"RequestId":"R","AccountId":"1000000000000009"}`) }))
	t.Cleanup(v.Close)
	address := v.Listener.Addr().String()
	for name, test := range map[string]struct {
		endpoints cloud.Endpoints
		reached   bool
	}{
		"the vendor's own endpoint":               {cloud.Endpoints{}, false},
		"insecure, but no endpoint named":         {cloud.Endpoints{Insecure: true}, false},
		"insecure, but only the other one named":  {cloud.Endpoints{Insecure: true, ECS: address}, false},
		"an endpoint named, but not insecure":     {cloud.Endpoints{STS: address}, false},
		"an endpoint named and allowed insecure":  {cloud.Endpoints{STS: address, Insecure: true}, true},
		"an endpoint with a scheme is no address": {cloud.Endpoints{STS: "http://" + address, Insecure: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(v.calls())
			session := New(Options{Transport: v.transport(t)}).Open(cloud.Target{Credentials: testCredentials, Endpoints: test.endpoints})
			_, err := session.Identity(t.Context())
			tellsNoSecret(t, err)
			if reached := len(v.calls()) > before; reached != test.reached || (err == nil) != test.reached {
				t.Fatalf("reached: %v, error: %v", reached, err)
			}
		})
	}
}

func TestWhyNoAnswerCame(t *testing.T) {
	refused := httptest.NewServer(http.NotFoundHandler())
	address := refused.Listener.Addr().String()
	refused.Close()
	strange := httptest.NewUnstartedServer(http.NotFoundHandler())
	strange.Config.ErrorLog = silent()
	strange.StartTLS()
	t.Cleanup(strange.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	for name, test := range map[string]struct{ endpoint, says string }{
		"nobody listens":                 {address, "refuses connections"},
		"the certificate is not trusted": {strange.Listener.Addr().String(), "is not trusted: check the endpoint"},
		"it speaks plain HTTP":           {plain.Listener.Addr().String(), "speaks plain HTTP"},
		"it has no address":              {"no-such-host.invalid", "cannot be resolved"},
	} {
		t.Run(name, func(t *testing.T) {
			transport := newTransport()
			transport.Proxy = nil
			t.Cleanup(transport.CloseIdleConnections)
			session := New(Options{Transport: transport}).Open(cloud.Target{
				Credentials: testCredentials, Endpoints: cloud.Endpoints{STS: test.endpoint},
			})
			_, err := session.Identity(t.Context())
			if found := mustBe(t, err, cloud.Unavailable); !strings.Contains(found.Message, test.says) || !strings.Contains(found.Message, test.endpoint) {
				t.Errorf("it says %q", found.Message)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	v := newVendor(t, willing)
	shared := New(Options{Transport: v.transport(t), Limits: Limits{Rate: 1e6, Burst: 1e6, InFlight: 1000}})
	session := shared.Open(cloud.Target{Name: "default", Credentials: testCredentials})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			mine := session
			if i%2 == 0 {
				mine = shared.Open(cloud.Target{Name: "default", Credentials: testCredentials})
			}
			for range 2 {
				for verb, do := range verbs {
					if err := do(t.Context(), mine); err != nil {
						t.Errorf("%s: %v", verb, err)
					}
				}
			}
		})
	}
	all.Wait()
}

// What the SDK does not do today, and must not be able to do tomorrow.
func TestWireLetsOneRequestThrough(t *testing.T) {
	w := &wire{base: &canned{status: http.StatusOK}, ctx: t.Context(), scheme: "HTTPS"}
	for _, test := range []struct {
		address string
		want    error
	}{
		{"https://example.com/?a=b", nil},
		{"https://example.com/?a=b", errTwice},
	} {
		if err := roundTrip(t, w, test.address); !errors.Is(err, test.want) {
			t.Errorf("got %v, want %v", err, test.want)
		}
	}
	w = &wire{base: &canned{status: http.StatusOK}, ctx: t.Context(), scheme: "HTTPS"}
	if err := roundTrip(t, w, "http://example.com/"); !errors.Is(err, errScheme) {
		t.Errorf("got %v, want %v", err, errScheme)
	}
}

func roundTrip(t *testing.T, w *wire, address string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := w.RoundTrip(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
