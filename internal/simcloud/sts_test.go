// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestAnAssumedRoleActsAsItself(t *testing.T) {
	r, ahead := stsWorld(t)
	ahead.Store(int64(-14 * time.Minute))
	body, err := r.ask("op", "Sts:AssumeRole", "RoleArn", sharing, "RoleSessionName", "alice", "DurationSeconds", "900")
	if err != nil {
		t.Fatal(err)
	}
	keys := keysIn(t, body)
	who, err := r.as(keys, "Sts", stsAPI, "GetCallerIdentity")
	if err != nil || who["Arn"] != "acs:ram::"+owner+":assumed-role/sharing/alice" || who["AccountId"] != owner || who["IdentityType"] != "AssumedRoleUser" {
		t.Errorf("got %v, %v", who, err)
	}
	_, err = r.as(keys, "Ecs", ecsAPI, "DescribeImages", "RegionId", region)
	is(t, "what the role's policies allow", outcome(err), "OK")
	_, err = r.as(keys, "Ram", versions["Ram"], "GetRole", "RoleName", "sharing")
	is(t, "what they do not", outcome(err), "403 NoPermission")
	keys["SecurityToken"] = "another"
	_, err = r.as(keys, "Sts", stsAPI, "GetCallerIdentity")
	is(t, "another token", outcome(err), "400 InvalidSecurityToken.MismatchWithAccessKey")

	body, err = r.ask("op", "Sts:AssumeRole", "RoleArn", sharing, "RoleSessionName", "alice", "DurationSeconds", "900")
	if err != nil {
		t.Fatal(err)
	}
	keys = keysIn(t, body)
	ahead.Store(int64(90 * time.Second))
	_, err = r.as(keys, "Sts", stsAPI, "GetCallerIdentity")
	is(t, "when it has expired", outcome(err), "400 InvalidSecurityToken.Expired")
	ahead.Store(0)
	if err := r.world.DeleteRole(owner, "sharing"); err != nil {
		t.Fatal(err)
	}
	_, err = r.as(keys, "Sts", stsAPI, "GetCallerIdentity")
	is(t, "when the role is gone", outcome(err), "404 InvalidAccessKeyId.NotFound")
}

func TestWhoMayAssumeARole(t *testing.T) {
	external := `{"StringEquals":{"sts:ExternalId":"tenant-7"}}`
	trust := func(text string) func(*simcloud.Document) {
		return func(d *simcloud.Document) { d.Roles[0].Trust = text }
	}
	foreign := believing("RAM", "acs:ram::"+other+":root", external)
	with := func(more ...string) []string {
		return append([]string{"RoleArn", sharing, "RoleSessionName", "alice"}, more...)
	}
	for _, c := range []struct {
		name   string
		key    string
		edit   func(*simcloud.Document)
		params []string
		want   string
	}{
		{"an account itself", "root", nil, with(), "403 NoPermission"},
		{"a user that no policy lets", "nobody", nil, with(), "403 NoPermission"},
		{"a user of another account that is not trusted", "far", nil, with(), "403 NoPermission"},
		{"one that is, with the external ID", "far", trust(foreign), with("ExternalId", "tenant-7"), "OK"},
		{"with another", "far", trust(foreign), with("ExternalId", "tenant-8"), "403 NoPermission"},
		{"without", "far", trust(foreign), with(), "403 NoPermission"},
		{"an external ID that nobody asked for", "op", nil, with("ExternalId", "tenant-8"), "OK"},
		{"a user by its name", "op", trust(believing("RAM", "acs:ram::"+owner+":user/op", "")), with(), "OK"},
		{"another user than the one that is named", "op", trust(believing("RAM", "acs:ram::"+owner+":user/nobody", "")), with(), "403 NoPermission"},
		{"a condition that nobody here knows", "op", trust(believing("RAM", "acs:ram::"+owner+":root", `{"Bool":{"acs:MFAPresent":"true"}}`)), with(), "403 NoPermission"},
		{"a role that is not there", "op", nil, []string{"RoleArn", sharing + "2", "RoleSessionName", "alice"}, "404 EntityNotExist.Role"},
		{"no role", "op", nil, []string{"RoleArn", "sharing", "RoleSessionName", "alice"}, "400 InvalidParameter.RoleArn"},
		{"no name for the session", "op", nil, []string{"RoleArn", sharing}, "400 MissingParameter"},
		{"a name that is none", "op", nil, []string{"RoleArn", sharing, "RoleSessionName", "a b"}, "400 InvalidParameter.RoleSessionName"},
		{"an external ID that is none", "op", nil, with("ExternalId", "a b"), "400 InvalidParameter.ExternalId"},
		{"as long as the role allows", "op", nil, with("DurationSeconds", "7200"), "OK"},
		{"longer", "op", nil, with("DurationSeconds", "7201"), "400 InvalidParameter.DurationSeconds"},
		{"too short", "op", nil, with("DurationSeconds", "899"), "400 InvalidParameter.DurationSeconds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			edits := []func(*simcloud.Document){}
			if c.edit != nil {
				edits = append(edits, c.edit)
			}
			r, _ := stsWorld(t, edits...)
			_, err := r.askAs(c.key, "Sts:AssumeRole", c.params...)
			is(t, "the answer", outcome(err), c.want)
		})
	}
}

// askAs knows the user of the other account too.
func (r *rig) askAs(key, action string, params ...string) (map[string]any, error) {
	if key != "far" {
		return r.ask(key, action, params...)
	}
	return r.as(map[string]any{"AccessKeyId": "far", "AccessKeySecret": "far-secret", "SecurityToken": ""}, "Sts", stsAPI, "AssumeRole", params...)
}

