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

func TestTheLifeOfARole(t *testing.T) {
	r := newRig(t)
	trust := document(trusting(sharee(1)))
	made, err := r.ask("root", "Ram:CreateRole", onRole("AssumeRolePolicyDocument", trust, "Description", "ours", "Tag", `[{"Key":"k","Value":"v"}]`)...)
	must(t, err)
	read, err := r.ask("root", "Ram:GetRole", onRole()...)
	must(t, err)
	for path, want := range map[string]any{
		"Role.RoleName": shareRole, "Role.Arn": "acs:ram::" + owner + ":role/" + shareRole, "Role.Description": "ours",
		"Role.AssumeRolePolicyDocument": trust, "Role.MaxSessionDuration": 3600.0, "Role.RoleId": dig(made, "Role.RoleId"),
	} {
		is(t, "made with "+path, dig(made, path), want)
		is(t, "read with "+path, dig(read, path), want)
	}
	is(t, "the length of its ID", len(fmt.Sprint(dig(read, "Role.RoleId"))), 18)
	next := document(trusting(sharee(2)))
	must(t, second(r.ask("root", "Ram:UpdateRole", onRole("NewAssumeRolePolicyDocument", next)...)))
	role, _ := r.world.Role(owner, shareRole)
	is(t, "after a change of trust", fmt.Sprint(role.Trust, role.Description, role.Tags), fmt.Sprint(next, "ours", "[{k v}]"))
	must(t, second(r.ask("root", "Ram:UpdateRole", onRole("NewDescription", "", "NewMaxSessionDuration", "7200")...)))
	role, _ = r.world.Role(owner, shareRole)
	is(t, "after a change of the rest", fmt.Sprint(role.Trust, role.Description, role.MaxSessionSeconds), fmt.Sprint(next, "", 7200))
	is(t, "what another account sees", r.try("other", "Ram:GetRole", onRole()...), "404 EntityNotExist.Role")
	must(t, second(r.ask("root", "Ram:DeleteRole", onRole()...)))
	_, ok := r.world.Role(owner, shareRole)
	is(t, "still there", ok, false)
}

// second is the error of a call whose answer does not matter.
func second(_ map[string]any, err error) error { return err }

