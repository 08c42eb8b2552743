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

func TestDescribeSnapshotsAsksRAMForEachNamedSnapshot(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) {
		d.Accounts[0].Users[1].Allow = []simcloud.Grant{{Actions: []string{"ecs:DescribeSnapshots"},
			Resources: []string{"acs:ecs:*:*:snapshot/s-own", "acs:ecs:*:*:snapshot/s-cmk"}}}
	})
	for _, c := range []struct{ name, ids, want string }{
		{"a granted snapshot", `["s-own"]`, "OK"},
		{"two granted snapshots", `["s-own", "s-cmk"]`, "OK"},
		{"a snapshot that is not granted", `["s-service"]`, "403 Forbidden.RAM"},
		{"one that is not granted among others", `["s-own", "s-service"]`, "403 Forbidden.RAM"},
		{"every snapshot", "", "403 Forbidden.RAM"},
		{"a list of none", "[]", "403 Forbidden.RAM"},
		{"a list that cannot be read", `["s-own"`, "403 Forbidden.RAM"},
	} {
		body, err := r.ask("nobody", "DescribeSnapshots", "SnapshotIds", c.ids)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if err == nil && len(rows(body, "Snapshots", "Snapshot", "SnapshotId")) == 0 {
			t.Errorf("%s: got nothing", c.name)
		}
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
