// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// deepest is how many levels of lists and objects a policy may have. The
// vendor's grammar has six.
const deepest = 32

// policyDocument is a policy of RAM or KMS, cut up but not understood.
type policyDocument struct {
	// version is the JSON text of Version; empty stands for "1", the only
	// version there is.
	version string
	// statements are the JSON texts of the statements, as found.
	statements []string
	// others are the fields beside Statement and Version, as found.
	others []field
}

// field is one field of a JSON object, its value being JSON text.
type field struct{ name, value string }

// readPolicy cuts a policy document up. A Statement that is an object counts
// as one statement; a document without Statement is refused, since what was
// meant cannot be told.
func readPolicy(document string) (policyDocument, error) {
	value, err := readJSON(document)
	if err != nil {
		return policyDocument{}, err
	}
	if _, object := value.(map[string]any); !object {
		return policyDocument{}, errors.New("it is not a JSON object")
	}
	fields, err := fieldsOf(document)
	if err != nil {
		return policyDocument{}, err
	}
	var out policyDocument
	found := false
	for _, f := range fields {
		switch f.name {
		case "Statement":
			found = true
			out.statements, err = statementsOf(f.value)
		case "Version":
			out.version = f.value
		default:
			out.others = append(out.others, f)
		}
	}
	if err == nil && !found {
		err = errors.New("it has no Statement")
	}
	return out, err
}

// String is the whole document: Statement, Version, and the others as they
// came. Only what is around the statements is compact.
func (p policyDocument) String() string {
	version := p.version
	if version == "" {
		version = `"1"`
	}
	var b strings.Builder
	b.WriteString(`{"Statement":[` + strings.Join(p.statements, ",") + `],"Version":` + version)
	for _, f := range p.others {
		b.WriteString("," + quote(f.name) + ":" + f.value)
	}
	b.WriteString("}")
	return b.String()
}

// readJSON reads a JSON text into the types that encoding/json uses, numbers
// as json.Number. It refuses what readers of JSON do not agree about, so that
// a document cannot mean one thing here and another to the vendor: a key that
// is twice in one object, text that is not Unicode (a lone surrogate too), and
// nesting deeper than any policy.
func readJSON(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return readValue(decoder, 0)
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == deepest {
			return nil, fmt.Errorf("it is nested deeper than %d levels", deepest)
		}
		if token == '{' {
			return readObject(decoder, depth+1)
		}
		return readList(decoder, depth+1)
	case string:
		if strings.ContainsRune(token, utf8.RuneError) {
			return nil, errors.New("it holds text that is not Unicode")
		}
	}
	return token, nil
}

func readObject(decoder *json.Decoder, depth int) (any, error) {
	out := map[string]any{}
	for decoder.More() {
		key, err := readValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("it has %q twice in one object", name)
		}
		if out[name], err = readValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return out, err
}

func readList(decoder *json.Decoder, depth int) (any, error) {
	out := []any{}
	for decoder.More() {
		value, err := readValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	_, err := decoder.Token()
	return out, err
}

// fieldsOf are the fields of an object that readJSON has read.
func fieldsOf(object string) ([]field, error) {
	var out []field
	err := inside(object, func(decoder *json.Decoder) error {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		out = append(out, field{name: fmt.Sprint(name), value: string(value)})
		return nil
	})
	return out, err
}

// statementsOf are the elements of Statement, or the one that it is.
func statementsOf(text string) ([]string, error) {
	if strings.HasPrefix(text, "{") {
		return []string{text}, nil
	}
	if !strings.HasPrefix(text, "[") {
		return nil, errors.New("its Statement is no list")
	}
	out := []string{}
	err := inside(text, func(decoder *json.Decoder) error {
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		out = append(out, string(value))
		return nil
	})
	return out, err
}

// inside calls read for everything in a list or object.
func inside(text string, read func(*json.Decoder) error) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		if err := read(decoder); err != nil {
			return err
		}
	}
	return nil
}
