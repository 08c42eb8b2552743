// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// example reads a policy example of the vendor's page "Share a custom image",
// as printed there, with the placeholders replaced.
func example(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compact takes the white space out of JSON.
func compact(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func who(line string) Principals {
	var out []Principal
	for name := range strings.FieldsSeq(line) {
		out = append(out, Principal(name))
	}
	return NewSet(out...)
}

func trust(t testing.TB, document string) TrustPolicy {
	t.Helper()
	policy, err := ParseTrustPolicy(document)
	if err != nil {
		t.Fatalf("%v, in %s", err, document)
	}
	return policy
}

// policyOf puts statements into a document.
func policyOf(statements ...string) string {
	return `{"Statement":[` + strings.Join(statements, ",") + `],"Version":"1"}`
}

func TestTheVendorsTrustPoliciesAreReadAndWrittenAsTheVendorDoes(t *testing.T) {
	for name, want := range map[string]string{
		"trust-account.json":   "1234567890123456",
		"trust-directory.json": "rd-3GabcD",
		"trust-folder.json":    "rd-3GabcD/r-WmabcD/fd-Jyl5U7abcd",
	} {
		t.Run(name, func(t *testing.T) {
			read := trust(t, example(t, name))
			if !read.Principals().Equal(who(want)) || len(read.Foreign()) > 0 {
				t.Errorf("read %s, and as foreign %s", read.Principals(), read.Foreign())
			}
			written := TrustPolicy{}.With(who(want), Principals{})
			if got := written.Document(); got != compact(t, example(t, name)) {
				t.Errorf("wrote %s", got)
			}
			if !written.Equal(read) {
				t.Error("what was written does not equal what was read")
			}
		})
	}
}

func TestTheVendorsKeyPolicyIsReadAndWrittenAsTheVendorDoes(t *testing.T) {
	printed := example(t, "key-policy.json")
	read, err := ParseKeyPolicy(printed)
	if err != nil {
		t.Fatal(err)
	}
	want := NewSet[KeyID]("cn-hangzhou/key-hzz630494463ejqjx0001")
	if !read.Keys().Equal(want) {
		t.Errorf("read %s", read.Keys())
	}
	written := NewKeyPolicy("1234567890123456", want)
	if written.Document() != compact(t, printed) || !written.Equal(read) {
		t.Errorf("wrote %s", written.Document())
	}
}

// The two examples for users of the sharee are no policies of ours. The first
// is not JSON as printed: it has a comma too many, which is taken out here.
func TestTheVendorsUserPoliciesHoldNothingOfOurs(t *testing.T) {
	printed := example(t, "user-describe.txt")
	if _, err := ParseTrustPolicy(printed); err == nil {
		t.Error("a trailing comma was accepted")
	}
	normalised := strings.Replace(printed, `"ecs:DescribeImages",`, `"ecs:DescribeImages"`, 1)
	for _, text := range []string{normalised, example(t, "user-run.json")} {
		policy := trust(t, text)
		if !policy.Principals().Empty() || len(policy.Foreign()) != 1 {
			t.Errorf("found %s in %s", policy.Principals(), text)
		}
		keys, err := ParseKeyPolicy(text)
		if err != nil || !keys.Keys().Empty() {
			t.Errorf("found %s, %v in %s", keys.Keys(), err, text)
		}
	}
}

// The examples of the Japanese page are mistranslated: with spaces inside the
// principals, and with keys in Japanese.
func TestTheJapaneseExamplesTrustNobody(t *testing.T) {
	spaced := policyOf(`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["1234567890123456@ ecs.aliyuncs.com"]}}`)
	translated := policyOf(`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"サービス":"* @ ecs.aliyuncs.com"},` +
		`"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-3GabcD"}}}`)
	for _, text := range []string{spaced, translated} {
		policy := trust(t, strings.Replace(text, "Version", "バージョン", 1))
		if !policy.Principals().Empty() || len(policy.Foreign()) != 1 || !strings.Contains(policy.Document(), `"バージョン":"1"`) {
			t.Errorf("%s trusts %s", policy.Document(), policy.Principals())
		}
	}
}
