// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"reflect"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Two readings of the vendor's documents, made apart from each other, are held
// against each other here: this world's, and the operator's.

const (
	fuzzedAccount = "1100000000000077"
	fuzzedFolder  = "rd-FuzzedDir/r-Fuzzed/fd-Fuzzed0001"
)

// subjects are those whom the principals below name, each as it stands.
var subjects = map[share.Principal]subject{
	fuzzedAccount:  {account: fuzzedAccount},
	"rd-FuzzedDir": {account: "1100000000000078", directory: "rd-FuzzedDir", path: "rd-FuzzedDir/r-Fuzzed"},
	fuzzedFolder:   {account: "1100000000000079", directory: "rd-FuzzedDir", path: fuzzedFolder},
}

func addDocuments(f *testing.F) {
	f.Helper()
	for _, document := range []string{
		`{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["1100000000000077@ecs.aliyuncs.com"]}}],"Version":"1"}`,
		`{"Version":"1","Statement":[{"Action":["sts:*"],"Effect":"Allow","Principal":{"Service":"*@ecs.aliyuncs.com"},` +
			`"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":["rd-FuzzedDir"]}}}]}`,
		`{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["*@ecs.aliyuncs.com"]},` +
			`"Condition":{"StringLike":{"sts:ServiceOwnerRDPath":["` + fuzzedFolder + `","` + fuzzedFolder + `/*"]}}}]}`,
		`{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Deny","Principal":{"Service":["*@ecs.aliyuncs.com"]}}]}`,
		`{"Version":"1","Statement":[{"Action":"STS:ASSUMEROLE","Effect":"Deny","NotPrincipal":{"Service":"x"},"Principal":{"RAM":"acs:ram::1:root"}}]}`,
		`{"Version":"1","Statement":{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}}}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*","Principal":{"RAM":["acs:ram::1:*"]}}]}`,
		`{"Version":"1","Statement":[{"Effect":"Deny","Action":["kms:Decrypt"],"Resource":"*","Principal":{"RAM":["acs:ram::1:role/r"]},"Condition":{}}]}`,
		`{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Deny","Principal":{"Service":["1100000000000077@ecs.aliyuncs.com"]},"Condition":{"Bool":{"a":"b"}}}]}`,
		`{"Version":"1","Statement":[]}`, `{"Version":"2","Statement":[{}]}`, `[]`, ``, `{"Version":1}`, `{"Statement":[{"\ud800":1}]}`,
	} {
		f.Add(document)
	}
}

// FuzzTrustReadings adds principals to whatever policy. Whom the operator has put
// in by its own reading this world lets in, unless a Deny keeps them out, and who
// is taken out again has no more than before.
func FuzzTrustReadings(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, document string) {
		policy, err := share.ParseTrustPolicy(document)
		theirs, fine := readDocument(document, trustDocument)
		if err != nil || !fine {
			return
		}
		for principal, who := range subjects {
			one := share.NewSet(principal)
			with := read(t, policy.With(one, policy.Principals()).Document())
			denied := read(t, policy.Without(policy.Principals()).Document())
			if !assumes(with, who) && !denies(denied, who) {
				t.Fatalf("%s was let into %q, and this world keeps it out", principal, document)
			}
			if policy.Has(principal) && !assumes(theirs, who) && !denies(theirs, who) {
				t.Fatalf("%q is read as trusting %s, and this world does not read it so", document, principal)
			}
			back := policy.With(one, share.Principals{}).Without(one)
			if !policy.Has(principal) && assumes(read(t, back.Document()), who) != assumes(theirs, who) {
				t.Fatalf("%s came and went, and %q has become %q", principal, document, back.Document())
			}
		}
	})
}

// read is a document as this world reads it; one without a statement is not one
// to it, and lets nobody in.
func read(t *testing.T, document string) []statement {
	t.Helper()
	list, fine := readDocument(document, trustDocument)
	if !fine && !strings.Contains(document, `"Statement":[]`) {
		t.Fatalf("the operator would write %q, which this world does not take", document)
	}
	return list
}

// denies reports whether a Deny may be meant for somebody.
func denies(list []statement, who subject) bool {
	for i := range list {
		if s := &list[i]; s.deny && s.does("sts:AssumeRole") && s.judge(who) != unmet {
			return true
		}
	}
	return false
}

// FuzzPolicyDocument reads whatever document, and again after it was written in
// another form: it means the same, and a key's policy that this world takes to
// keep a role out is never one that the operator is sure lets it in.
func FuzzPolicyDocument(f *testing.F) {
	addDocuments(f)
	f.Fuzz(func(t *testing.T, document string) {
		for _, kind := range []documentKind{trustDocument, policyDocument, keyDocument} {
			list, fine := readDocument(document, kind)
			again, stillFine := readDocument(reformat(document), kind)
			if fine && (!stillFine || len(list) != len(again) || !sameButForOrder(list, again)) {
				t.Fatalf("%q means another thing when it is written as %q", document, reformat(document))
			}
		}
		list, fine := readDocument(document, keyDocument)
		key := Key{Policy: document}
		if fine && len(list) > 0 && !key.admits("acs:ram::1:role/r", keyActions) && share.KeyPolicyAdmits(document, "acs:ram::1:role/r") == share.Admitted {
			t.Fatalf("%q keeps the role out here, and lets it in there", document)
		}
	})
}

// sameButForOrder compares statements; the lines of a condition come in any
// order.
func sameButForOrder(a, b []statement) bool {
	for i := range a {
		one, two := a[i], b[i]
		if len(one.conditions) != len(two.conditions) {
			return false
		}
		one.conditions, two.conditions = nil, nil
		if !reflect.DeepEqual(one, two) {
			return false
		}
	}
	return true
}
