// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const keyOwner = AccountID("1234567890123456")

var someKeys = []KeyID{
	"cn-beijing/key-1", "cn-beijing/key-2", "cn-beijing/12345678-1234-1234-1234-123456789012", "cn-beijing-2/key-1", "cn-hongkong/key-1",
	"ap-southeast-1/key-1", "ap-southeast-1/key-2",
}

func anyKeys() *rapid.Generator[Keys] {
	return rapid.Custom(func(t *rapid.T) Keys {
		return NewSet(rapid.SliceOfN(rapid.SampledFrom(someKeys), 0, 8).Draw(t, "keys")...)
	})
}

func TestAKeyPolicyIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyKeys().Draw(t, "keys"), anyKeys().Draw(t, "others")
		policy := NewKeyPolicy(keyOwner, a)
		read, err := ParseKeyPolicy(policy.Document())
		if err != nil || !read.Keys().Equal(a) || !policy.Keys().Equal(a) || !read.Equal(policy) {
			t.Fatalf("%v: %s became %s", err, a, read.Keys())
		}
		if read.Size() != utf8.RuneCountInString(policy.Document()) || policy.Size() != read.Size() {
			t.Fatalf("%s has not %d characters", policy.Document(), policy.Size())
		}
		if NewKeyPolicy(keyOwner, b).Equal(policy) != a.Equal(b) || NewKeyPolicy("99", a).Equal(policy) != a.Empty() {
			t.Fatalf("the policies of %s and %s", a, b)
		}
	})
}

func TestAKeyPolicyHasOneListStatementForEachRegion(t *testing.T) {
	document := NewKeyPolicy(keyOwner, NewSet(someKeys...)).Document()
	if lists, keys := strings.Count(document, `"kms:List*"`), strings.Count(document, `"kms:Decrypt"`); lists != 4 || keys != len(someKeys) {
		t.Errorf("%d lists and %d keys in %s", lists, keys, document)
	}
	if got := (KeyPolicy{}).Document(); got != `{"Version":"1","Statement":[]}` || !(KeyPolicy{}).Equal(NewKeyPolicy(keyOwner, Keys{})) {
		t.Errorf("the empty policy is %s", got)
	}
}

// A wildcard in the wrong place would give all keys of an account.
func TestWhatIsNoKeyIsNotWritten(t *testing.T) {
	for _, key := range []KeyID{"", "key-1", "/", "cn-beijing/", "/key-1", "cn-beijing/*", "*/key-1", "cn-beijing/key-1/x", `cn-beijing/"`, "cn-beijing/key:1"} {
		if policy := NewKeyPolicy(keyOwner, NewSet(key)); !policy.Keys().Empty() || !policy.Equal(KeyPolicy{}) {
			t.Errorf("%q gives %s", key, policy.Document())
		}
	}
	for _, account := range []AccountID{"", "*", "1:2"} {
		if policy := NewKeyPolicy(account, NewSet(someKeys...)); !policy.Equal(KeyPolicy{}) {
			t.Errorf("%q gives %s", account, policy.Document())
		}
	}
}

func TestWhichKeysAPolicyGives(t *testing.T) {
	const (
		list = `{"Effect":"Allow","Action":"kms:List*","Resource":"acs:kms:r:1:key"}`
		six  = `"kms:GenerateDataKey","kms:Decrypt","kms:Encrypt","kms:UntagResource","kms:TagResource","kms:DescribeKey"`
		use  = `{"Effect":"Allow","Action":[` + six + `],"Resource":["acs:kms:r:1:key/a","acs:kms:r:1:key/b"]}`
	)
	swap := func(old, other string) string { return strings.Replace(use, old, other, 1) }
	for sentence, c := range map[string]struct {
		statements []string
		want       string
	}{
		"two keys in one statement":            {[]string{use, list}, "r/a r/b"},
		"the actions in two statements":        {[]string{list, swap(`"kms:Decrypt",`, ""), `{"Effect":"Allow","Action":"kms:Decrypt","Resource":"acs:kms:r:1:key/b"}`}, "r/b"},
		"all actions of the service":           {[]string{`{"Effect":"Allow","Action":"kms:*","Resource":["acs:kms:r:1:key","acs:kms:r:1:key/a"]}`}, "r/a"},
		"actions in other case":                {[]string{list, swap("kms:Decrypt", "KMS:decrypt")}, "r/a r/b"},
		"a statement of something else beside": {[]string{list, use, `{"Effect":"Allow","Action":"oss:*","Resource":"*"}`, `{"Effect":"Allow","Action":"kms:*","Resource":"acs:kms:r:1:key/c","Condition":{}}`}, "r/a r/b"},
		"without the list":                     {[]string{use}, ""},
		"with the list of another region":      {[]string{strings.Replace(list, ":r:", ":s:", 1), use}, ""},
		"with the list of another account":     {[]string{strings.Replace(list, ":1:", ":2:", 1), use}, ""},
		"without one action":                   {[]string{list, swap(`"kms:TagResource",`, "")}, ""},
		"under a condition":                    {[]string{list, swap("{", `{"Condition":{},`)}, ""},
		"with a Deny beside":                   {[]string{list, use, swap("Allow", "Deny")}, ""},
		"with something that is no statement":  {[]string{list, use, `"x"`}, ""},
		"all keys":                             {[]string{list, swap(`["acs:kms:r:1:key/a","acs:kms:r:1:key/b"]`, `"acs:kms:r:1:key/*"`)}, ""},
		"keys of two accounts":                 {[]string{list, use, strings.Replace(list, ":1:", ":2:", 1), strings.ReplaceAll(use, ":1:", ":2:")}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			policy, err := ParseKeyPolicy(policyOf(c.statements...))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(policy.Keys().Strings(), " "); got != c.want {
				t.Errorf("gives %q", got)
			}
			if policy.Document() != policyOf(c.statements...) {
				t.Errorf("became %s", policy.Document())
			}
		})
	}
}

// The arithmetic of the limit on custom policies: how many keys of one region
// fit into one document.
func TestHowManyKeysFitIntoAPolicy(t *testing.T) {
	var keys []KeyID
	for i := range 100 {
		keys = append(keys, KeyID(fmt.Sprintf("cn-hangzhou/12345678-1234-1234-1234-%012d", i)))
	}
	if got := NewKeyPolicy(keyOwner, NewSet(keys[0])).Size(); got != 350 {
		t.Errorf("one key has %d characters", got)
	}
	documents, left := SpreadKeys(keyOwner, nil, NewSet(keys...), 6144, 10)
	if len(documents) != 4 || documents[0].Len() != 26 || !left.Empty() {
		t.Errorf("%d documents, the first with %d keys, %d left", len(documents), documents[0].Len(), left.Len())
	}
}
