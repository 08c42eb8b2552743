// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// The SDK makes something of whatever it is given: null and a missing list
// become an empty list, null, "" and false become zero, "5 of 9" becomes five
// and 1e15 one (sdk/responses/json_parser.go). Where nothing is an answer of
// its own, such as that nobody has the image, it is looked for here in what
// really came.

// part is the JSON text at the end of a path of fields; empty if it is not
// there, or if a part of the path is no object.
func (a answer) part(path ...string) json.RawMessage {
	fields := a.fields
	for _, name := range path[:len(path)-1] {
		var inner map[string]json.RawMessage
		if json.Unmarshal(fields[name], &inner) != nil {
			return nil
		}
		fields = inner
	}
	return fields[path[len(path)-1]]
}

// lists reports whether there is a list at the end of the path. An object that
// should hold it and is empty counts as one that holds an empty list.
func (a answer) lists(path ...string) bool {
	if len(path) > 1 && string(bytes.Join(bytes.Fields(a.part(path[:1]...)), nil)) == "{}" {
		return true
	}
	return bytes.HasPrefix(a.part(path...), []byte("["))
}

// counts reports whether a field holds a whole number, as such or as text.
func (a answer) counts(name string) bool { return isWhole(a.part(name)) }

// rows are the objects of the list at the end of the path; none at all if one
// is no object.
func (a answer) rows(path ...string) []map[string]json.RawMessage {
	var out []map[string]json.RawMessage
	if json.Unmarshal(a.part(path...), &out) != nil {
		return nil
	}
	return out
}

// isWhole reports whether a JSON text is a whole number that is not negative.
func isWhole(text json.RawMessage) bool {
	_, err := strconv.ParseUint(unquoted(text), 10, 63)
	return err == nil
}

// isYesOrNo reports whether a JSON text is true or false.
func isYesOrNo(text json.RawMessage) bool {
	return slices.Contains([]string{"true", "false"}, strings.ToLower(unquoted(text)))
}

// isNumber reports whether a JSON text is a number, as such or as text.
func isNumber(text json.RawMessage) bool {
	_, err := strconv.ParseFloat(unquoted(text), 64)
	return err == nil
}

// isText reports whether a JSON text is a string.
func isText(text json.RawMessage) bool { return bytes.HasPrefix(text, []byte(`"`)) }

// tellsOfDisks reports whether an image's row tells enough of its disks to take
// it for not encrypted: each says whether it is, or names the snapshot that can
// be asked. A row without the list does not. One in which a disk is encrypted
// tells enough. Whose the image is has to be a number, where it is told.
func tellsOfDisks(rows []map[string]json.RawMessage, at int, encrypted bool) bool {
	if at >= len(rows) {
		return false
	}
	image := answer{fields: rows[at]}
	owner, told := rows[at]["ImageOwnerId"]
	silent := func(disk map[string]json.RawMessage) bool {
		return !isYesOrNo(disk["Encrypted"]) && unquoted(disk["SnapshotId"]) == ""
	}
	disks := image.rows("DiskDeviceMappings", "DiskDeviceMapping")
	return (!told || isWhole(owner)) && image.lists("DiskDeviceMappings", "DiskDeviceMapping") &&
		(encrypted || !slices.ContainsFunc(disks, silent))
}

// unquoted is what a JSON string holds, and any other JSON text as it is.
func unquoted(text json.RawMessage) string {
	var out string
	if !isText(text) || json.Unmarshal(text, &out) != nil {
		return string(text)
	}
	return out
}
