// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestDescribeSnapshotsPages(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) {
		for n := range 17 {
			d.Snapshots = append(d.Snapshots, simcloud.Snapshot{ID: fmt.Sprintf("s-%02d", n), Region: "cn-beijing", Owner: owner})
		}
	})
	body, err := r.ask("root", "DescribeSnapshots", "RegionId", "cn-beijing")
	must(t, err)
	if got := rows(body, "Snapshots", "Snapshot", "SnapshotId"); len(got) != 10 || body["TotalCount"] != 17.0 || body["NextToken"] == "" {
		t.Errorf("without a size: %d rows, total %v, token %q", len(got), body["TotalCount"], body["NextToken"])
	}
	var seen []string
	for token := ""; ; {
		body, err := r.ask("root", "DescribeSnapshots", "RegionId", "cn-beijing", "MaxResults", "7", "NextToken", token)
		must(t, err)
		seen = append(seen, rows(body, "Snapshots", "Snapshot", "SnapshotId")...)
		if token, _ = body["NextToken"].(string); token == "" {
			break
		}
	}
	if slices.Sort(seen); len(slices.Compact(seen)) != 17 {
		t.Errorf("by token: saw %v", seen)
	}
	for params, want := range map[[2]string]string{
		{"SnapshotIds", `["s-01"`}: "403 InvalidSnapshotIds.Malformed",
		{"MaxResults", "101"}:      "400 InvalidParameter",
		{"NextToken", "!"}:         "400 InvalidParameter.NextToken",
		{"DryRun", "true"}:         "400 DryRunOperation",
	} {
		_, err := r.ask("root", "DescribeSnapshots", params[0], params[1])
		if got := outcome(err); got != want {
			t.Errorf("%v: got %s, want %s", params, got, want)
		}
	}
}

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

	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"an image of others", "TagResources", []string{"ResourceId.1", "m-bp1theirs", "Tag.1.Key", "a"}, "404 InvalidResourceId.NotFound"},
		{"a reserved key", "TagResources", []string{"ResourceId.1", image, "Tag.1.Key", "acs:x"}, "400 InvalidTagKey.Malformed"},
		{"no tag", "TagResources", []string{"ResourceId.1", image}, "400 MissingParameter"},
		{"no image", "TagResources", []string{"Tag.1.Key", "a"}, "400 MissingParameter"},
		{"no key to take off", "UntagResources", []string{"ResourceId.1", image}, "400 MissingParameter"},
		{"neither image nor tag", "ListTagResources", nil, "400 MissingParameter"},
	} {
		_, err := r.ask("root", c.action, append([]string{"ResourceType", "image"}, c.params...)...)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := r.ask("op", "ListTagResources", "ResourceType", "image", "ResourceId.1", image); outcome(err) != "403 Forbidden.RAM" {
		t.Errorf("a user without permission: got %v", err)
	}
}

func TestRegionsAndIdentity(t *testing.T) {
	r := newRig(t)
	body, err := r.ask("op", "DescribeRegions")
	must(t, err)
	equal(t, "regions", rows(body, "Regions", "Region", "RegionId"), []string{region, "cn-beijing"})
	for key, want := range map[string]string{"root": "acs:ram::" + owner + ":root", "nobody": "acs:ram::" + owner + ":user/nobody"} {
		body, err := r.ask(key, "GetCallerIdentity")
		must(t, err)
		if body["Arn"] != want || body["AccountId"] != owner {
			t.Errorf("%s is %v of %v", key, body["Arn"], body["AccountId"])
		}
	}
}
