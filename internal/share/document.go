// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"errors"
	"strings"
)

// policyDocument is a policy of RAM or KMS, cut up but not understood.
type policyDocument struct {
	// version is the JSON text of Version; empty stands for "1", the only
	// version there is.
	version    string
	statements []statement
	// others are the fields beside Statement and Version, as found.
	others []field
}

// statement is one statement: its JSON text, as found, and what that says.
type statement struct {
	text  string
	value any
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
	object, is := value.(map[string]any)
	if !is {
		return policyDocument{}, errors.New("it is not a JSON object")
	}
	var out policyDocument
	found := false
	for _, f := range fieldsOf(document) {
		switch f.name {
		case "Statement":
			found = true
			out.statements, err = statementsOf(f.value, object[f.name])
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
	b.WriteString(`{"Statement":[`)
	for i, s := range p.statements {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(s.text)
	}
	b.WriteString(`],"Version":` + version)
	for _, f := range p.others {
		b.WriteString("," + quote(f.name) + ":" + f.value)
	}
	b.WriteString("}")
	return b.String()
}

// fieldsOf are the fields of an object that readJSON has read, in their order.
func fieldsOf(object string) []field {
	var out []field
	r := reader{text: object}
	r.next()
	for r.at++; !r.ends(); {
		name, _ := r.string() // Read before, as part of the object.
		out = append(out, field{name: name, value: r.piece()})
	}
	return out
}

// statementsOf are the elements of Statement, or the one that it is.
func statementsOf(text string, value any) ([]statement, error) {
	values, list := value.([]any)
	if _, object := value.(map[string]any); object {
		return []statement{{text: text, value: value}}, nil
	}
	if !list {
		return nil, errors.New("its Statement is no list")
	}
	out := make([]statement, 0, len(values))
	r := reader{text: text, at: 1}
	for _, value := range values {
		out = append(out, statement{text: r.piece(), value: value})
	}
	return out, nil
}
