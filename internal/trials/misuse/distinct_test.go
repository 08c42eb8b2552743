// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// distinct lists so many items that differ, or nothing if none can be made that
// differ.
func distinct(s *schema, n int) []any {
	out := make([]any, 0, n)
	if s.Type != "string" || len(s.Enum) > 0 {
		for range n {
			out = append(out, minimal(s))
		}
		return out
	}
	template := strings.Repeat("x", max(orElse(s.MinLength, 1), 8))
	for _, pattern := range s.patterns() {
		template = between(pattern, orElse(s.MaxLength, 100))
	}
	for i := range n {
		text, ok := numbered(s, template, i)
		if !ok {
			return nil
		}
		out = append(out, text)
	}
	return out
}

// between is a text that matches and is neither short nor long.
func between(pattern string, limit int) string {
	_, text := matching(pattern, min(limit, 24))
	return text
}

// numbered puts a number into a text, which must stay as the schema wants it.
func numbered(s *schema, text string, n int) (string, bool) {
	digits := fmt.Sprintf("%04d", n)
	if len(text) < len(digits) {
		return "", false
	}
	for at := len(text) - len(digits); at >= 0; at-- {
		if out := text[:at] + digits + text[at+len(digits):]; s.takes(out) {
			return out, true
		}
	}
	return "", false
}

// object is a JSON object.
type object = map[string]any

// cloned is a copy that shares nothing.
func cloned[T any](v T) T {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // It came from JSON.
	}
	var out T
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err) // It was JSON just now.
	}
	return out
}

// put puts a value into a field of an object. What is above it is made as small
// as it can be where it is not there. An item of a list of texts is added to it;
// of another list it is the first.
func put(root object, s *schema, path []string, v value) {
	root[path[0]] = into(root[path[0]], s.Properties[path[0]], path[1:], v)
	if root[path[0]] == (absent{}) {
		delete(root, path[0])
	}
}

// absent is a value that is left out.
type absent struct{}

func into(there any, s *schema, path []string, v value) any {
	switch {
	case len(path) == 0 && v.gone:
		return absent{}
	case len(path) == 0:
		return v.put
	case s.Items != nil:
		return intoList(there, s, path, v)
	}
	fields, ok := there.(object)
	if !ok {
		fields, _ = minimal(s).(object)
	}
	name, inner := path[0], s.Properties[path[0]]
	if s.Additional != nil {
		name, inner = "team", s.Additional
	}
	fields[name] = into(fields[name], inner, path[1:], v)
	if fields[name] == (absent{}) {
		delete(fields, name)
	}
	return fields
}

func intoList(there any, s *schema, path []string, v value) any {
	items, ok := there.([]any)
	switch {
	case len(path) == 1 && v.gone:
		return items[:max(len(items)-1, 0)]
	case len(path) == 1:
		return append(items, v.put)
	case !ok || len(items) == 0:
		items = []any{minimal(s.Items)}
	}
	items[0] = into(items[0], s.Items, path[1:], v)
	return items
}
