// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// Each action is tried by a user who may do everything in RAM and KMS but that action on those resources, and by one who may do just
// that: so the list holds what each action asks for, and no more.
func TestWhatRAMAndKMSAskPermissionFor(t *testing.T) {
	role := "acs:ram:*:" + owner + ":role/" + shareRole
	policy := "acs:ram:*:" + owner + ":policy/" + keysPolicy
	system := "acs:ram:*:system:policy/" + fullAccess
	key := "acs:kms:" + region + ":" + owner + ":"
	onSystem := []string{"PolicyType", "System", "PolicyName", fullAccess}
	custom := onPolicy("PolicyType", "Custom")
	for _, c := range []struct {
		action    string
		params    []string
		resources []string
	}{
		{"Ram:CreateRole", onRole(), []string{role}},
		{"Ram:GetRole", onRole(), []string{role}},
		{"Ram:UpdateRole", onRole(), []string{role}},
		{"Ram:DeleteRole", onRole(), []string{role}},
		{"Ram:ListRoles", nil, []string{"acs:ram:*:" + owner + ":role/*"}},
		{"Ram:ListPoliciesForRole", onRole(), []string{role}},
		{"Ram:AttachPolicyToRole", onRole(custom...), []string{role, policy}},
		{"Ram:AttachPolicyToRole", onRole(onSystem...), []string{role, system}},
		{"Ram:DetachPolicyFromRole", onRole(onSystem...), []string{role, system}},
		{"Ram:CreatePolicy", onPolicy(), []string{policy}},
		{"Ram:GetPolicy", custom, []string{policy}},
		{"Ram:GetPolicy", onSystem, []string{system}},
		{"Ram:GetPolicyVersion", custom, []string{policy}},
		{"Ram:CreatePolicyVersion", onPolicy(), []string{policy}},
		{"Ram:DeletePolicy", onPolicy(), []string{policy}},
		{"Ram:DeletePolicyVersion", onPolicy(), []string{policy}},
		{"Ram:ListPolicyVersions", custom, []string{policy}},
		{"Ram:SetDefaultPolicyVersion", onPolicy(), []string{policy}},
		{"Ram:ListEntitiesForPolicy", onSystem, []string{system}},
		{"Ram:TagResources", onNames("role"), []string{role}},
		{"Ram:UntagResources", onNames("policy"), []string{policy}},
		{"Ram:ListTagResources", onNames("role"), []string{role}},
		{"Ram:ListTagResources", []string{"ResourceType", "policy"}, []string{"acs:ram:*:" + owner + ":policy/*"}},
		{"Kms:DescribeKey", []string{"KeyId", "key-1"}, []string{key + "key/key-1"}},
		{"Kms:DescribeKey", []string{"KeyId", key + "key/key-1"}, []string{key + "key/key-1"}},
		{"Kms:DescribeKey", []string{"KeyId", "alias/images"}, []string{key + "alias/images", key + "key/key-1"}},
		{"Kms:GetKeyPolicy", []string{"KeyId", "key-3"}, []string{key + "key/key-3"}},
		{"Kms:ListKeys", nil, []string{key + "key"}},
		{"Kms:ListAliases", nil, []string{key + "alias"}},
		{"Kms:ListAliasesByKeyId", []string{"KeyId", "key-1"}, []string{key + "key/key-1"}},
	} {
		t.Run(c.action+" "+strings.Join(c.resources, " and "), func(t *testing.T) {
			product, name, _ := strings.Cut(c.action, ":")
			action := strings.ToLower(product) + ":" + name
			r := newRig(t, withRole)
			mayOn := func(resources ...string) string {
				must(t, r.world.UpdateAccount(owner, func(a *simcloud.Account) {
					a.Users[1].Allow = []simcloud.Grant{{Actions: []string{action}, Resources: append(resources, "acs:none")}}
				}))
				return r.try("nobody", c.action, c.params...)
			}
			if got := mayOn(c.resources...); strings.Contains(got, "NoPermission") {
				t.Errorf("with all that is needed: %s", got)
			}
			want := map[string]string{"Ram": "403 NoPermission", "Kms": "403 Forbidden.NoPermission"}[product]
			for i, missing := range c.resources {
				if got := mayOn(slices.Delete(slices.Clone(c.resources), i, i+1)...); got != want {
					t.Errorf("without %s: got %s, want %s", missing, got, want)
				}
			}
		})
	}
}

