// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// What every test speaks as. The words are such that they occur in no sentence.
var testCredentials = cloud.Credentials{
	AccessKeyID:     "LTAItestkeyid0001x",
	AccessKeySecret: "t0pS3cretValue/+=",
	SecurityToken:   "CAIStoken/with+odd=chars",
}

var (
	// testImage is in a region that the SDK's own table knows.
	testImage = cloud.ImageRef{Region: homeRegion, ID: "m-bp1test"}
	oneMore   = share.NewAccounts("1000000000000001")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is what the vendor answers.
type reply struct {
	status int
	header http.Header
	body   string
}

func ok(body string) reply { return reply{status: http.StatusOK, body: body} }

// vendor is a server that answers as told and remembers what it was asked: all
// of it, and apart what came in the body.
type vendor struct {
	*httptest.Server

	mutex sync.Mutex
	asked []url.Values
	forms []url.Values
	hosts []string
}

// newVendor serves over TLS whatever the address that is called.
func newVendor(t *testing.T, handle func(url.Values) reply) *vendor {
	t.Helper()
	v := &vendor{}
	v.Server = httptest.NewTLSServer(v.handler(handle))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) handler(handle func(url.Values) reply) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		v.mutex.Lock()
		v.asked = append(v.asked, r.Form)
		v.forms = append(v.forms, r.PostForm)
		v.hosts = append(v.hosts, r.Host)
		v.mutex.Unlock()
		answer := handle(r.Form)
		maps.Copy(w.Header(), answer.header)
		w.WriteHeader(answer.status)
		_, _ = w.Write([]byte(answer.body))
	}
}

func (v *vendor) calls() []url.Values {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.asked
}

// transport leads every address to the vendor and trusts its certificate.
func (v *vendor) transport(t *testing.T) *http.Transport {
	t.Helper()
	own, isTransport := v.Client().Transport.(*http.Transport)
	if !isTransport {
		t.Fatal("the test server's client has no transport")
	}
	own = own.Clone()
	if own.TLSClientConfig != nil {
		own.TLSClientConfig.ServerName = "example.com"
	}
	own.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, v.Listener.Addr().String())
	}
	t.Cleanup(own.CloseIdleConnections)
	return own
}

// open opens a session to the vendor.
func (v *vendor) open(t *testing.T, options Options) cloud.Session {
	t.Helper()
	if options.Transport == nil {
		options.Transport = v.transport(t)
	}
	return New(options).Open(cloud.Target{Name: "default", Credentials: testCredentials})
}

// mustBe checks an error's kind, and that it gives nothing away.
func mustBe(t *testing.T, err error, kind cloud.Kind) cloud.Error {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	tellsNoSecret(t, err)
	if got := cloud.KindOf(err); got != kind {
		t.Fatalf("kind %d, want %d: %v", got, kind, err)
	}
	return *cloud.AsError(err)
}

// tellsNoSecret looks through every text of an error and of all it wraps.
func tellsNoSecret(t *testing.T, err error, more ...string) {
	t.Helper()
	secrets := append(more, testCredentials.AccessKeyID, testCredentials.AccessKeySecret, testCredentials.SecurityToken,
		"Signature=", "AccessKeyId=", "://")
	for _, text := range texts(err) {
		for _, secret := range secrets {
			if secret != "" && (strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret))) {
				t.Fatalf("%q is told by %q", secret, text)
			}
		}
		if strings.ContainsAny(text, "\n\r") {
			t.Fatalf("more than a line: %q", text)
		}
	}
}

func texts(err error) []string {
	if err == nil {
		return nil
	}
	if _, found := errors.AsType[*url.Error](err); found {
		return []string{"a *url.Error is in the chain: Signature="}
	}
	out := []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%q", err)}
	switch wrapper := err.(type) { //nolint:errorlint // the chain itself is looked at
	case interface{ Unwrap() error }:
		out = append(out, texts(wrapper.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			out = append(out, texts(inner)...)
		}
	}
	return out
}

// fakeClock is a clock that only moves when told.
type fakeClock struct {
	mutex sync.Mutex
	now   time.Time
}

func newClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

func (c *fakeClock) advance(by time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(by)
}

// silent is where a test server's complaints about its callers go.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
