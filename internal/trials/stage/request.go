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
