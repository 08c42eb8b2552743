// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// meaningOf is the same text for all documents that say the same. The order of
// statements, of keys, and of what the grammar takes for sets does not matter,
// nor does a single value in place of a list of one, nor white space;
// everything else does, also how often a statement is there. RAM may format a
// document anew (RAM, GetRole), so documents are compared by this.
func meaningOf(document string) string {
	policy, err := readPolicy(document)
	if err != nil {
		return document
	}
	for i, s := range policy.statements {
		policy.statements[i].text = meaningOfStatement(s.value)
	}
	slices.SortFunc(policy.statements, func(a, b statement) int { return strings.Compare(a.text, b.text) })
	for i, f := range policy.others {
		value, _ := readJSON(f.value) // Read before, as part of the document.
		policy.others[i].value = meaningOfValue(value)
	}
	slices.SortFunc(policy.others, func(a, b field) int { return strings.Compare(a.name, b.name) })
	if policy.version != "" {
		version, _ := readJSON(policy.version)
		policy.version = meaningOfValue(version)
	}
	return policy.String()
}

// sayTheSame reports whether two documents have the same meaning.
func sayTheSame(a, b string) bool { return a == b || meaningOf(a) == meaningOf(b) }

// meaningOfStatement knows which parts of a statement are sets: Action,
// Resource and their opposites, what is under each kind of principal, and what
// is under each key of each operator of a condition (RAM, policy structure and
// syntax).
func meaningOfStatement(value any) string {
	statement, object := value.(map[string]any)
	if !object {
		return meaningOfValue(value)
	}
	return writeObject(statement, func(name string, value any) string {
		switch name {
		case "Action", "NotAction", "Resource", "NotResource":
			return meaningOfSet(value)
		case "Principal", "NotPrincipal":
			return writeObject(value, func(_ string, value any) string { return meaningOfSet(value) })
		case "Condition":
			return writeObject(value, func(_ string, value any) string {
				return writeObject(value, func(_ string, value any) string { return meaningOfSet(value) })
			})
		}
		return meaningOfValue(value)
	})
}

// writeObject writes an object with its keys in order, and anything else as it
// is.
func writeObject(value any, write func(name string, value any) string) string {
	object, is := value.(map[string]any)
	if !is {
		return meaningOfValue(value)
	}
	parts := make([]string, 0, len(object))
	for _, name := range sortedKeys(object) {
		parts = append(parts, quote(name)+":"+write(name, object[name]))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func meaningOfSet(value any) string {
	list, is := value.([]any)
	if !is {
		list = []any{value}
	}
	parts := make([]string, 0, len(list))
	for _, element := range list {
		parts = append(parts, meaningOfValue(element))
	}
	slices.Sort(parts)
	return "[" + strings.Join(slices.Compact(parts), ",") + "]"
}

func meaningOfValue(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return writeObject(value, func(_ string, value any) string { return meaningOfValue(value) })
	case []any:
		parts := make([]string, 0, len(value))
		for _, element := range value {
			parts = append(parts, meaningOfValue(element))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case string:
		return quote(value)
	case nil:
		return "null"
	}
	return fmt.Sprint(value)
}

// quote writes JSON text without the escapes for HTML, which would only take
// room.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // Text and a buffer cannot fail.
	return strings.TrimSuffix(b.String(), "\n")
}

// quoteList writes a JSON list of texts.
func quoteList(texts []string) string {
	parts := make([]string, 0, len(texts))
	for _, text := range texts {
		parts = append(parts, quote(text))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// textsOf is what is in a value that is text or a list of texts.
func textsOf(value any) ([]string, bool) {
	switch value := value.(type) {
	case string:
		return []string{value}, true
	case []any:
		out := make([]string, 0, len(value))
		for _, element := range value {
			text, is := element.(string)
			if !is {
				return nil, false
			}
			out = append(out, text)
		}
		return out, true
	}
	return nil, false
}

// matches reports whether a pattern covers a text. An asterisk stands for any
// text, and case does not count: RAM compares actions without it, and an ARN
// spells a role's name in lower case (RAM, CreateRole).
func matches(pattern, text string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	text = strings.ToLower(text)
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return first == text
	}
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return true
}
