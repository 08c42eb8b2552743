// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"bytes"
	"encoding/json"
	"strings"

	"pgregory.net/rapid"
)

var somePrincipals = []Principal{
	"1111111111111111", "2222222222222222", "3333333333333333", "44", "rd-a", "rd-b", "rd-a/r-1", "rd-a/r-1/fd-x", "rd-b/r-2/fd-y/fd-z",
}

// notOurs are statements, and entries of statements, that are foreign.
var (
	foreignStatements = []string{
		everybody + "}", strings.Replace(aFolder, "{", `{"Sid":"ä",`, 1), `{"Effect":"Deny"}`, "null", `{"Action":"<&>"}`,
		`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::1:root"]}}`,
		`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":[]}}`,
	}
	foreignEntries = []string{"ecs.aliyuncs.com", "*@ecs.aliyuncs.com", "1@ ecs.aliyuncs.com", "ü <&>"}
)

func anyPrincipals() *rapid.Generator[Principals] {
	return rapid.Custom(func(t *rapid.T) Principals {
		return NewSet(rapid.SliceOfN(rapid.SampledFrom(somePrincipals), 0, 5).Draw(t, "principals")...)
	})
}

// anyStatement draws a statement in any of many ways to write one.
func anyStatement(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "foreign") == 0 {
		return indented(t, rapid.SampledFrom(foreignStatements).Draw(t, "statement"))
	}
	f := rapid.SampledFrom([]form{formAccounts, formDirectories, formFolders}).Draw(t, "form")
	var entries []string
	for p := range anyPrincipals().Draw(t, "in").All() {
		if formOf(p) == f {
			entries = append(entries, f.entry(p))
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "mixed") == 0 {
		entries = append(entries, rapid.SampledFrom(foreignEntries).Draw(t, "entry"))
	}
	list := quoteList(rapid.Permutation(entries).Draw(t, "order"))
	parts := []string{`"Action":"sts:AssumeRole"`, `"Effect":"Allow"`}
	switch f {
	case formDirectories:
		parts = append(parts, `"Principal":{"Service":["*@ecs.aliyuncs.com"]}`, `"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":`+list+`}}`)
	case formFolders:
		parts = append(parts, `"Principal":{"Service":"*@ecs.aliyuncs.com"}`, `"Condition":{"StringLike":{"sts:ServiceOwnerRDPath":`+list+`}}`)
	case formAccounts, formForeign:
		parts = append(parts, `"Principal":{"Service":`+list+`}`)
	}
	return indented(t, "{"+strings.Join(rapid.Permutation(parts).Draw(t, "parts"), ",")+"}")
}

func indented(t *rapid.T, text string) string {
	if !rapid.Bool().Draw(t, "indented") {
		return text
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func anyTrust() *rapid.Generator[TrustPolicy] {
	return rapid.Custom(func(t *rapid.T) TrustPolicy {
		if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
			return TrustPolicy{}
		}
		var statements []string
		for range rapid.IntRange(0, 4).Draw(t, "statements") {
			statements = append(statements, anyStatement(t))
		}
		document := policyOf(statements...)
		if rapid.Bool().Draw(t, "more") {
			document = `{"ü":[ 1 ],` + document[1:]
		}
		policy, err := ParseTrustPolicy(document)
		if err != nil {
			t.Fatal(err)
		}
		return policy
	})
}
