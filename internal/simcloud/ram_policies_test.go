// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheLifeOfAPolicy(t *testing.T) {
	r := newRig(t)
	ask := func(action string, params ...string) object {
		body, err := r.ask("root", "Ram:"+action, onPolicy(params...)...)
		must(t, err)
		return body
	}
	made := ask("CreatePolicy", "PolicyDocument", document(using("key-1")), "Description", "d", "Tag", `[{"Key":"k"}]`)
	is(t, "the version it is made with", dig(made, "Policy.DefaultVersion"), "v1")
	is(t, "the type it is made with", dig(made, "Policy.PolicyType"), "Custom")
	for n := 2; n <= 5; n++ {
		ask("CreatePolicyVersion", "PolicyDocument", document(using(fmt.Sprint("key-", n))))
	}
	read := ask("GetPolicy", "PolicyType", "Custom")
	is(t, "the document that counts", dig(read, "DefaultPolicyVersion.PolicyDocument"), document(using("key-1")))
	is(t, "the roles that have it", dig(read, "Policy.AttachmentCount"), 0.0)
	full := onPolicy("PolicyDocument", document(using("key-6")))
	is(t, "a sixth version", r.try("root", "Ram:CreatePolicyVersion", full...), "409 LimitExceeded.Policy.Version")
	sixth := ask("CreatePolicyVersion", "PolicyDocument", document(using("key-6")), "SetAsDefault", "true",
		"RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded")
	is(t, "the sixth", dig(sixth, "PolicyVersion.VersionId"), "v6")
	is(t, "the sixth as the default", dig(sixth, "PolicyVersion.IsDefaultVersion"), true)
	versions := func() []string {
		return rows(ask("ListPolicyVersions", "PolicyType", "Custom"), "PolicyVersions", "PolicyVersion", "VersionId")
	}
	equal(t, "versions", versions(), []string{"v1", "v3", "v4", "v5", "v6"})
	ask("SetDefaultPolicyVersion", "VersionId", "v3")
	ask("DeletePolicyVersion", "VersionId", "v6")
	third := ask("GetPolicyVersion", "PolicyType", "Custom", "VersionId", "v3")
	is(t, "the third", dig(third, "PolicyVersion.PolicyDocument"), document(using("key-3")))
	is(t, "the third as the default", dig(third, "PolicyVersion.IsDefaultVersion"), true)
	again := ask("CreatePolicyVersion", "PolicyDocument", document(using("key-7")))
	is(t, "the number after v6 is deleted", dig(again, "PolicyVersion.VersionId"), "v7")
	is(t, "deleting with versions", r.try("root", "Ram:DeletePolicy", onPolicy()...), "409 DeleteConflict.Policy.Version")
	ask("DeletePolicy", "CascadingDelete", "true")
	_, ok := r.world.Policy(owner, keysPolicy)
	is(t, "still there", ok, false)
}

func TestPoliciesOnARole(t *testing.T) {
	r := newRig(t, withRole)
	system := onRole("PolicyType", "System", "PolicyName", fullAccess)
	must(t, second(r.ask("root", "Ram:AttachPolicyToRole", system...)))
	list := func() []string {
		body, err := r.ask("root", "Ram:ListPoliciesForRole", onRole()...)
		must(t, err)
		var found []string
		for i, name := range rows(body, "Policies", "Policy", "PolicyName") {
			found = append(found, rows(body, "Policies", "Policy", "PolicyType")[i]+"/"+name+"/"+rows(body, "Policies", "Policy", "DefaultVersion")[i])
		}
		return found
	}
	equal(t, "attached", list(), []string{"Custom/image-keys/v1", "System/AliyunKMSFullAccess/v1"})
	body, err := r.ask("root", "Ram:ListEntitiesForPolicy", "PolicyType", "System", "PolicyName", fullAccess)
	must(t, err)
	equal(t, "roles of the system policy", rows(body, "Roles", "Role", "RoleName"), []string{shareRole})
	equal(t, "users of the system policy", rows(body, "Users", "User", "UserName"), []string{})
	body, err = r.ask("other", "Ram:GetPolicy", "PolicyType", "System", "PolicyName", fullAccess)
	must(t, err)
	if doc := fmt.Sprint(dig(body, "DefaultPolicyVersion.PolicyDocument")); !strings.Contains(doc, "kms:*") || dig(body, "Policy.AttachmentCount") != 0.0 {
		t.Errorf("the system policy, as another account sees it: %v", body)
	}
	must(t, second(r.ask("root", "Ram:DetachPolicyFromRole", system...)))
	equal(t, "still attached", list(), []string{"Custom/image-keys/v1"})
}

