// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
)

// errCut is why an answer is kept from the operator.
var errCut = errors.New("cut off")

// request is what the API server was asked.
type request struct {
	method, path string
	query        url.Values
	watch        bool
}

func requestOf(r *http.Request) request {
	query := r.URL.Query()
	return request{method: r.Method, path: r.URL.Path, query: query, watch: query.Get("watch") == "true" || query.Get("watch") == "1"}
}

// resource is the resource of the path, and the subresource, such as
// "imageshares/status".
func (q request) resource() string {
	parts := strings.Split(strings.Trim(q.path, "/"), "/")
	if len(parts) < 3 {
		return q.path
	}
	parts = parts[2:] // api/v1
	if !strings.HasPrefix(q.path, "/api/") {
		parts = parts[1:] // apis/group/version
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	switch len(parts) {
	case 0:
		return q.path
	case 1, 2:
		return parts[0]
	}
	return parts[0] + "/" + parts[2]
}

func (q request) call() string { return q.method + " " + q.resource() }

// counts says whether the request is a point: a write that anything depends on.
// Leases are renewed all the time, and events are told in the background.
func (q request) counts() bool {
	return q.method != http.MethodGet && !slices.Contains([]string{"leases", "events"}, q.resource())
}

type passingKey struct{}

func withPassing(ctx context.Context, p *passing) context.Context {
	return context.WithValue(ctx, passingKey{}, p)
}

func passingOf(ctx context.Context) *passing { return ctx.Value(passingKey{}).(*passing) }

// past is what the operator's caches are shown instead of the present.
type past struct{ version atomic.Pointer[string] }

// ShowPast has the caches of an operator that starts, or that loses its watches,
// list what was true at a resource version, and go on from there by watches,
// which can be stalled. The empty version shows the present again.
func (p *Proxy) ShowPast(resourceVersion string) { p.past.version.Store(&resourceVersion) }

// rewrite asks for the past where a cache asks for any state that there is.
func (p *past) rewrite(r *http.Request, asked request) {
	version := p.version.Load()
	if version == nil || *version == "" || asked.method != http.MethodGet || asked.watch || asked.query.Get("resourceVersion") != "0" {
		return
	}
	query := r.URL.Query()
	query.Set("resourceVersion", *version)
	query.Set("resourceVersionMatch", "Exact")
	r.URL.RawQuery = query.Encode()
}
