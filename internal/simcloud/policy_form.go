// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// reformat writes a document anew, in a way that no client would: fields in falling order, indented, and a list of one text as
// that text. What it means stays the same.
func reformat(text string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return text
	}
	var b strings.Builder
	writeFalling(&b, value, "")
	return b.String()
}

func writeFalling(b *strings.Builder, value any, indent string) {
	const step = "    "
	switch v := value.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		slices.Reverse(keys)
		b.WriteString("{")
		for i, key := range keys {
			b.WriteString(separator(i) + "\n" + indent + step + quoted(key) + " : ")
			writeFalling(b, v[key], indent+step)
		}
		b.WriteString("\n" + indent + "}")
	case []any:
		if one, ok := onlyText(v); ok {
			b.WriteString(quoted(one))
			return
		}
		b.WriteString("[")
		for i, item := range v {
			b.WriteString(separator(i) + "\n" + indent + step)
			writeFalling(b, item, indent+step)
		}
		b.WriteString("\n" + indent + "]")
	default:
		b.WriteString(quoted(v))
	}
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func onlyText(list []any) (string, bool) {
	if len(list) != 1 {
		return "", false
	}
	text, ok := list[0].(string)
	return text, ok
}

func quoted(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	// What was decoded from JSON can be encoded.
	_ = enc.Encode(v)
	return strings.TrimSpace(b.String())
}
