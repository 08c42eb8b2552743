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

// readJSON reads a JSON text into the types that encoding/json uses, numbers
// as json.Number. It refuses what readers of JSON do not agree about, so that
// a document cannot mean one thing here and another to the vendor: a key that
// is twice in one object, text that is not Unicode (a lone surrogate too), and
// nesting deeper than any policy.
//
// What is JSON at all is for encoding/json to say. After that the text is gone
// through once more, knowing that every bracket has its other half.
func readJSON(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	r := reader{text: text}
	return r.value(0)
}

// reader goes through a text that is JSON for certain.
type reader struct {
	text string
	at   int
}

// next is the first byte of what comes, after white space and the signs between
// values.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n,:", r.text[r.at]) >= 0 {
		r.at++
	}
	return r.text[r.at]
}

// ends reports whether a list or object ends here, and goes past its end then.
func (r *reader) ends() bool {
	c := r.next()
	if c != ']' && c != '}' {
		return false
	}
	r.at++
	return true
}

func (r *reader) value(depth int) (any, error) {
	c := r.next()
	switch c {
	case '{', '[':
		if depth == deepest {
			return nil, fmt.Errorf("it is nested deeper than %d levels", deepest)
		}
		r.at++
		if c == '{' {
			return r.object(depth + 1)
		}
		return r.list(depth + 1)
	case '"':
		return r.string()
	}
	switch word := r.word(); word {
	case "null":
		return nil, nil //nolint:nilnil // That is how encoding/json says null.
	case "true", "false":
		return word == "true", nil
	default:
		return json.Number(word), nil
	}
}

func (r *reader) object(depth int) (any, error) {
	out := map[string]any{}
	for !r.ends() {
		name, err := r.string()
		if err != nil {
			return nil, err
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("it has %q twice in one object", name)
		}
		if out[name], err = r.value(depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *reader) list(depth int) (any, error) {
	out := []any{}
	for !r.ends() {
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}

func (r *reader) string() (string, error) {
	quoted := r.quoted()
	text := quoted[1 : len(quoted)-1]
	if strings.IndexByte(text, '\\') >= 0 {
		if err := json.Unmarshal([]byte(quoted), &text); err != nil {
			return "", err
		}
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("it holds text that is not Unicode")
	}
	return text, nil
}

// quoted goes past a string, and is what it is written like.
func (r *reader) quoted() string {
	from := r.at
	for r.at++; r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	return r.text[from:r.at]
}

// word goes past a number, or one of the words that JSON has.
func (r *reader) word() string {
	from := r.at
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n,]}", r.text[r.at]) < 0 {
		r.at++
	}
	return r.text[from:r.at]
}

// piece goes past a value, and is what it is written like.
func (r *reader) piece() string {
	c := r.next()
	from := r.at
	switch c {
	case '{', '[':
		r.at++
		for !r.ends() {
			r.piece()
		}
	case '"':
		r.quoted()
	default:
		r.word()
	}
	return r.text[from:r.at]
}