func TestRoleActionsRefuse(t *testing.T) {
	good := document(trusting(sharee(1)))
	create := func(name, trust string, more ...string) []string {
		return append([]string{"RoleName", name, "AssumeRolePolicyDocument", trust}, more...)
	}
	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"a role without a name", "CreateRole", create("", good), "400 MissingParameter"},
		{"a name with a space", "CreateRole", create("a b", good), "400 InvalidParameter.RoleName.InvalidChars"},
		{"a name of 64 letters is fine", "CreateRole", create(strings.Repeat("a", 64), good), "OK"},
		{"a name of 65 letters", "CreateRole", create(strings.Repeat("a", 65), good), "400 InvalidParameter.RoleName.Length"},
		{"a role that is there", "CreateRole", create(shareRole, good), "409 EntityAlreadyExists.Role"},
		{"a role without trust", "CreateRole", create("a", ""), "400 MissingParameter"},
		{"a long description", "CreateRole", create("a", good, "Description", strings.Repeat("x", 1025)), "400 InvalidParameter.Description.Length"},
		{"a short session", "CreateRole", create("a", good, "MaxSessionDuration", "3599"), "400 InvalidParameter"},
		{"tags that are no JSON", "CreateRole", create("a", good, "Tag", "k=v"), "400 InvalidParameter.Tag"},
		{"a role that is not there", "GetRole", []string{"RoleName", "none"}, "404 EntityNotExist.Role"},
		{"no role to get", "GetRole", nil, "400 MissingParameter"},
		{"a change of what is not there", "UpdateRole", []string{"RoleName", "none"}, "404 EntityNotExist.Role"},
		{"a change to nonsense", "UpdateRole", onRole("NewAssumeRolePolicyDocument", "{}"), "400 MalformedPolicyDocument"},
		{"a change to a long description", "UpdateRole", onRole("NewDescription", strings.Repeat("x", 1025)),
			"400 InvalidParameter.NewDescription.Length"},
		{"a change to a long session", "UpdateRole", onRole("NewMaxSessionDuration", "43201"), "400 InvalidParameter"},
		{"deleting a role with a policy", "DeleteRole", onRole(), "409 DeleteConflict.Role.Policy"},
		{"deleting what is not there", "DeleteRole", []string{"RoleName", "none"}, "404 EntityNotExist.Role"},
		{"the policies of no role", "ListPoliciesForRole", []string{"RoleName", "none"}, "404 EntityNotExist.Role"},
		{"a marker that is none", "ListRoles", []string{"Marker", "?"}, "400 InvalidParameter.Marker"},
		{"too many roles at once", "ListRoles", []string{"MaxItems", "1001"}, "400 InvalidParameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newRig(t, withRole).try("root", "Ram:"+c.action, c.params...); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestATrustPolicyHasToBeOne(t *testing.T) {
	one := trusting(sharee(1))
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"as the vendor's example":    {document(one), "OK"},
		"a principal that is a text": {document(with(one, "Principal", object{"Service": "ecs.aliyuncs.com"})), "OK"},
		"of fields nobody knows":     {document(with(one, "Sid", "x")), "OK"},
		"no JSON":                    {"trust me", "400 MalformedPolicyDocument"},
		"JSON and more":              {document(one) + "}", "400 MalformedPolicyDocument"},
		"another version":            {strings.Replace(document(one), `"1"`, `"2"`, 1), "400 MalformedPolicyDocument"},
		"a version that is a number": {strings.Replace(document(one), `"Version":"1"`, `"Version":1`, 1), "400 MalformedPolicyDocument"},
		"no statement":               {document(), "400 MalformedPolicyDocument"},
		"no list of statements":      {`{"Version":"1","Statement":{}}`, "400 MalformedPolicyDocument"},
		"a statement that is null":   {`{"Version":"1","Statement":[null]}`, "400 MalformedPolicyDocument"},
		"an unknown effect":          {document(with(one, "Effect", "allow")), "400 MalformedPolicyDocument"},
		"no action":                  {document(with(one, "Action", []string{})), "400 MalformedPolicyDocument"},
		"an empty action":            {document(with(one, "Action", "")), "400 MalformedPolicyDocument"},
		"no principal":               {document(with(one, "Principal", nil)), "400 MalformedPolicyDocument"},
		"a principal of nothing":     {document(with(one, "Principal", object{})), "400 MalformedPolicyDocument"},
		"a service of nothing":       {document(trusting()), "400 MalformedPolicyDocument"},
		"a policy in its place":      {document(allow("kms:*", "*")), "400 MalformedPolicyDocument"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newRig(t).try("root", "Ram:CreateRole", onRole("AssumeRolePolicyDocument", c.text)...); got != c.want {
				t.Errorf("got %s, want %s for %s", got, c.want, c.text)
			}
		})
	}
}

func TestRolesAreListedInPages(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) {
		for n := range 5 {
			d.Roles = append(d.Roles, simcloud.Role{Account: owner, Name: fmt.Sprint("role-", n), Trust: document(trusting(sharee(1)))})
		}
		d.Roles = append(d.Roles, simcloud.Role{Account: other, Name: "theirs", Trust: document(trusting(sharee(1)))})
	})
	var names []string
	marker, pages := "", 0
	for more := true; more; pages++ {
		body, err := r.ask("root", "Ram:ListRoles", "MaxItems", "2", "Marker", marker)
		must(t, err)
		names = append(names, rows(body, "Roles", "Role", "RoleName")...)
		marker, _ = body["Marker"].(string)
		more, _ = body["IsTruncated"].(bool)
	}
	want := []string{"role-0", "role-1", "role-2", "role-3", "role-4"}
	if !slices.Equal(names, want) || pages != 3 {
		t.Errorf("got %v in %d pages", names, pages)
	}
}
