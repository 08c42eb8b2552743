// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
)

func TestDocumentsThatAreRefused(t *testing.T) {
	statement := `"Statement":[],"Version":"1"`
	for sentence, c := range map[string]struct{ document, why string }{
		"nothing at all":                    {"", "not JSON"},
		"no object":                         {"[]", "not a JSON object"},
		"half of a document":                {`{"Statement":[`, "not JSON"},
		"something behind it":               {"{" + statement + "} {}", "not JSON"},
		"a number that is none":             {`{"Statement":[NaN]}`, "not JSON"},
		"a trailing comma":                  {"{" + statement + ",}", "not JSON"},
		"no Statement":                      {`{"Version":"1"}`, "no Statement"},
		"a Statement in other case":         {`{"statement":[]}`, "no Statement"},
		"a Statement that is null":          {`{"Statement":null}`, "no list"},
		"a Statement that is text":          {`{"Statement":"{}"}`, "no list"},
		"bytes that are not UTF-8":          {"{" + statement + ",\"x\":\"\xff\"}", "not UTF-8"},
		"half of a surrogate pair":          {"{" + statement + `,"x":"\ud800"}`, "not Unicode"},
		"a key twice":                       {"{" + statement + "," + statement + "}", `"Statement" twice`},
		"a key twice in a statement":        {`{"Statement":[{"Effect":"Deny","Effect":"Allow"}]}`, `"Effect" twice`},
		"a key twice, once in escapes":      {`{"Statement":[{"Effect":"Deny","\u0045ffect":"Allow"}]}`, `"Effect" twice`},
		"lists in lists in lists":           {`{"Statement":[` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `]}`, "deeper than 32"},
		"nesting that would end the parser": {strings.Repeat("[", 20000), "not JSON"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, trustErr := ParseTrustPolicy(c.document)
			_, keyErr := ParseKeyPolicy(c.document)
			for _, err := range []error{trustErr, keyErr} {
				if err == nil || !strings.Contains(err.Error(), c.why) {
					t.Errorf("said %v, want something with %q", err, c.why)
				}
			}
		})
	}
}

func TestDocumentsMeanTheSame(t *testing.T) {
	const plain = `{"Statement":[{"Action":["a","b"],"Effect":"Allow","Principal":{"Service":"s"}}],"Version":"1"}`
	for sentence, c := range map[string]struct {
		other string
		same  bool
	}{
		"with other white space":          {"{ \"Statement\" :\n[" + plain[14:], true},
		"with keys in another order":      {`{"Version":"1","Statement":[{"Principal":{"Service":"s"},"Effect":"Allow","Action":["a","b"]}]}`, true},
		"with lists in another order":     {strings.Replace(plain, `["a","b"]`, `["b","a"]`, 1), true},
		"with something twice in a list":  {strings.Replace(plain, `["a","b"]`, `["b","a","b"]`, 1), true},
		"with a list of one":              {strings.Replace(plain, `"s"`, `["s"]`, 1), true},
		"with escapes":                    {strings.Replace(plain, `"a"`, `"\u0061"`, 1), true},
		"with a statement not in a list":  {`{"Statement":{"Action":["a","b"],"Effect":"Allow","Principal":{"Service":"s"}},"Version":"1"}`, true},
		"without a version":               {strings.Replace(plain, `,"Version":"1"`, "", 1), true},
		"with escapes in the version":     {strings.Replace(plain, `"1"`, `"\u0031"`, 1), true},
		"with another version":            {strings.Replace(plain, `"1"`, `"2"`, 1), false},
		"with a number for a version":     {strings.Replace(plain, `"1"`, `1`, 1), false},
		"with another field":              {strings.Replace(plain, `"Version"`, `"Id":"x","Version"`, 1), false},
		"with one action less":            {strings.Replace(plain, `["a","b"]`, `["a"]`, 1), false},
		"with text in other case":         {strings.Replace(plain, `"a"`, `"A"`, 1), false},
		"with a key in other case":        {strings.Replace(plain, `"Effect"`, `"effect"`, 1), false},
		"with the statement twice":        {strings.Replace(plain, "[{", `[{"Action":["a","b"],"Effect":"Allow","Principal":{"Service":"s"}},{`, 1), false},
		"with a condition that has none":  {strings.Replace(plain, `"Effect"`, `"Condition":{},"Effect"`, 1), false},
		"with a principal that is a list": {strings.Replace(plain, `{"Service":"s"}`, `[{"Service":"s"}]`, 1), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := trust(t, plain).Equal(trust(t, c.other)); got != c.same {
				t.Errorf("%s: %t", c.other, got)
			}
		})
	}
}

func TestFieldsBesideTheStatementsHaveNoOrder(t *testing.T) {
	one, other := trust(t, `{"a":{"x":1,"y":2},"Statement":[],"b":[1]}`), trust(t, `{"b": [1],"Statement":[],"a":{"y":2,"x":1}}`)
	if !one.Equal(other) || one.Equal(trust(t, `{"b":[1],"Statement":[],"a":{"y":2,"x":2}}`)) {
		t.Error("the order counts, or the value does not")
	}
}

// Outside of what the grammar takes for sets, order counts.
func TestOnlySetsHaveNoOrder(t *testing.T) {
	for where, same := range map[string]bool{
		`{"Resource":%}`: true, `{"NotAction":%}`: true, `{"NotResource":%}`: true, `{"NotPrincipal":{"RAM":%}}`: true,
		`{"Condition":{"StringLike":{"k":%}}}`: true, `{"Condition":{"StringLike":%}}`: false, `{"Sid":%}`: false, `{"x":{"y":%}}`: false, `%`: false,
	} {
		one := trust(t, policyOf(strings.Replace(where, "%", `["a",{"b":null},3]`, 1)))
		other := trust(t, policyOf(strings.Replace(where, "%", `[3,"a",{"b":null}]`, 1)))
		if one.Equal(other) != same {
			t.Errorf("in %s: %t", where, !same)
		}
	}
}

func TestAnAsteriskStandsForAnyText(t *testing.T) {
	for pattern, texts := range map[string]map[string]bool{
		"a":        {"a": true, "A": true, "b": false, "": false, "aa": false},
		"*":        {"": true, "a": true},
		"a*":       {"a": true, "ab": true, "ba": false},
		"*a":       {"a": true, "ba": true, "ab": false},
		"ab*bc":    {"abc": false, "abbc": true, "abxbc": true},
		"a*b*b*c":  {"abc": false, "abxbc": true},
		"a*b*c":    {"abc": true, "axbxc": true, "acb": false, "ac": false},
		"a**c":     {"ac": true, "abc": true},
		"kms:Gen*": {"kms:GenerateDataKey": true, "kms:GetKeyPolicy": false},
	} {
		for text, want := range texts {
			if matches(pattern, text) != want {
				t.Errorf("%q on %q: %t", pattern, text, !want)
			}
		}
	}
}
