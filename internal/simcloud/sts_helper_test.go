// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	sharing     = "acs:ram::" + owner + ":role/sharing"
	pod         = "acs:ram::" + owner + ":role/pod"
	providerARN = "acs:ram::" + owner + ":oidc-provider/ack-rrsa-c1"
)

// believing is a trust policy with one principal, and a condition if need be.
func believing(kind, principal, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"%s":["%s"]}%s}]}`, kind, principal, condition)
}

// stsWorld has roles to assume, and an identity provider. Its clock is as far ahead of the true time as is said.
func stsWorld(t *testing.T, edits ...func(*simcloud.Document)) (*rig, *atomic.Int64) {
	t.Helper()
	doc, ahead := testWorld(), &atomic.Int64{}
	clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	doc.Accounts[0].Users[0].Allow = []simcloud.Grant{{Actions: []string{"sts:AssumeRole"}}}
	doc.Accounts[1].Users = []simcloud.User{{ID: "31", Name: "far", AccessKeys: []simcloud.AccessKey{{ID: "far", Secret: "far-secret"}},
		Allow: []simcloud.Grant{{Actions: []string{"sts:AssumeRole"}, Resources: []string{sharing}}}}}
	ecs := []simcloud.Attachment{{Type: simcloud.PolicySystem, Name: "AliyunECSFullAccess"}}
	doc.Roles = []simcloud.Role{
		{Account: owner, Name: "sharing", Policies: ecs, MaxSessionSeconds: 7200, Trust: believing("RAM", "acs:ram::"+owner+":root", "")},
		{Account: owner, Name: "pod", Policies: ecs, Trust: believing("Federated", providerARN,
			`{"StringEquals":{"oidc:aud":"sts.aliyuncs.com","oidc:iss":"https://issuer.example"},"StringLike":{"oidc:sub":"system:serviceaccount:ops:*"}}`)},
		{Account: owner, Name: "node", Policies: ecs, Trust: believing("Service", "ecs.aliyuncs.com", "")},
	}
	doc.OIDCProviders = []simcloud.OIDCProvider{{Account: owner, Name: "ack-rrsa-c1", Issuer: "https://issuer.example", Tokens: []simcloud.OIDCToken{
		{Token: "good-token", Subject: "system:serviceaccount:ops:manager"},
		{Token: "old-token", Subject: "system:serviceaccount:ops:manager", Expires: time.Now().Add(-time.Hour)},
		{Token: "other-token", Subject: "system:serviceaccount:team:manager"},
		{Token: "vague-token", Subject: "system:serviceaccount:ops:manager", Audience: "kubernetes"},
	}}}
	for _, edit := range edits {
		edit(&doc)
	}
	world, err := simcloud.New(doc, clock)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(world.Handler())
	t.Cleanup(server.Close)
	return &rig{world: world, server: server}, ahead
}

// as calls an action with a temporary key, as an answer gives it.
func (r *rig) as(keys map[string]any, product, version, action string, params ...string) (map[string]any, error) {
	text := func(name string) string { return fmt.Sprint(keys[name]) }
	config := sdk.NewConfig().WithScheme("HTTP").WithHttpTransport(&http.Transport{DisableKeepAlives: true})
	client, err := sdk.NewClientWithOptions(region, config,
		credentials.NewStaticSTSCredentialsProvider(text("AccessKeyId"), text("AccessKeySecret"), text("SecurityToken")))
	if err != nil {
		return nil, fmt.Errorf("make client: %w", err)
	}
	client.Domain = r.host()
	q := requests.NewCommonRequest()
	q.Method, q.Scheme, q.Domain, q.Product, q.Version, q.ApiName = "POST", "HTTP", r.host(), product, version, action
	for i := 0; i < len(params); i += 2 {
		q.QueryParams[params[i]] = params[i+1]
	}
	response, err := client.ProcessCommonRequest(q)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", action, err)
	}
	var body map[string]any
	return body, json.Unmarshal(response.GetHttpContentBytes(), &body)
}

// keysIn is the temporary key in an answer.
func keysIn(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	keys, ok := body["Credentials"].(map[string]any)
	if !ok {
		t.Fatalf("no credentials in %v", body)
	}
	return keys
}

// exchange sends a token to STS as pod identity does, and answers the status and code, and what came back.
func (r *rig) exchange(t *testing.T, form url.Values, query string) (string, map[string]any) {
	t.Helper()
	address := r.server.URL + "/?Action=AssumeRoleWithOIDC&Format=JSON&Version=" + stsAPI + query
	response, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body map[string]any
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if body["Code"] == nil {
		return "OK", body
	}
	return fmt.Sprintf("%d %v", response.StatusCode, body["Code"]), body
}
