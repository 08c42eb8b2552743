// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// bends are what a part of an answer is made into. The last ones are no JSON:
// the part is left out, is there twice, or is what stands somewhere else.
var bends = []string{
	`null`, `true`, `false`, `""`, `"x"`, `0`, `-1`, `1`, `2`, `0.5`, `1.0`, `1e15`, `1e400`, `"0"`, `"1"`, `"0 of 9"`, `"True"`, `" "`,
	`[]`, `{}`, `[null]`, `[[]]`, `{"":null}`, `"\ud800"`, `"\u0000"`, `"Deleted"`, `"m-bp1test"`, `"s-1"`, `"1000000000000001"`,
	`"{key}"`, `"{url}"`, `"Throttling.User"`, `"EntityNotExist.Role"`, `99999999999999999999`,
	"leave out", "twice", "another",
}

// part is a place in an answer.
type part struct {
	get func() any
	set func(any)
	// drop takes it out of what it is in, again puts it there a second time.
	drop, again func()
}

// parts are all places of a JSON value, in an order that stays.
func parts(value any, set func(any)) []part {
	var out []part
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			here := part{get: func() any { return value[name] }, set: func(v any) { value[name] = v }}
			here.drop, here.again = func() { delete(value, name) }, func() { value[strings.ToLower(name)] = value[name] }
			out = append(append(out, here), parts(value[name], here.set)...)
		}
	case []any:
		for i := range value {
			here := part{get: func() any { return value[i] }, set: func(v any) { value[i] = v }}
			here.drop = func() { set(slices.Concat(value[:i], value[i+1:])) }
			here.again = func() { set(slices.Concat(value, []any{value[i]})) }
			out = append(append(out, here), parts(value[i], here.set)...)
		}
	}
	return out
}

// bend changes parts of a body: each pair of bytes says which one and how.
func bend(t *testing.T, body string, edits []byte) string {
	t.Helper()
	for pair := range slices.Chunk(edits, 2) {
		var root any
		if err := json.Unmarshal([]byte(body), &root); err != nil {
			return body
		}
		all := parts(root, func(v any) { root = v })
		if len(all) == 0 || len(pair) < 2 {
			return body
		}
		here := all[int(pair[0])%len(all)]
		switch how := bends[int(pair[1])%len(bends)]; how {
		case "leave out":
			here.drop()
		case "twice":
			here.again()
		case "another":
			copied, _ := json.Marshal(all[int(pair[0]^pair[1])%len(all)].get())
			here.set(json.RawMessage(copied))
		default:
			here.set(json.RawMessage(how))
		}
		text, err := json.Marshal(root)
		if err != nil || len(text) > 1<<16 {
			return body
		}
		body = string(text)
	}
	return body
}

// FuzzBentAnswer takes the answer that a verb hopes for and bends a few parts of
// it: what is left out, null, twice or of another type is never taken for what
// it is not.
func FuzzBentAnswer(f *testing.F) {
	for verb := range goodBodies {
		f.Add(verbIndex(verb), uint8(0), []byte{})
		f.Add(verbIndex(verb), uint8(0), []byte{2, 0})
		f.Add(verbIndex(verb), uint8(0), []byte{5, 34, 1, 3})
	}
	f.Add(verbIndex("Image"), uint8(0), []byte{3, 34})
	f.Add(verbIndex("Snapshots"), uint8(0), []byte{7, 0})
	f.Add(verbIndex("Permissions"), uint8(3), []byte{9, 15, 4, 35})
	f.Fuzz(func(t *testing.T, verb, other uint8, edits []byte) {
		name := verbNames[int(verb)%len(verbNames)]
		body := goodBodies[name]
		if body == "" || other > 0 {
			body = oddBodies[int(other)%len(oddBodies)]
		}
		meets(t, name, &canned{status: 200, header: "TimeLeft:5", body: bend(t, body, edits[:min(len(edits), 16)])})
	})
}

// TestBentAnswers bends every part of every answer in every way, one at a time.
func TestBentAnswers(t *testing.T) {
	for verb, body := range goodBodies {
		t.Run(verb, func(t *testing.T) {
			var root any
			if err := json.Unmarshal([]byte(body), &root); err != nil {
				t.Fatal(err)
			}
			for at := range parts(root, func(any) {}) {
				for how := range bends {
					meets(t, verb, &canned{status: 200, body: bend(t, body, []byte{byte(at), byte(how)})})
				}
			}
		})
	}
}
