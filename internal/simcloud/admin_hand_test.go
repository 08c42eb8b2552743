// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheAdminPagesOfRAMAndKMS(t *testing.T) {
	w := newRig(t, withRole).world
	trust := asJSON(document(trusting(sharee(7))))
	const onOwner = `{"account":"` + owner + `",`
	attachment := onOwner + `"role":"` + shareRole + `","type":"System","policy":"AliyunKMSFullAccess"}`
	const key = `{"region":"cn-hangzhou","key":"key-3",`
	decrypts := "/_sim/decrypts?region=cn-hangzhou&image=" + secret + "&account=" + sharee(7)
	for _, c := range []struct{ name, method, path, body, want string }{
		{"who can decrypt", "GET", decrypts, "", `200 {"decrypts":false}`},
		{"a change of trust", "PATCH", "/_sim/roles", onOwner + `"role":"` + shareRole + `","trust":` + trust + `}`, "200 {"},
		{"who can decrypt then", "GET", decrypts, "", `200 {"decrypts":true}`},
		{"other changes of a role", "PATCH", "/_sim/roles", onOwner + `"role":"` + shareRole + `","description":"d","tags":[{"key":"k"}]}`, "200 {"},
		{"no change of a role", "PATCH", "/_sim/roles", onOwner + `"role":"` + shareRole + `"}`, "400 nothing to change"},
		{"trust that makes no sense", "PATCH", "/_sim/roles", onOwner + `"role":"` + shareRole + `","trust":"x"}`, "400 role " + shareRole + ": trust: is malformed"},
		{"a new role", "PUT", "/_sim/roles", onOwner + `"name":"hand","trust":` + trust + `}`, "200 {"},
		{"a role that is there", "PUT", "/_sim/roles", onOwner + `"name":"hand","trust":` + trust + `}`, "400 role hand"},
		{"a role's end", "DELETE", "/_sim/roles", onOwner + `"role":"hand"}`, "200 {"},
		{"a policy put on", "POST", "/_sim/attachments", attachment, "200 {"},
		{"a policy put on twice", "POST", "/_sim/attachments", attachment, "400 EntityAlreadyExists.Role.Policy"},
		{"a policy taken off", "DELETE", "/_sim/attachments", attachment, "200 {"},
		{"a policy taken off twice", "DELETE", "/_sim/attachments", attachment, "400 EntityNotExist.Role.Policy"},
		{"a new policy", "PUT", "/_sim/policies", onOwner + `"name":"hand","versions":[{"document":` + asJSON(document(listing())) + `}]}`, "200 {"},
		{"a policy's end", "DELETE", "/_sim/policies", onOwner + `"policy":"hand"}`, "200 {"},
		{"a policy that a role has", "DELETE", "/_sim/policies", onOwner + `"policy":"image-keys"}`, "400 policy image-keys"},
		{"a new key", "PUT", "/_sim/keys", `{"id":"key-7","region":"cn-hangzhou","owner":"` + owner + `"}`, `200 {"id":"key-7"`},
		{"a key's state", "PATCH", "/_sim/keys", key + `"state":"Disabled"}`, "200 {"},
		{"a key's policy", "PATCH", "/_sim/keys", key + `"policy":""}`, "200 {"},
		{"a key's policy that makes no sense", "PATCH", "/_sim/keys", key + `"policy":"x"}`, "400 key key-3: policy: is malformed"},
		{"nothing about a key", "PATCH", "/_sim/keys", key + `"state":""}`, "400 give either"},
		{"a snapshot's key", "PATCH", "/_sim/snapshots", `{"region":"cn-hangzhou","snapshot":"s-cmk","key":"key-7"}`, "200 {"},
		{"who can decrypt with another key", "GET", decrypts, "", `200 {"decrypts":false}`},
		{"the journal", "GET", "/_sim/journal", "", `200 [{"seq":1,`},
	} {
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
		got := rec.Result().Status[:3] + " " + compact(rec.Body.String())
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	role, _ := w.Role(owner, shareRole)
	if role.Trust != document(trusting(sharee(7))) || role.Description != "d" || len(role.Tags) != 1 || len(role.Policies) != 1 {
		t.Errorf("the role: %+v", role)
	}
	if k, _ := w.Key(region, "key-3"); k.State != "Disabled" {
		t.Errorf("the key: %+v", k)
	}
}
