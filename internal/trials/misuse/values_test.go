// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// value is what is put into a field.
type value struct {
	// what says it in words.
	what string
	put  any
	// gone says that the field is left out.
	gone bool
}

// words are texts that mean something in the world, right or wrong, and texts
// that mean something elsewhere.
type words []string

// nounsPerField is how many words of the world a field is given, of those that
// fit.
const nounsPerField = 5

// valuesOf lists what a field is given: nothing, the bounds of its schema and
// what is just beyond, another type, and words of the world.
func (w words) valuesOf(f field, r *rand.Rand) []value {
	out := []value{{what: "left out", gone: true}, {what: "null"}}
	s := f.schema
	switch {
	case len(s.Enum) > 0:
		for _, word := range s.Enum {
			out = append(out, value{what: "the choice " + word, put: word})
		}
		return append(out, value{what: "no choice", put: "Nonsense"}, value{what: "a choice in lower case", put: strings.ToLower(s.Enum[0])}, value{what: "a number", put: 7})
	case s.Type == "string" && s.Format == "date-time":
		return append(out, moments()...)
	case s.Type == "string":
		return append(out, w.texts(s, r)...)
	case s.Type == "integer":
		return append(out, numbers(s)...)
	case s.Type == "boolean":
		return append(out, value{what: "true", put: true}, value{what: "false", put: false}, value{what: "a text", put: "true"})
	case s.Type == "array":
		return append(out, lists(s)...)
	case s.Additional != nil:
		return append(out, tables(s)...)
	}
	return append(out, objects(s)...)
}

// moments are times, and what is none.
func moments() []value {
	out := []value{{what: "a number", put: 7}}
	for _, text := range []string{
		"1970-01-01T00:00:00Z", "2020-02-29T23:59:60Z", "2020-02-29T23:59:59.999999999+14:00", "9999-12-31T23:59:59Z",
		"2027-13-45T00:00:00Z", "2027-01-01", "tomorrow", "", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z",
	} {
		out = append(out, value{what: fmt.Sprintf("the time %q", text), put: text})
	}
	return out
}

// texts are texts.
func (w words) texts(s *schema, r *rand.Rand) []value {
	limit := orElse(s.MaxLength, 100)
	out := []value{{what: "an empty text", put: ""}, {what: "a number", put: 1234567890123456}}
	patterns := s.patterns()
	for _, pattern := range patterns {
		shortest, longest := matching(pattern, limit)
		out = append(out, value{what: "the shortest text that matches", put: shortest}, value{what: "the longest text that matches", put: longest},
			value{what: "a text that matches, and a line feed", put: shortest + "\n"}, value{what: "a text that matches, after a space", put: " " + shortest},
			value{what: "a text that matches, with a letter of another script", put: shortest + "é"})
	}
	if len(patterns) == 0 {
		least := max(orElse(s.MinLength, 1), 1)
		out = append(out, value{what: "the shortest text", put: strings.Repeat("x", least)}, value{what: "the longest text", put: strings.Repeat("x", limit)},
			value{what: "a text with signs in it", put: "../%2e%s {{.}}"})
	}
	out = append(out, value{what: "too long a text", put: strings.Repeat("x", limit+1)})
	fit := slices.DeleteFunc(slices.Clone(w), func(word string) bool { return !s.takes(word) })
	r.Shuffle(len(fit), func(i, j int) { fit[i], fit[j] = fit[j], fit[i] })
	for _, word := range fit[:min(len(fit), nounsPerField)] {
		out = append(out, value{what: fmt.Sprintf("%q", word), put: word})
	}
	return out
}

// takes says whether a text is as the schema wants it, as far as is read here.
func (s *schema) takes(text string) bool {
	for _, pattern := range s.patterns() {
		if !regexp.MustCompile(pattern).MatchString(text) {
			return false
		}
	}
	return len(text) >= orElse(s.MinLength, 0) && len(text) <= orElse(s.MaxLength, len(text))
}

func numbers(s *schema) []value {
	var out []value
	low, high := orElse(s.Minimum, 0), orElse(s.Maximum, 1<<31-1)
	for _, n := range slices.Compact([]int64{-1, 0, low - 1, low, high, high + 1, 1 << 40}) {
		out = append(out, value{what: fmt.Sprint(n), put: n})
	}
	return append(out, value{what: "a fraction", put: 1.5}, value{what: "a text", put: "1"})
}

func lists(s *schema) []value {
	one, high := minimal(s.Items), orElse(s.MaxItems, 10)
	out := []value{
		{what: "an empty list", put: []any{}}, {what: "one item", put: []any{one}}, {what: "the same twice", put: []any{one, one}},
		{what: "an item that is null", put: []any{nil}}, {what: "no list", put: "x"},
	}
	for _, n := range []int{high, high + 1} {
		if items := distinct(s.Items, n); items != nil {
			out = append(out, value{what: fmt.Sprintf("%d items", n), put: items})
		}
	}
	return out
}

// tables are maps from texts.
func tables(s *schema) []value {
	high := orElse(s.MaxProps, 10)
	of := func(n int) map[string]any {
		out := map[string]any{}
		for i := range n {
			out[fmt.Sprintf("key-%d", i)] = minimal(s.Additional)
		}
		return out
	}
	return []value{
		{what: "an empty map", put: map[string]any{}}, {what: "one entry", put: of(1)}, {what: fmt.Sprintf("%d entries", high), put: of(high)},
		{what: fmt.Sprintf("%d entries", high+1), put: of(high + 1)}, {what: "an entry without a name", put: map[string]any{"": minimal(s.Additional)}},
		{what: "no map", put: "x"},
	}
}

func objects(s *schema) []value {
	out := []value{
		{what: "an empty object", put: map[string]any{}}, {what: "the least that it needs", put: minimal(s)},
		{what: "an object with a field that there is not", put: map[string]any{"nonsense": 1}}, {what: "no object", put: "x"},
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		all, _ := minimal(s).(map[string]any)
		all[name] = minimal(s.Properties[name])
		out = append(out, value{what: "the least that it needs, with " + name, put: all})
	}
	return out
}

// minimal is the least that is as a schema wants it.
func minimal(s *schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "string" && s.Format == "date-time":
		return "2099-01-01T00:00:00Z"
	case s.Type == "string":
		return minimalText(s)
	case s.Type == "integer":
		return orElse(s.Minimum, 1)
	case s.Type == "boolean":
		return true
	case s.Type == "array":
		return distinct(s.Items, max(orElse(s.MinItems, 1), 1))
	case s.Additional != nil:
		return map[string]any{"key": minimal(s.Additional)}
	}
	return minimalObject(s)
}

// minimalText is the shortest text that matches the first pattern of a schema,
// or else the shortest that is not empty.
func minimalText(s *schema) string {
	if patterns := s.patterns(); len(patterns) > 0 {
		shortest, _ := matching(patterns[0], orElse(s.MaxLength, 100))
		return shortest
	}
	return strings.Repeat("x", max(orElse(s.MinLength, 1), 1))
}

// minimalObject has the fields that a schema requires, or one if it wants any.
func minimalObject(s *schema) map[string]any {
	out := map[string]any{}
	names := s.Required
	if len(names) == 0 && orElse(s.MinProps, 0) > 0 {
		names = slices.Sorted(maps.Keys(s.Properties))[:1]
	}
	for _, name := range names {
		out[name] = minimal(s.Properties[name])
	}
	return out
}