func TestOneRoleLeadsToAnother(t *testing.T) {
	r, _ := stsWorld(t, func(d *simcloud.Document) {
		d.Policies = []simcloud.Policy{{Account: owner, Name: "assume", Versions: []simcloud.PolicyVersion{
			{Document: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + sharing + `"}]}`},
		}}}
		d.Roles[1].Policies = []simcloud.Attachment{{Name: "assume"}}
		d.Roles[0].Trust = believing("RAM", pod, "")
	})
	code, body := r.exchange(t, oidcForm("good-token"), "")
	is(t, "the token", code, "OK")
	body, err := r.as(keysIn(t, body), "Sts", stsAPI, "AssumeRole", "RoleArn", sharing, "RoleSessionName", "second")
	is(t, "the role", outcome(err), "OK")
	who, err := r.as(keysIn(t, body), "Sts", stsAPI, "GetCallerIdentity")
	if err != nil || who["Arn"] != "acs:ram::"+owner+":assumed-role/sharing/second" {
		t.Errorf("got %v, %v", who, err)
	}
}

func oidcForm(token string, more ...string) url.Values {
	form := url.Values{"OIDCToken": {token}, "OIDCProviderArn": {providerARN}, "RoleArn": {pod}, "RoleSessionName": {"operator"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func TestWhoseTokensAreTaken(t *testing.T) {
	r, _ := stsWorld(t)
	for _, c := range []struct {
		name  string
		form  url.Values
		query string
		want  string
	}{
		{"a good one", oidcForm("good-token"), "", "OK"},
		{"an expired one", oidcForm("old-token"), "", "400 AuthenticationFail.OIDCToken.Expired"},
		{"one that nobody gave out", oidcForm("made-up"), "", "400 AuthenticationFail.OIDCToken.Invalid"},
		{"one that is too long", oidcForm(strings.Repeat("x", 20001)), "", "400 AuthenticationFail.OIDCToken.Invalid"},
		{"one for somebody else", oidcForm("vague-token"), "", "400 AuthenticationFail.OIDCToken.AudienceNotMatch"},
		{"one of another service account", oidcForm("other-token"), "", "403 AuthenticationFail.NoPermission"},
		{"one of a provider that is not registered", oidcForm("good-token", "OIDCProviderArn", providerARN+"2"), "", "403 AuthenticationFail.NoPermission"},
		{"for a role that does not trust the provider", oidcForm("good-token", "RoleArn", sharing), "", "403 AuthenticationFail.NoPermission"},
		{"for a role that is not there", oidcForm("good-token", "RoleArn", pod+"2"), "", "404 EntityNotExist.Role"},
		{"for too long", oidcForm("good-token", "DurationSeconds", "3601"), "", "400 InvalidParameter.DurationSeconds"},
		{"in an address", oidcForm("good-token"), "&OIDCToken=good-token", "400 InvalidParameter"},
		{"signed", oidcForm("good-token"), "&AccessKeyId=root", "400 InvalidParameter"},
		{"none", oidcForm(""), "", "400 MissingParameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _ := r.exchange(t, c.form, c.query)
			is(t, "the answer", code, c.want)
		})
	}
	if err := r.world.SetOIDCTokens(owner, "ack-rrsa-c1", simcloud.OIDCToken{Token: "new-token", Subject: "system:serviceaccount:ops:manager"}); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{"new-token": "OK", "good-token": "400 AuthenticationFail.OIDCToken.Invalid"} {
		code, _ := r.exchange(t, oidcForm(token), "")
		is(t, token+" after they were replaced", code, want)
	}
}

func TestProvidersAreRegisteredByHand(t *testing.T) {
	r, _ := stsWorld(t)
	next := simcloud.OIDCProvider{Account: owner, Name: "second", Tokens: []simcloud.OIDCToken{{Token: "second-token", Subject: "system:serviceaccount:ops:x"}}}
	form := oidcForm("second-token", "OIDCProviderArn", "acs:ram::"+owner+":oidc-provider/second")
	code, _ := r.exchange(t, form, "")
	is(t, "before", code, "403 AuthenticationFail.NoPermission")
	if err := r.world.AddOIDCProvider(next); err != nil {
		t.Fatal(err)
	}
	if err := r.world.SetRole(owner, "pod", func(role *simcloud.Role) {
		role.Trust = believing("Federated", "acs:ram::"+owner+":oidc-provider/second", "")
	}); err != nil {
		t.Fatal(err)
	}
	code, _ = r.exchange(t, form, "")
	is(t, "after", code, "OK")
	if r.world.AddOIDCProvider(next) == nil || r.world.SetOIDCTokens(owner, "none") == nil {
		t.Error("one was registered twice, or one that is not there has tokens")
	}
}

func TestProvidersOfTheWorldFile(t *testing.T) {
	for want, p := range map[string]simcloud.OIDCProvider{
		`oidcProviders[0].account: "9" is not among`:    {Account: "9", Name: "a"},
		`oidcProviders[0].name: "a b" is no name`:       {Account: owner, Name: "a b"},
		`oidcProviders[0].tokens: one is empty`:         {Account: owner, Name: "a", Tokens: []simcloud.OIDCToken{{}}},
		`oidcProviders[1].name: "twice" is there twice`: {Account: owner, Name: "twice"},
	} {
		doc := testWorld()
		doc.OIDCProviders = []simcloud.OIDCProvider{p}
		if p.Name == "twice" {
			doc.OIDCProviders = append(doc.OIDCProviders, p)
		}
		if _, err := simcloud.New(doc, time.Now); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
