// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	shareRole  = "AliyunECSShareEncryptImageDefaultRole"
	keysPolicy = "image-keys"
	fullAccess = "AliyunKMSFullAccess"
	secret     = "m-bp1secret"
)

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

type object = map[string]any

// document is a policy document of these statements.
func document(statements ...object) string {
	return asJSON(object{"Version": "1", "Statement": statements})
}

// trusting is the statement by which a role trusts these accounts.
func trusting(ids ...string) object {
	services := []string{}
	for _, id := range ids {
		services = append(services, id+"@ecs.aliyuncs.com")
	}
	return object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": services}}
}

// with is a statement with one field changed.
func with(s object, field string, value any) object {
	c := maps.Clone(s)
	c[field] = value
	return c
}

func allow(action, resource any) object {
	return object{"Effect": "Allow", "Action": action, "Resource": resource}
}

// listing and using are the two statements of the vendor's example for one key.
func listing() object { return allow("kms:List*", "acs:kms:cn-hangzhou:"+owner+":key") }

func using(key string) object {
	return allow([]string{"kms:DescribeKey", "kms:TagResource", "kms:UntagResource", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"},
		"acs:kms:cn-hangzhou:"+owner+":key/"+key)
}

// withRole gives the test world a role that trusts accounts 1 to 3, and may use key-1 by a custom policy.
func withRole(d *simcloud.Document) {
	d.Policies = append(d.Policies, simcloud.Policy{Account: owner, Name: keysPolicy,
		Versions: []simcloud.PolicyVersion{{Document: document(listing(), using("key-1"))}}})
	d.Roles = append(d.Roles, simcloud.Role{Account: owner, Name: shareRole, Trust: document(trusting(numbered(1, 3)...)),
		Policies: []simcloud.Attachment{{Name: keysPolicy}}})
}

// is compares two values of any kind.
func is(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// try is what becomes of a call.
func (r *rig) try(key, action string, params ...string) string {
	_, err := r.ask(key, action, params...)
	return outcome(err)
}

// dig reads a field of an answer by its path.
func dig(body object, path string) any {
	var at any = body
	for name := range strings.SplitSeq(path, ".") {
		group, _ := at.(object)
		at = group[name]
	}
	return at
}

func onRole(params ...string) []string { return append([]string{"RoleName", shareRole}, params...) }

func onPolicy(params ...string) []string {
	return append([]string{"PolicyName", keysPolicy}, params...)
}

// setTrust makes the role trust these accounts and no other, by hand.
func (r *rig) setTrust(t *testing.T, ids ...string) {
	t.Helper()
	must(t, r.world.SetRole(owner, shareRole, func(role *simcloud.Role) { role.Trust = document(trusting(ids...)) }))
}
