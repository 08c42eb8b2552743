// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheLengthOfATrustPolicyIsADialect(t *testing.T) {
	// The vendor counts characters: each of these is three bytes.
	padded := func(n int) string {
		bare := len(document(with(trusting(sharee(1)), "Sid", "")))
		return document(with(trusting(sharee(1)), "Sid", strings.Repeat("字", n-bare)))
	}
	for _, value := range simcloud.DialectValues()["trustLimit"] {
		r := newRig(t, withRole)
		must(t, r.world.SetDialect("trustLimit", value))
		limit, _ := strconv.Atoi(value)
		for n, want := range map[int]string{limit: "OK", limit + 1: "400 InvalidParameter.NewAssumeRolePolicyDocument.Length"} {
			if got := r.try("root", "Ram:UpdateRole", onRole("NewAssumeRolePolicyDocument", padded(n))...); got != want {
				t.Errorf("limit %s: %d characters: got %s, want %s", value, n, got, want)
			}
		}
		if got := r.try("root", "Ram:CreateRole", "RoleName", "a", "AssumeRolePolicyDocument", padded(limit+1)); got != "400 InvalidParameter.AssumeRolePolicyDocument.Length" {
			t.Errorf("limit %s: a new role: got %s", value, got)
		}
	}
	if got := newRig(t).world.Dialects().TrustLimit; got != "2048" {
		t.Errorf("the limit is %s when nothing is said", got)
	}
}

func TestTheNameInTheARNIsADialect(t *testing.T) {
	r := newRig(t, withRole)
	must(t, r.world.SetDialect("roleName", "lowerCase"))
	body, err := r.ask("root", "Ram:GetRole", onRole()...)
	must(t, err)
	if dig(body, "Role.RoleName") != shareRole || dig(body, "Role.Arn") != "acs:ram::"+owner+":role/"+strings.ToLower(shareRole) {
		t.Errorf("got %v", body)
	}
}

func TestTagsInRAMAreADialect(t *testing.T) {
	made := []string{"RoleName", "a", "AssumeRolePolicyDocument", document(trusting(sharee(1))), "Tag", tagsJSON(1)}
	policy := []string{"PolicyName", "a", "PolicyDocument", document(listing()), "Tag", tagsJSON(1)}
	for value, want := range map[string][]string{
		"ok":      {"OK", "OK", "OK", "OK", "role a key-0=v"},
		"refused": {"400 InvalidParameter.Tag", "400 InvalidParameter.Tag", "400 InvalidParameter.ResourceType", "403 NoPermission", ""},
		"ignored": {"OK", "OK", "OK", "OK", ""},
	} {
		r := newRig(t, withRole)
		must(t, r.world.SetDialect("roleTags", value))
		got := []string{r.try("root", "Ram:CreateRole", made...), r.try("root", "Ram:CreatePolicy", policy...),
			r.try("root", "Ram:TagResources", onNames("role", "Tag", tagsJSON(2))...)}
		body, err := r.ask("root", "Ram:ListTagResources", "ResourceType", "role", "ResourceNames", `["a"]`)
		equal(t, value, append(got, outcome(err), strings.Join(ramTags(body), " ")), want)
		if plain := r.try("root", "Ram:CreateRole", "RoleName", "b", "AssumeRolePolicyDocument", document(trusting(sharee(1)))); plain != "OK" {
			t.Errorf("%s: a role without tags: %s", value, plain)
		}
	}
}

func TestATrustPolicyMayComeBackReformatted(t *testing.T) {
	written := document(trusting(sharee(1), sharee(2)), with(trusting(sharee(3)), "Condition", object{"NumericEquals": object{"x": 1}}), trusting("<"))
	r := newRig(t, func(d *simcloud.Document) {
		d.Roles = []simcloud.Role{{Account: owner, Name: shareRole, Trust: written}}
	})
	read := func() string {
		body, err := r.ask("root", "Ram:GetRole", onRole()...)
		must(t, err)
		text, _ := dig(body, "Role.AssumeRolePolicyDocument").(string)
		return text
	}
	if got := read(); got != written {
		t.Errorf("as written: got %s", got)
	}
	must(t, r.world.SetDialect("trustForm", "reformatted"))
	got := read()
	want := with(trusting(sharee(3)), "Condition", object{"NumericEquals": object{"x": 1}})
	want["Principal"] = object{"Service": sharee(3) + "@ecs.aliyuncs.com"}
	if !strings.HasPrefix(got, "{\n    \"Version\" : \"1\",\n    \"Statement\" : [") || !strings.Contains(got, `"<@ecs`) || strings.Contains(got, `["<`) {
		t.Errorf("got %s", got)
	}
	var doc struct{ Statement []object }
	if err := json.Unmarshal([]byte(got), &doc); err != nil || len(doc.Statement) != 3 || asJSON(doc.Statement[0]) != asJSON(trusting(sharee(1), sharee(2))) ||
		asJSON(doc.Statement[1]) != asJSON(want) {
		t.Errorf("it means something else: %s (%v)", got, err)
	}
	if role, _ := r.world.Role(owner, shareRole); !reflect.DeepEqual(role.Trust, written) {
		t.Errorf("reading changed it to %s", role.Trust)
	}
}
