// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// maxBody bounds an answer. The largest that is asked for, a hundred images,
// stays far below it.
const maxBody = 8 << 20

var (
	errTooLarge = errors.New("answer too large")
	errScheme   = errors.New("scheme not allowed")
	errTwice    = errors.New("second request in one call")
)

// newTransport makes the connections that all sessions share. The pings find
// out that an HTTP/2 connection is dead, on which calls would else go on to
// fail until the system gives it up.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          100,
		MaxIdleConnsPerHost:   10,
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second},
	}
}

// wire carries the one request of one call. Being no *http.Transport, it is
// left alone by the SDK, which would write to one.
type wire struct {
	base   http.RoundTripper
	scheme string
	// ctx is kept here because the SDK knows no context: this is the only way
	// for one to reach the request.
	ctx    context.Context
	signed []string
	sent   bool
}

// RoundTrip sends the request under the call's context. It lets through no
// second request, no scheme but the one meant, no redirect and no endless
// answer.
func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	if w.sent {
		return nil, errTwice
	}
	w.sent = true
	if !strings.EqualFold(request.URL.Scheme, w.scheme) {
		return nil, errScheme
	}
	query := request.URL.Query()
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureNonce", "SecurityToken", "ExternalId"} {
		w.signed = append(w.signed, query.Get(name))
	}
	response, err := w.base.RoundTrip(request.WithContext(w.ctx))
	if err != nil {
		return nil, err
	}
	// A redirect would be followed, with the signed address as its Referer.
	response.Header.Del("Location")
	response.Body = &bounded{ReadCloser: response.Body, left: maxBody}
	return response, nil
}

// secrets are the words that no text may hold.
func (w *wire) secrets(from cloud.Credentials) []string {
	return append(w.signed, from.AccessKeyID, from.AccessKeySecret, from.SecurityToken)
}

// bounded is a body that fails once it has given more than it may.
type bounded struct {
	io.ReadCloser

	left int64
}

// Read reads on, up to the bound.
func (b *bounded) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
