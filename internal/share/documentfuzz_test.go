// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// addPolicies gives a fuzzer the vendor's examples and the foreign statements
// of the other tests to begin with.
func addPolicies(f *testing.F) {
	f.Helper()
	for _, name := range []string{"trust-account.json", "trust-directory.json", "trust-folder.json", "key-policy.json", "user-describe.txt", "user-run.json"} {
		f.Add(example(f, name))
	}
	for _, statement := range foreignStatements {
		f.Add(policyOf(statement))
	}
	f.Add(policyOf(accountStatement(foreignEntries...), accountStatement("1@ecs.aliyuncs.com", "ecs.aliyuncs.com")))
	f.Add(`{"Version":1,"Statement":{"Action":["sts:AssumeRole"]},"x":{"y":[1e400,null,true,"\u2028\ud83d\ude00"]}}`)
	f.Add(`{"Statement":[{"Effect":"Deny","Effect":"Allow"}]}`)
	f.Add(strings.Repeat("[", 100))
	f.Add(`{"Statement":["\ud800"]}`)
}

// Whatever comes, it is refused, or else it is read back as it is, whatever is
// added can be removed without a trace, and what is foreign stays.
func FuzzParseTrustPolicy(f *testing.F) {
	addPolicies(f)
	f.Fuzz(func(t *testing.T, document string) {
		policy, err := ParseTrustPolicy(document)
		if err != nil {
			return
		}
		for _, p := range somePrincipals {
			policy.Denies(p)
		}
		if policy.Size() != utf8.RuneCountInString(policy.Document()) || !policy.Equal(trust(t, policy.Document())) {
			t.Fatalf("%q became %q", document, policy.Document())
		}
		for _, text := range policy.Foreign() {
			if !strings.Contains(document, text) {
				t.Fatalf("%q is not in %q", text, document)
			}
		}
		addsAndRemoves(t, policy)
		removesAll(t, policy)
	})
}

func addsAndRemoves(t *testing.T, policy TrustPolicy) {
	t.Helper()
	some, own := who("77 88 rd-zz rd-zz/r-1"), policy.Principals()
	with := policy.With(some, own)
	if read := trust(t, with.Document()); !read.Equal(with) || !read.Principals().Equal(own.With(some)) {
		t.Fatalf("%q became %q", with.Document(), read.Document())
	}
	if !slices.Equal(with.Foreign(), policy.Foreign()) {
		t.Fatalf("adding changed %q to %q", policy.Foreign(), with.Foreign())
	}
	if back := with.Without(some.Without(own)); !back.Equal(policy) {
		t.Fatalf("%q became %q", policy.Document(), back.Document())
	}
}

func removesAll(t *testing.T, policy TrustPolicy) {
	t.Helper()
	left := policy.Without(policy.Principals())
	if !left.Principals().Empty() || !trust(t, left.Document()).Equal(left) {
		t.Fatalf("%q is left of %q", left.Document(), policy.Document())
	}
	for _, text := range policy.Foreign() {
		if !slices.Contains(left.Foreign(), text) {
			t.Fatalf("removing changed %q", text)
		}
	}
}

func FuzzParseKeyPolicy(f *testing.F) {
	addPolicies(f)
	f.Fuzz(func(t *testing.T, document string) {
		policy, err := ParseKeyPolicy(document)
		if err != nil {
			return
		}
		read, err := ParseKeyPolicy(policy.Document())
		if err != nil || !read.Equal(policy) || !read.Keys().Equal(policy.Keys()) || policy.Document() != document {
			t.Fatalf("%q became %q, %v", document, read.Document(), err)
		}
		ours := NewKeyPolicy(keyOwner, policy.Keys())
		if again, err := ParseKeyPolicy(ours.Document()); err != nil || !again.Keys().Equal(policy.Keys()) {
			t.Fatalf("%s became %q, %v", policy.Keys(), ours.Document(), err)
		}
	})
}

func FuzzKeyPolicyAdmits(f *testing.F) {
	addPolicies(f)
	f.Add(policyOf(`{"Sid":"x","Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":["acs:ram::1:*"]},"Resource":["*"]}`))
	f.Fuzz(func(t *testing.T, document string) {
		got := KeyPolicyAdmits(document, "acs:ram::1:role/r")
		policy, err := readPolicy(document)
		if err != nil {
			if got != Unclear && strings.TrimSpace(document) != "" {
				t.Fatalf("%q cannot be read, and is %d", document, got)
			}
			return
		}
		// A Deny to the whole account is stronger than all that was there.
		policy.statements = append(policy.statements, statement{text: `{"Effect":"Deny","Action":"kms:*","Principal":{"RAM":"acs:ram::1:*"},"Resource":"*"}`})
		if got := KeyPolicyAdmits(policy.String(), "acs:ram::1:role/r"); got == Admitted {
			t.Fatalf("%q admits in spite of a Deny", document)
		}
	})
}
