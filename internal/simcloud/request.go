// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is far more than any request of these products needs.
const maxBody = 1 << 20

// request is what came over the wire, before anybody has been asked who sent it.
type request struct {
	method  string
	host    string
	path    string
	query   url.Values
	form    url.Values
	header  http.Header
	body    []byte
	action  string
	version string
	format  string
}

// readRequest reads parameters from the query and from a form body; the vendor takes them from either place.
func readRequest(r *http.Request) (*request, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("parse query: %w", err)
	}
	q := &request{method: r.Method, host: r.Host, path: r.URL.Path, query: query, form: url.Values{}, header: r.Header, body: body}
	if isForm(r.Header, body) {
		if q.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, fmt.Errorf("parse form: %w", err)
		}
	}
	q.action = q.headerOr("x-acs-action", "Action")
	q.version = q.headerOr("x-acs-version", "Version")
	q.format = q.chooseFormat()
	return q, nil
}

func isForm(h http.Header, body []byte) bool {
	return len(bytes.TrimSpace(body)) > 0 && strings.HasPrefix(h.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// signedV3 says whether the request carries the header signature of the vendor's newer clients.
func (q *request) signedV3() bool {
	return strings.HasPrefix(q.header.Get("Authorization"), "ACS3-")
}

// headerOr prefers the parameter. A client of the older signature repeats it in a header that is not signed, so the header
// counts only where it is signed.
func (q *request) headerOr(header, name string) string {
	if v := q.get(name); v != "" || !q.signedV3() {
		return v
	}
	return q.header.Get(header)
}

// chooseFormat follows the vendor: XML unless told otherwise, but JSON for the newer clients, which never say.
func (q *request) chooseFormat() string {
	if f := q.get("Format"); f != "" {
		return strings.ToUpper(f)
	}
	if q.signedV3() && !strings.Contains(q.header.Get("Accept"), "xml") {
		return formatJSON
	}
	return formatXML
}

// get reads one parameter, query before form.
func (q *request) get(name string) string {
	if v := q.query.Get(name); v != "" {
		return v
	}
	return q.form.Get(name)
}

// has says whether the parameter was sent at all.
func (q *request) has(name string) bool {
	return q.query.Has(name) || q.form.Has(name)
}

// list reads Name.1, Name.2, … in order of their numbers; gaps are allowed and empty values are not items.
func (q *request) list(name string) []string {
	var items []string
	for _, n := range q.numbers(name) {
		if v := q.get(name + "." + strconv.Itoa(n)); v != "" {
			items = append(items, v)
		}
	}
	return items
}

// pairs reads Name.1.Key with Name.1.Value, and so on.
func (q *request) pairs(name string) []Tag {
	var tags []Tag
	for _, n := range q.numbers(name) {
		prefix := name + "." + strconv.Itoa(n) + "."
		if key := q.get(prefix + "Key"); key != "" {
			tags = append(tags, Tag{Key: key, Value: q.get(prefix + "Value")})
		}
	}
	return tags
}

// tags reads Tag.N.<key> with Tag.N.<value>: the vendor spells the two in more than one way. A value without its key is an
// error rather than nothing.
func (q *request) tags(key, value string) ([]Tag, *apiError) {
	var tags []Tag
	for _, n := range q.numbers("Tag") {
		prefix := "Tag." + strconv.Itoa(n) + "."
		t := Tag{Key: q.get(prefix + key), Value: q.get(prefix + value)}
		switch {
		case t.Key != "":
			tags = append(tags, t)
		case t.Value != "":
			return nil, errTagMismatch()
		}
	}
	return tags, nil
}

// intParam reads a number between low and high; absent means the default.
func (q *request) intParam(name string, low, high, absent int) (int, *apiError) {
	text := q.get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, errInvalid(name)
	}
	return n, nil
}

// boolParam reads true or false in any case; absent means false, as everywhere in these APIs.
func (q *request) boolParam(name string) (bool, *apiError) {
	switch strings.ToLower(q.get(name)) {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	}
	return false, errInvalid(name)
}
