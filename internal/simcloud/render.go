// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
)

// Answer formats, as the vendor's parameter Format names them.
const (
	formatJSON = "JSON"
	formatXML  = "XML"
)

// tree is an answer's body. Lists are []tree or []string under a name of their own, so that one tree serves JSON and XML.
type tree map[string]any

// render turns a tree into a body and its content type.
func render(format, root string, body tree) (contentType string, data []byte) {
	if format == formatXML || format == "" {
		var b bytes.Buffer
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
		writeXML(&b, root, body)
		return "text/xml;charset=utf-8", b.Bytes()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		// A tree holds strings, numbers and bools only; anything else is a mistake in a handler.
		return "text/plain", []byte(err.Error())
	}
	return "application/json;charset=utf-8", bytes.TrimSpace(b.Bytes())
}

func writeXML(b *bytes.Buffer, name string, value any) {
	switch v := value.(type) {
	case []tree:
		for _, item := range v {
			writeXML(b, name, item)
		}
	case []string:
		for _, item := range v {
			writeXML(b, name, item)
		}
	case tree:
		b.WriteString("<" + name + ">")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			writeXML(b, key, v[key])
		}
		b.WriteString("</" + name + ">")
	default:
		b.WriteString("<" + name + ">")
		// Writing to a bytes.Buffer never fails.
		_ = xml.EscapeText(b, []byte(fmt.Sprint(v)))
		b.WriteString("</" + name + ">")
	}
}
