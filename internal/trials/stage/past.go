// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

// past is what the operator's caches are shown instead of the present.
type past struct {
	mu sync.Mutex
	// version is the moment; empty for the present. It is shown of the resources,
	// or of all if there are none.
	version   string
	resources []string
}

// ShowPast has the caches of an operator that starts, or that loses its watches,
// list what was true at a resource version, and go on from there by watches,
// which can be stalled. It does so of the resources, such as "imageshares", or
// of all if none is named; the rest is shown as it is. The empty version shows
// the present again.
//
// The API server forgets what was more than five to ten minutes ago.
func (p *Proxy) ShowPast(resourceVersion string, resources ...string) {
	p.past.mu.Lock()
	defer p.past.mu.Unlock()
	p.past.version, p.past.resources = resourceVersion, resources
}

// query asks for the past where a cache lists; nil leaves the request as it is. A
// cache names a version that is old enough for it, or asks for pages where it has
// none; a live read does neither.
func (p *past) query(asked request) url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	fromCache := asked.query.Get("resourceVersion") != "" || asked.query.Get("limit") != ""
	if p.version == "" || !concerns(p.resources, asked) || !fromCache || asked.method != http.MethodGet || asked.watch {
		return nil
	}
	query := maps.Clone(asked.query)
	query.Set("resourceVersion", p.version)
	query.Set("resourceVersionMatch", "Exact")
	// In one page: a second one would not be known for what it is.
	query.Del("limit")
	return query
}

// concerns says whether a request is about one of some resources; about any, if
// there are none.
func concerns(resources []string, asked request) bool {
	return len(resources) == 0 || slices.Contains(resources, asked.resource())
}
