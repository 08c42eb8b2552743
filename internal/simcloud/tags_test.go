// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestTagsOfImages(t *testing.T) {
	r := newRig(t)
	tagged := func(params ...string) []string {
		body, err := r.ask("root", "ListTagResources", append([]string{"ResourceType", "image"}, params...)...)
		must(t, err)
		return rows(body, "TagResources", "TagResource", "TagKey")
	}
	_, err := r.ask("root", "TagResources", "ResourceType", "image", "ResourceId.1", image, "ResourceId.2", "m-bp1paid", "Tag.1.Key", "claim", "Tag.1.Value", "x")
	must(t, err)
	equal(t, "tags", tagged("ResourceId.1", image), []string{"team", "claim"})
	equal(t, "tags by tag", tagged("Tag.1.Key", "claim"), []string{"team", "claim", "claim"})
	_, err = r.ask("root", "UntagResources", "ResourceType", "image", "ResourceId.1", image, "TagKey.1", "team")
	must(t, err)
	equal(t, "tags after one is gone", tagged("ResourceId.1", image), []string{"claim"})
	_, err = r.ask("root", "UntagResources", "ResourceType", "image", "ResourceId.1", image, "All", "true")
	must(t, err)
	equal(t, "tags after all are gone", tagged("ResourceId.1", image), []string{})
	for _, action := range []string{"TagResources", "UntagResources", "ListTagResources"} {
		params := []string{"ResourceType", "image", "ResourceId.1", image, "Tag.1.Key", "team", "TagKey.1", "team"}
		if _, err := r.ask("op", action, params...); outcome(err) != "403 Forbidden.RAM" {
			t.Errorf("%s by a user without permission: got %v", action, err)
		}
	}
}

// manyTags makes n tags, numbered from one: the parameters of TagResources, and the keys.
func manyTags(n int) (params, keys []string) {
	for i := 1; i <= n; i++ {
		key := fmt.Sprintf("key-%d", i)
		params, keys = append(params, fmt.Sprintf("Tag.%d.Key", i), key), append(keys, key)
	}
	return params, keys
}

func TestTagActionsRefuse(t *testing.T) {
	twenty, _ := manyTags(20)
	tooMany, keys := manyTags(21)
	on := func(params ...string) []string { return append([]string{"ResourceId.1", image}, params...) }
	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"an image of others", "TagResources", []string{"ResourceId.1", "m-bp1theirs", "Tag.1.Key", "a"}, "404 InvalidResourceId.NotFound"},
		{"an unknown type", "TagResources", on("Tag.1.Key", "a", "ResourceType", "moon"), "404 InvalidResourceType.NotFound"},
		{"a reserved key", "TagResources", on("Tag.1.Key", "acs:x"), "400 InvalidTagKey.Malformed"},
		{"an address for a value", "TagResources", on("Tag.1.Key", "a", "Tag.1.Value", "https://x"), "400 InvalidTagValue.Malformed"},
		{"one key twice", "TagResources", on("Tag.1.Key", "a", "Tag.1.Value", "x", "Tag.2.Key", "a", "Tag.2.Value", "y"), "400 Duplicate.TagKey"},
		{"one key twice, with one value", "TagResources", on("Tag.1.Key", "a", "Tag.2.Key", "a"), "400 Duplicate.TagKey"},
		{"a value without a key", "TagResources", on("Tag.1.Key", "a", "Tag.2.Value", "y"), "400 InvalidTag.Mismatch"},
		{"no tag", "TagResources", on(), "404 MissingParameter.Tags"},
		{"no image", "TagResources", []string{"Tag.1.Key", "a"}, "404 MissingParameter.ResourceIds"},
		{"no type", "TagResources", on("Tag.1.Key", "a", "ResourceType", ""), "404 MissingParameter.ResourceType"},
		{"no region", "TagResources", on("Tag.1.Key", "a", "RegionId", ""), "404 MissingParameter.RegionId"},
		{"twenty-one tags", "TagResources", on(tooMany...), "400 NumberExceed.Tags"},
		{"twenty tags beside one", "TagResources", on(twenty...), "400 OperationDenied.QuotaExceed"},
		{"no image to take tags off", "UntagResources", []string{"TagKey.1", "a"}, "404 MissingParameter.ResourceIds"},
		{"no key to take off", "UntagResources", on(), "404 MissingParameter.Tags"},
		{"no type to take off", "UntagResources", on("TagKey.1", "a", "ResourceType", ""), "404 MissingParameter.ResourceType"},
		{"no region to take off", "UntagResources", on("TagKey.1", "a", "RegionId", ""), "404 MissingParameter.RegionId"},
		{"twenty-one keys to take off", "UntagResources", on(list("TagKey", keys...)...), "400 NumberExceed.Tags"},
		{"neither image nor tag to list", "ListTagResources", nil, "403 BothEmpty.TagsAndResources"},
		{"a value without a key to list", "ListTagResources", on("Tag.1.Value", "a"), "400 InvalidTag.Mismatch"},
		{"no type to list", "ListTagResources", on("ResourceType", ""), "404 MissingParameter.ResourceType"},
		{"no region to list", "ListTagResources", on("RegionId", ""), "404 MissingParameter.RegionId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, r := faultRig(t)
			answer, body := r.get(t.Context(), w, c.action, append([]string{"ResourceType", "image"}, c.params...)...)
			status, code, _ := strings.Cut(c.want, " ")
			if !strings.HasPrefix(answer, status) || !strings.Contains(body, fmt.Sprintf(`"Code":%q`, code)) {
				t.Errorf("got %s %s, want %s", answer, body, c.want)
			}
			if name, missing := strings.CutPrefix(code, "MissingParameter."); missing &&
				(!strings.Contains(body, "The parameter - "+name) || !strings.Contains(body, "should not be null")) {
				t.Errorf("got %s", body)
			}
			if img, _ := w.Image(region, image); len(img.Tags) != 1 {
				t.Errorf("took effect: %v", img.Tags)
			}
		})
	}
}

func TestTagsUpToTheLimits(t *testing.T) {
	w, r := faultRig(t)
	must(t, w.SetImageTags(region, image, nil))
	twenty, keys := manyTags(20)
	for _, c := range []struct {
		name, action string
		params       []string
		left         int
	}{
		{"twenty tags fit", "TagResources", twenty, 20},
		{"one of them can get another value", "TagResources", []string{"Tag.1.Key", "key-7", "Tag.1.Value", "x"}, 20},
		{"All has no effect beside a key", "UntagResources", []string{"All", "true", "TagKey.1", "key-7"}, 19},
		{"twenty keys can be taken off at once", "UntagResources", list("TagKey", keys...), 0},
	} {
		answer, body := r.get(t.Context(), w, c.action, append([]string{"ResourceType", "image", "ResourceId.1", image}, c.params...)...)
		if img, _ := w.Image(region, image); answer[:3] != "200" || len(img.Tags) != c.left {
			t.Errorf("%s: got %s %s with %d tags, want %d", c.name, answer, body, len(img.Tags), c.left)
		}
	}
}
