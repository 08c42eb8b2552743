// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestRole(t *testing.T) {
	v := newVendor(t, willing)
	got, err := v.open(t, Options{}).Role(t.Context(), strings.ToLower(testRole))
	if err != nil {
		t.Fatal(err)
	}
	want := cloud.Role{
		Name: testRole, ARN: "acs:ram::1000000000000009:role/aliyunecsshareencryptimagedefaultrole",
		Description: "for images", Trust: "{\n \"Version\": \"1\"\n}",
	}
	if got != want {
		t.Errorf("got %+v", got)
	}
	if v.hosts[0] != globalRAM || v.calls()[0].Get("RegionId") != homeRegion {
		t.Errorf("asked %s for %v", v.hosts[0], v.calls()[0])
	}
}

func TestRolesAndPoliciesAreWholeOrNone(t *testing.T) {
	for name, test := range map[string]struct{ verb, body string }{
		"no role":                     {"Role", `{"RequestId":"R"}`},
		"another role":                {"Role", strings.Replace(roleBody, testRole, "other", 1)},
		"a role without trust policy": {"Role", `{"RequestId":"R","Role":{"RoleName":"` + testRole + `"}}`},
		"a trust policy of another type": {"Role",
			`{"RequestId":"R","Role":{"RoleName":"` + testRole + `","AssumeRolePolicyDocument":{"Version":"1"}}}`},
		"no list of policies":            {"Attached", `{"RequestId":"R"}`},
		"a list of another shape":        {"Attached", `{"RequestId":"R","Policies":[]}`},
		"a policy without a name":        {"Attached", `{"RequestId":"R","Policies":{"Policy":[{"PolicyType":"Custom"}]}}`},
		"a policy of nobody":             {"Attached", `{"RequestId":"R","Policies":{"Policy":[{"PolicyName":"p"}]}}`},
		"no policy":                      {"Policy", `{"RequestId":"R"}`},
		"another policy":                 {"Policy", strings.Replace(policyBody, "imageshare-keys", "other", 1)},
		"a policy without its default":   {"Policy", `{"RequestId":"R","Policy":{"PolicyName":"imageshare-keys","PolicyDocument":"{}"}}`},
		"a default without its document": {"Policy", `{"RequestId":"R","Policy":{"PolicyName":"imageshare-keys"},"DefaultPolicyVersion":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			found := mustBe(t, verbs[test.verb](t.Context(), v.open(t, Options{})), cloud.Unavailable)
			if len(v.calls()) != 1 || found.Code != "" {
				t.Errorf("got %+v after %d calls", found, len(v.calls()))
			}
		})
	}
}

// A document of the full size must not become an address of 10 kB, and must be
// part of what is signed.
func TestDocumentsTravelInTheBody(t *testing.T) {
	long := strings.Repeat(`"é~* +/=&%`, cloud.PolicySize/10)
	for verb, do := range map[string]func(cloud.Session) error{
		"AssumeRolePolicyDocument": func(s cloud.Session) error {
			return s.CreateRole(t.Context(), cloud.NewRole{Name: testRole, Description: "for images", Trust: long, Tags: oneTag})
		},
		"NewAssumeRolePolicyDocument": func(s cloud.Session) error { return s.SetTrust(t.Context(), testRole, long) },
		"PolicyDocument": func(s cloud.Session) error {
			return s.CreatePolicy(t.Context(), cloud.Policy{Ref: testPolicy, Description: "keys", Document: long})
		},
		"PolicyDocument of a version": func(s cloud.Session) error { return s.SetPolicy(t.Context(), testPolicy.Name, long) },
	} {
		t.Run(verb, func(t *testing.T) {
			v := newVendor(t, willing)
			if err := do(v.open(t, Options{})); err != nil {
				t.Fatal(err)
			}
			parameter, _, _ := strings.Cut(verb, " ")
			asked, form := v.calls()[0], v.forms[0]
			if len(form) != 1 || form.Get(parameter) != long || len(asked[parameter]) != 1 {
				t.Errorf("the body holds %d parameters", len(form))
			}
			if signed := asked.Get("Signature"); signed != signatureOf(asked) {
				t.Errorf("signed %s, want %s", signed, signatureOf(asked))
			}
		})
	}
}

// signatureOf signs parameters, of query and body alike, as the vendor's
// description of the signature says.
func signatureOf(asked url.Values) string {
	rest := url.Values{}
	for name, values := range asked {
		if name != "Signature" {
			rest[name] = values
		}
	}
	escape := strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~")
	text := "POST&%2F&" + escape.Replace(url.QueryEscape(escape.Replace(rest.Encode())))
	sum := hmac.New(sha1.New, []byte(testCredentials.AccessKeySecret+"&"))
	_, _ = sum.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

func TestWhatIsAskedOfRAM(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	system := cloud.PolicyRef{System: true, Name: "AliyunKMSFullAccess"}
	for _, test := range []struct {
		do   func() error
		want map[string]string
	}{
		{func() error {
			return session.CreateRole(t.Context(), cloud.NewRole{
				Name: testRole, Description: "for images", Trust: testTrust, Tags: map[string]string{"b": "2", "a": `<"é">`},
			})
		}, map[string]string{
			"Action": "CreateRole", "Version": "2015-05-01", "RoleName": testRole, "Description": "for images",
			"AssumeRolePolicyDocument": testTrust, "Tag": `[{"Key":"a","Value":"\u003c\"é\"\u003e"},{"Key":"b","Value":"2"}]`,
		}},
		{
			func() error { return session.CreateRole(t.Context(), cloud.NewRole{Name: testRole, Trust: testTrust}) },
			map[string]string{"Action": "CreateRole", "Tag": "", "Description": ""},
		},
		{
			func() error { return session.SetTrust(t.Context(), testRole, testTrust) },
			map[string]string{"Action": "UpdateRole", "RoleName": testRole, "NewAssumeRolePolicyDocument": testTrust, "NewDescription": ""},
		},
		{
			func() error { return session.DeleteRole(t.Context(), testRole) },
			map[string]string{"Action": "DeleteRole", "RoleName": testRole},
		},
		{
			func() error { return session.Attach(t.Context(), testRole, testPolicy) },
			map[string]string{"Action": "AttachPolicyToRole", "RoleName": testRole, "PolicyName": testPolicy.Name, "PolicyType": "Custom"},
		},
		{
			func() error { return session.Detach(t.Context(), testRole, system) },
			map[string]string{"Action": "DetachPolicyFromRole", "RoleName": testRole, "PolicyName": system.Name, "PolicyType": "System"},
		},
		{
			func() error {
				return session.CreatePolicy(t.Context(), cloud.Policy{Ref: testPolicy, Description: "keys", Document: testDocument})
			},
			map[string]string{"Action": "CreatePolicy", "PolicyName": testPolicy.Name, "Description": "keys", "PolicyDocument": testDocument},
		},
		{
			func() error { return session.SetPolicy(t.Context(), testPolicy.Name, testDocument) },
			map[string]string{
				"Action": "CreatePolicyVersion", "PolicyName": testPolicy.Name, "PolicyDocument": testDocument,
				"SetAsDefault": "true", "RotateStrategy": "DeleteOldestNonDefaultVersionWhenLimitExceeded",
			},
		},
		{
			func() error { return session.DeletePolicy(t.Context(), testPolicy.Name) },
			map[string]string{"Action": "DeletePolicy", "PolicyName": testPolicy.Name, "CascadingDelete": "true"},
		},
	} {
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		asked := v.calls()[len(v.calls())-1]
		for parameter, want := range test.want {
			if asked.Get(parameter) != want || want == "" && asked.Has(parameter) {
				t.Errorf("%s: %s is %q, want %q", test.want["Action"], parameter, asked.Get(parameter), want)
			}
		}
	}
}
