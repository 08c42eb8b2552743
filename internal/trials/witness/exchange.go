// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"net/http"
	"net/url"
	"strings"
)

// Kinds of objects that the witness knows.
const (
	kindImageShare    = "ImageShare"
	kindSharerAccount = "SharerAccount"
	kindEvent         = "Event"
	kindSecret        = "Secret"
)

// address is what a path of the API server is about.
type address struct {
	group, resource, namespace, name, sub string
}

// addressOf takes a path apart: /api/v1/… of the core group, /apis/group/version/… of the others.
func addressOf(path string) address {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var a address
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		a.group, parts = parts[1], parts[3:]
	default:
		return a
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		a.namespace, parts = parts[1], parts[2:]
	}
	a.resource = parts[0]
	if len(parts) > 1 {
		a.name = parts[1]
	}
	if len(parts) > 2 {
		a.sub = strings.Join(parts[2:], "/")
	}
	return a
}

// kind is the kind of our own that an address is about, or nothing.
func (a address) kind() string {
	switch {
	case a.group == "imageshare.alibabacloud.com" && a.resource == "imageshares":
		return kindImageShare
	case a.group == "imageshare.alibabacloud.com" && a.resource == "shareraccounts":
		return kindSharerAccount
	}
	return ""
}

// writes says whether the request is to change something.
func (e Exchange) writes() bool {
	switch e.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// carriedOut says whether the API server has done what was asked.
func (e Exchange) carriedOut() bool { return e.Status >= 200 && e.Status < 300 }

// live says whether the answer to a read is from etcd, as it must be without a resource version: any other may come from a cache,
// and a watch tells of the past.
func (e Exchange) live() bool {
	query, err := url.ParseQuery(e.Query)
	watches := query.Get("watch") != "" && query.Get("watch") != "false" && query.Get("watch") != "0"
	return err == nil && e.Method == http.MethodGet && !watches && query.Get("resourceVersion") == ""
}

// shows says whether the answer shows objects as they are: read live, or written just now.
func (e Exchange) shows() bool {
	return e.carriedOut() && (e.live() || e.writes() && e.Method != http.MethodDelete)
}

// absent says whether the answer shows that there is no such object.
func (e Exchange) absent() bool { return e.live() && e.Status == http.StatusNotFound }

// selection is what the query of a LIST narrows it down to; false means that it does so in a way that is not understood here.
func (e Exchange) selection() (fits Selection, understood bool) {
	query, err := url.ParseQuery(e.Query)
	if err != nil || query.Get("labelSelector") != "" {
		return fits, false
	}
	understood = true
	for field := range strings.SplitSeq(query.Get("fieldSelector"), ",") {
		name, value, _ := strings.Cut(field, "=")
		value = strings.TrimPrefix(value, "=")
		switch name {
		case "":
		case "metadata.name":
			fits.Name = value
		case "metadata.namespace":
			fits.Namespace = value
		case "spec.image.region":
			fits.Region = value
		case "spec.image.id":
			fits.Image = value
		default:
			understood = false
		}
	}
	return fits, understood && query.Get("continue") == ""
}