// The operator of the shipped world may do its work on its own role and policies, and nothing beyond.
func TestTheShippedOperatorMayDoItsWorkAndNoMore(t *testing.T) {
	data, err := os.ReadFile("../../hack/simcloud/world.yaml")
	must(t, err)
	doc, err := simcloud.ParseDocument(data)
	must(t, err)
	doc.Accounts[0].Users[0].AccessKeys = append(doc.Accounts[0].Users[0].AccessKeys, simcloud.AccessKey{ID: "op", Secret: "op-secret"})
	r := newRig(t, func(d *simcloud.Document) { *d = doc })
	trust := []string{"AssumeRolePolicyDocument", document(trusting("1100000000000001"))}
	ours := []string{"PolicyName", "ImageShareOperator-cn-hangzhou", "PolicyType", "Custom"}
	full := []string{"PolicyName", fullAccess, "PolicyType", "System"}
	keys := []string{"PolicyDocument", document(using("key-hzz0fakeimagekey01")), "SetAsDefault", "true"}
	const denied, no = "403 NoPermission", "403 Forbidden.NoPermission"
	for _, c := range []struct {
		action string
		params []string
		want   string
	}{
		{"Ram:CreateRole", onRole(trust...), "OK"},
		{"Ram:CreatePolicy", append(ours, keys...), "OK"},
		{"Ram:CreatePolicyVersion", append(ours, keys...), "OK"},
		{"Ram:ListPolicyVersions", ours, "OK"},
		{"Ram:DeletePolicyVersion", append(ours, "VersionId", "v1"), "OK"},
		{"Ram:GetPolicy", ours, "OK"},
		{"Ram:GetPolicy", full, "OK"},
		{"Ram:ListEntitiesForPolicy", ours, "OK"},
		{"Ram:AttachPolicyToRole", onRole(ours...), "OK"},
		{"Ram:AttachPolicyToRole", onRole(full...), "OK"},
		{"Ram:ListPoliciesForRole", onRole(), "OK"},
		{"Ram:TagResources", onNames("role", "Tag", tagsJSON(1)), "OK"},
		{"Ram:ListTagResources", onNames("role"), "OK"},
		{"Ram:UntagResources", onNames("role", "TagKeys", `["key-0"]`), "OK"},
		{"Ram:UpdateRole", onRole("NewAssumeRolePolicyDocument", trust[1]), "OK"},
		{"Ram:GetRole", onRole(), "OK"},
		{"Ram:DetachPolicyFromRole", onRole(ours...), "OK"},
		{"Ram:DetachPolicyFromRole", onRole(full...), "OK"},
		{"Ram:DeletePolicy", append(ours, "CascadingDelete", "true"), "OK"},
		{"Ram:DeleteRole", onRole(), "OK"},
		{"Kms:DescribeKey", []string{"KeyId", "key-hzz0fakeimagekey01"}, "OK"},
		{"Kms:DescribeKey", []string{"KeyId", "alias/acs/ecs"}, "OK"},
		{"Kms:GetKeyPolicy", []string{"KeyId", "key-hzz0fakeimagekey01"}, "OK"},
		{rs("CreateResourceShare"), append(resources("m-bp1goldenubuntu24"), append(targets("fd-FkProducts"), "ResourceShareName", "s")...), "OK"},
		{rs("ListResourceShares"), []string{"ResourceOwner", "Self"}, "OK"},
		{rs("ListResourceShareAssociations"), []string{"AssociationType", "Target"}, "OK"},
		{rs("CheckSharingWithResourceDirectoryStatus"), nil, "OK"},
		{rs("AssociateResourceShare"), targets("rd-FkOrg1"), "400 MissingParameter.ResourceShareId"},
		{rs("DisassociateResourceShare"), targets("rd-FkOrg1"), "400 MissingParameter.ResourceShareId"},
		{rs("UpdateResourceShare"), []string{"ResourceShareName", "s"}, "400 MissingParameter.ResourceShareId"},
		{rs("DeleteResourceShare"), nil, "400 MissingParameter.ResourceShareId"},
		{rm("GetResourceDirectory"), nil, "OK"},
		{rm("GetFolder"), []string{"FolderId", "fd-FkSandboxs"}, "OK"},
		{rm("ListAncestors"), []string{"ChildId", "fd-FkSandboxs"}, "OK"},
		{rm("GetAccount"), []string{"AccountId", "1100000000000004"}, "OK"},
		{rs("EnableSharingWithResourceDirectory"), nil, denied},
		{rm("ListFoldersForParent"), nil, denied},
		{"Ram:CreateRole", append(trust, "RoleName", "admin"), denied},
		{"Ram:ListRoles", nil, denied},
		{"Ram:SetDefaultPolicyVersion", append(ours, "VersionId", "v1"), denied},
		{"Ram:TagResources", onNames("policy", "Tag", tagsJSON(1)), denied},
		{"Ram:CreatePolicy", append(keys, "PolicyName", "admin"), denied},
		{"Ram:AttachPolicyToRole", onRole("PolicyName", "AliyunECSFullAccess", "PolicyType", "System"), denied},
		{"Ram:AttachPolicyToRole", append(full, "RoleName", "admin"), denied},
		{"Kms:ListKeys", nil, no},
	} {
		if got := r.try("op", c.action, c.params...); got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.action, c.params, got, c.want)
		}
	}
}
