// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestKey(t *testing.T) {
	good := cloud.Key{
		ID: testKey, ARN: "acs:kms:cn-hangzhou:1000000000000009:key/key-hzz0001", State: cloud.KeyEnabled,
		Owner: "1000000000000009", Instance: "kst-hzz1",
	}
	service, bare, unheard := good, good, good
	service.Service, bare.Owner, bare.ARN, unheard.State = true, "", "", "Brandnew"
	for name, test := range map[string]struct {
		asked, was, is string
		want           cloud.Key
	}{
		"by its ID":                      {testKey, "", "", good},
		"by its ID, in other case":       {strings.ToUpper(testKey), "", "", good},
		"by its ARN":                     {good.ARN, "", "", good},
		"by an alias":                    {"alias/mine", "", "", good},
		"by the ARN of an alias":         {"acs:kms:cn-hangzhou:1000000000000009:alias/acs/ecs", "", "", good},
		"made by a cloud service":        {cloud.ServiceKeyAlias, `"Creator":"1000000000000009"`, `"Creator":"Ecs"`, service},
		"whose creator is not known":     {testKey, `"Creator":"1000000000000009",`, "", good},
		"without an ARN":                 {testKey, good.ARN, "", bare},
		"in a state nobody has heard of": {testKey, `"KeyState":"Enabled"`, `"KeyState":"Brandnew"`, unheard},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(strings.Replace(keyBody, test.was, test.is, 1)) })
			got, err := v.open(t, Options{}).Key(t.Context(), "cn-beijing", test.asked)
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v", got, err)
			}
			asked := v.calls()[0]
			if v.hosts[0] != "kms.cn-beijing.aliyuncs.com" || asked.Get("KeyId") != test.asked || asked.Get("RegionId") != "cn-beijing" {
				t.Errorf("asked %s for %v", v.hosts[0], asked)
			}
		})
	}
}

func TestKeysThatAreNotBelieved(t *testing.T) {
	for name, test := range map[string]struct{ asked, body string }{
		"no key":              {testKey, `{"RequestId":"R"}`},
		"no key for an alias": {cloud.ServiceKeyAlias, `{"RequestId":"R","KeyMetadata":{"KeyState":"Enabled"}}`},
		"another key":         {testKey, strings.Replace(keyBody, `"KeyId":"key-hzz0001"`, `"KeyId":"key-hzz0002"`, 1)},
		"another ARN's key":   {"acs:kms:cn-hangzhou:1000000000000009:key/key-hzz0002", keyBody},
		"no state":            {testKey, strings.Replace(keyBody, `"KeyState":"Enabled",`, "", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			_, err := v.open(t, Options{}).Key(t.Context(), homeRegion, test.asked)
			mustBe(t, err, cloud.Unavailable)
		})
	}
}

func TestOwnersOfKeys(t *testing.T) {
	for arn, want := range map[string]share.AccountID{
		"acs:kms:cn-hangzhou:1000000000000009:key/key-1":   "1000000000000009",
		"acs:kms::1000000000000009:key/a:b/c":              "1000000000000009",
		"acs:kms:cn-hangzhou:1000000000000009:alias/x":     "",
		"acs:kms:cn-hangzhou:1000000000000009":             "",
		"acs:ram:cn-hangzhou:1000000000000009:key/key-1":   "",
		"arn:kms:cn-hangzhou:1000000000000009:key/key-1":   "",
		"acs:kms:cn-hangzhou:me:key/key-1":                 "",
		"acs:kms:cn-hangzhou::key/key-1":                   "",
		"x acs:kms:cn-hangzhou:1000000000000009:key/key-1": "",
		"": "",
	} {
		if got := keyOwner(arn); got != want {
			t.Errorf("%q belongs to %q, want %q", arn, got, want)
		}
	}
}

func TestKeyPolicy(t *testing.T) {
	for name, test := range map[string]struct {
		answer reply
		want   string
		kind   cloud.Kind
	}{
		"a policy":                        {ok(keyPolicyBody), `{"Version":"1"}`, -1},
		"an empty one":                    {ok(`{"RequestId":"R","Policy":""}`), "", -1},
		"none":                            {ok(`{"RequestId":"R","Policy":null}`), "", -1},
		"a key that can have none":        {refusal(400, "UnsupportedOperation"), "", -1},
		"the same in other words":         {refusal(400, "Rejected.UnsupportedOperation"), "", -1},
		"a policy that is missing":        {refusal(404, "Forbidden.ResourceNotFound"), "", -1},
		"an answer that does not say":     {ok(`{"RequestId":"R"}`), "", cloud.Unavailable},
		"a policy of another type":        {ok(`{"RequestId":"R","Policy":{"Version":"1"}}`), "", cloud.Unavailable},
		"a key that is missing":           {refusal(404, "Forbidden.KeyNotFound"), "", cloud.NotFound},
		"what the caller may not look at": {refusal(403, "Forbidden.NoPermission"), "", cloud.Denied},
		"an ID that is none":              {refusal(400, "InvalidParameter"), "", cloud.Invalid},
		"a key that dies":                 {refusal(409, "Rejetced.PendingDeletion"), "", cloud.Invalid},
		"what nobody has heard of":        {refusal(400, "Unsupported.Brandnew"), "", cloud.Unknown},
		"another thing not found":         {refusal(404, "Policy.NotFound"), "", cloud.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return test.answer })
			got, err := v.open(t, Options{}).KeyPolicy(t.Context(), homeRegion, testKey)
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil {
				t.Error(err)
			}
			if asked := v.calls()[0]; got != test.want || asked.Get("PolicyName") != "default" || asked.Get("KeyId") != testKey {
				t.Errorf("got %q for %v", got, asked)
			}
		})
	}
}

func TestBadKeyIDs(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return refusal(400, "InvalidParameter") })
	session := v.open(t, Options{})
	for _, verb := range []string{"Key", "KeyPolicy"} {
		found := mustBe(t, verbs[verb](t.Context(), session), cloud.Invalid)
		if found.Subject != cloud.AboutKey || found.Code != "InvalidParameter" || found.Message != oddKey {
			t.Errorf("%s: got %+v", verb, found)
		}
	}
	mustBe(t, verbs["Image"](t.Context(), session), cloud.Unknown)
}