func TestPolicyActionsRefuse(t *testing.T) {
	good := document(listing())
	custom := func(params ...string) []string { return append([]string{"PolicyType", "Custom"}, params...) }
	create := func(name, text string) []string { return []string{"PolicyName", name, "PolicyDocument", text} }
	long := document(with(listing(), "Sid", strings.Repeat("x", 6144-len(document(with(listing(), "Sid", ""))))))
	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"a policy without a name", "CreatePolicy", create("", good), "400 MissingParameter"},
		{"a name with a dot", "CreatePolicy", create("a.b", good), "400 InvalidParameter.PolicyName.InvalidChars"},
		{"a name of 129 letters", "CreatePolicy", create(strings.Repeat("a", 129), good), "400 InvalidParameter.PolicyName.Length"},
		{"a policy that is there", "CreatePolicy", create(keysPolicy, good), "409 EntityAlreadyExists.Policy"},
		{"a name of the vendor's", "CreatePolicy", create(fullAccess, good), "409 EntityAlreadyExists.Policy"},
		{"a document of 6144 characters is fine", "CreatePolicy", create("a", long), "OK"},
		{"a document of 6145", "CreatePolicy", create("a", long+" "), "400 InvalidParameter.PolicyDocument.Length"},
		{"a trust policy in its place", "CreatePolicy", create("a", document(trusting(sharee(1)))), "400 MalformedPolicyDocument"},
		{"a version of nonsense", "CreatePolicyVersion", onPolicy("PolicyDocument", "{}"), "400 MalformedPolicyDocument"},
		{"a version of 6145 characters", "CreatePolicyVersion", onPolicy("PolicyDocument", long+" "), "400 InvalidParameter.PolicyDocument.Length"},
		{"an unknown way to rotate", "CreatePolicyVersion", onPolicy("PolicyDocument", good, "RotateStrategy", "Newest"),
			"400 InvalidParameter.RotateStrategy"},
		{"a version of no policy", "CreatePolicyVersion", create("none", good), "404 EntityNotExist.Policy"},
		{"a policy that is not there", "GetPolicy", custom("PolicyName", "none"), "404 EntityNotExist.Policy"},
		{"a policy of the vendor that is not there", "GetPolicy", []string{"PolicyType", "System", "PolicyName", "none"}, "404 EntityNotExist.Policy"},
		{"a policy of no type", "GetPolicy", onPolicy(), "400 MissingParameter"},
		{"a policy of an unknown type", "GetPolicy", onPolicy("PolicyType", "custom"), "400 InvalidParameter.PolicyType"},
		{"a version that is not there", "GetPolicyVersion", custom(onPolicy("VersionId", "v9")...), "404 EntityNotExist.Policy.Version"},
		{"a version that is none", "GetPolicyVersion", custom(onPolicy("VersionId", "9")...), "400 InvalidParameter.VersionId.Format"},
		{"deleting the default", "DeletePolicyVersion", onPolicy("VersionId", "v1"), "409 DeleteConflict.Policy.Version.Default"},
		{"a default that is not there", "SetDefaultPolicyVersion", onPolicy("VersionId", "v2"), "404 EntityNotExist.Policy.Version"},
		{"deleting what a role has", "DeletePolicy", onPolicy("CascadingDelete", "true"), "409 DeleteConflict.Policy.Role"},
		{"deleting what is not there", "DeletePolicy", []string{"PolicyName", "none"}, "404 EntityNotExist.Policy"},
		{"attaching twice", "AttachPolicyToRole", custom(onRole(onPolicy()...)...), "409 EntityAlreadyExists.Role.Policy"},
		{"attaching what is not there", "AttachPolicyToRole", custom(onRole("PolicyName", "none")...), "404 EntityNotExist.Policy"},
		{"attaching to what is not there", "AttachPolicyToRole", custom(onPolicy("RoleName", "none")...), "404 EntityNotExist.Role"},
		{"detaching what is not attached", "DetachPolicyFromRole", onRole("PolicyType", "System", "PolicyName", fullAccess), "404 EntityNotExist.Role.Policy"},
		{"the holders of what is not there", "ListEntitiesForPolicy", custom("PolicyName", "none"), "404 EntityNotExist.Policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newRig(t, withRole).try("root", "Ram:"+c.action, c.params...); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestARoleHoldsTenCustomPolicies(t *testing.T) {
	r := newRig(t, withRole, func(d *simcloud.Document) {
		for n := 2; n <= 11; n++ {
			d.Policies = append(d.Policies, simcloud.Policy{Account: owner, Name: fmt.Sprint("p-", n), Versions: slices.Clone(d.Policies[0].Versions)})
		}
	})
	for n := 2; n <= 11; n++ {
		want := "OK"
		if n == 11 {
			want = "409 LimitExceeded.Role.Policy"
		}
		if got := r.try("root", "Ram:AttachPolicyToRole", onRole("PolicyType", "Custom", "PolicyName", fmt.Sprint("p-", n))...); got != want {
			t.Errorf("number %d: got %s, want %s", n, got, want)
		}
	}
	if got := r.try("root", "Ram:AttachPolicyToRole", onRole("PolicyType", "System", "PolicyName", fullAccess)...); got != "OK" {
		t.Errorf("a system policy beside ten custom ones: %s", got)
	}
}
