// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func tagsJSON(n int) string {
	list := []object{}
	for i := range n {
		list = append(list, object{"Key": fmt.Sprint("key-", i), "Value": "v"})
	}
	return asJSON(list)
}

func onNames(kind string, params ...string) []string {
	name := map[string]string{"role": shareRole, "policy": keysPolicy}[kind]
	return append([]string{"ResourceType", kind, "ResourceNames", asJSON([]string{name})}, params...)
}

// ramTags reads the flat list that RAM answers, as key=value.
func ramTags(body map[string]any) []string {
	items, _ := body["TagResources"].([]any)
	tags := []string{}
	for _, item := range items {
		row, _ := item.(map[string]any)
		tags = append(tags, fmt.Sprint(row["ResourceType"], " ", row["ResourceName"], " ", row["TagKey"], "=", row["TagValue"]))
	}
	return tags
}

func TestTagsOfRolesAndPolicies(t *testing.T) {
	for kind, name := range map[string]string{"role": shareRole, "policy": keysPolicy} {
		r := newRig(t, withRole)
		list := func(params ...string) []string {
			body, err := r.ask("root", "Ram:ListTagResources", append([]string{"ResourceType", kind}, params...)...)
			must(t, err)
			return ramTags(body)
		}
		prefix := kind + " " + name + " "
		must(t, second(r.ask("root", "Ram:TagResources", onNames(kind, "Tag", `[{"Key":"a","Value":"1"},{"Key":"b"}]`)...)))
		must(t, second(r.ask("root", "Ram:TagResources", onNames(kind, "Tag", `[{"Key":"a","Value":"2"}]`)...)))
		equal(t, "tags", list(), []string{prefix + "b=", prefix + "a=2"})
		equal(t, "tags by name and tag", list("ResourceNames", asJSON([]string{name}), "Tag", `[{"Key":"a","Value":"2"}]`), []string{prefix + "b=", prefix + "a=2"})
		equal(t, "tags by another value", list("Tag", `[{"Key":"a","Value":"1"}]`), []string{})
		equal(t, "tags of another name", list("ResourceNames", `["none"]`), []string{})
		equal(t, "one page", list("PageSize", "1"), []string{prefix + "b="})
		must(t, second(r.ask("root", "Ram:UntagResources", onNames(kind, "TagKeys", `["b"]`)...)))
		equal(t, "tags after one is gone", list(), []string{prefix + "a=2"})
		must(t, second(r.ask("root", "Ram:UntagResources", onNames(kind, "All", "true")...)))
		equal(t, "tags after all are gone", list(), []string{})
	}
}

func TestRAMTagActionsRefuse(t *testing.T) {
	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"no type", "TagResources", onNames("", "Tag", tagsJSON(1)), "400 MissingParameter"},
		{"an unknown type", "TagResources", onNames("user", "Tag", tagsJSON(1)), "400 InvalidParameter.ResourceType"},
		{"no names", "TagResources", []string{"ResourceType", "role", "Tag", tagsJSON(1)}, "400 MissingParameter"},
		{"names that are no list", "TagResources", []string{"ResourceType", "role", "ResourceNames", "x", "Tag", tagsJSON(1)},
			"400 InvalidParameter.ResourceNames"},
		{"a role that is not there", "TagResources", []string{"ResourceType", "role", "ResourceNames", `["none"]`, "Tag", tagsJSON(1)}, "404 EntityNotExist.Role"},
		{"a policy that is not there", "TagResources", []string{"ResourceType", "policy", "ResourceNames", `["none"]`, "Tag", tagsJSON(1)},
			"404 EntityNotExist.Policy"},
		{"no tag", "TagResources", onNames("role"), "400 MissingParameter"},
		{"twenty tags are fine", "TagResources", onNames("role", "Tag", tagsJSON(20)), "OK"},
		{"twenty-one tags", "TagResources", onNames("role", "Tag", tagsJSON(21)), "400 InvalidParameter.Tag"},
		{"a tag without a key", "TagResources", onNames("role", "Tag", `[{"Value":"x"}]`), "400 InvalidParameter.Tag"},
		{"one key twice", "TagResources", onNames("role", "Tag", `[{"Key":"a"},{"Key":"a"}]`), "400 InvalidParameter.Tag"},
		{"a reserved key", "TagResources", onNames("role", "Tag", `[{"Key":"aliyunx"}]`), "400 InvalidParameter.Tag"},
		{"no key to take off", "UntagResources", onNames("role"), "400 MissingParameter"},
		{"keys that are no list", "UntagResources", onNames("role", "TagKeys", "a"), "400 InvalidParameter.TagKeys"},
		{"a page that is too long", "ListTagResources", []string{"ResourceType", "role", "PageSize", "101"}, "400 InvalidParameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newRig(t, withRole).try("root", "Ram:"+c.action, c.params...); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	r := newRig(t, withRole)
	must(t, r.world.SetRole(owner, shareRole, func(role *simcloud.Role) { role.Tags = []simcloud.Tag{{Key: "one"}} }))
	if got := r.try("root", "Ram:TagResources", onNames("role", "Tag", tagsJSON(20))...); got != "409 LimitExceeded.Tag" {
		t.Errorf("twenty tags beside one: %s", got)
	}
}
