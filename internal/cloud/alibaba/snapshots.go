// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// snapshotsAtOnce is how many snapshots one question may name
// (DescribeSnapshots, SnapshotIds).
const snapshotsAtOnce = 100

// Snapshots looks at the snapshots of an image, by their IDs.
func (s *session) Snapshots(ctx context.Context, region string, ids []string) ([]cloud.Snapshot, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	at, err := s.ecsEndpoint(ctx, region)
	if err != nil {
		return nil, err
	}
	asked := slices.Compact(slices.Sorted(slices.Values(ids)))
	var out []cloud.Snapshot
	for some := range slices.Chunk(asked, snapshotsAtOnce) {
		found, err := s.describeSnapshots(ctx, at, some)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// describeSnapshots asks for at most [snapshotsAtOnce] snapshots, page by page.
// It says how large a page may be although one page would hold them all: the
// default is ten (DescribeSnapshots, MaxResults). TotalCount means nothing
// where pages are asked for by token, and is ignored.
func (s *session) describeSnapshots(ctx context.Context, at endpoint, asked []string) ([]cloud.Snapshot, error) {
	named, err := json.Marshal(asked)
	if err != nil {
		return nil, fmt.Errorf("name the snapshots: %w", err)
	}
	list, token := snapshots{asked: asked, seen: map[string]bool{}}, ""
	for range maxPages {
		request, response := ecs.CreateDescribeSnapshotsRequest(), ecs.CreateDescribeSnapshotsResponse()
		request.SnapshotIds = string(named)
		request.MaxResults = requests.NewInteger(pageSize)
		request.NextToken = token
		answer, err := s.do(ctx, at, request, response)
		if err != nil {
			return nil, err
		}
		if !answer.lists("Snapshots", "Snapshot") || slices.ContainsFunc(answer.rows("Snapshots", "Snapshot"), saysNotWhether) ||
			!list.add(response.Snapshots.Snapshot) {
			return nil, incomplete(request.GetActionName())
		}
		if len(list.rows) == len(asked) {
			return list.rows, nil
		}
		if response.NextToken == "" {
			return nil, unseenSnapshots()
		}
		if !leadsOn(token, response.NextToken) {
			break
		}
		token = response.NextToken
	}
	return nil, incomplete("DescribeSnapshots")
}

// snapshots gathers the pages of one list.
type snapshots struct {
	asked []string
	seen  map[string]bool
	rows  []cloud.Snapshot
}

// add takes one page in. It reports false for a page that cannot be part of the
// list: one that names a snapshot nobody has asked for, or one twice.
func (l *snapshots) add(page []ecs.Snapshot) bool {
	for _, row := range page {
		if l.seen[row.SnapshotId] || !slices.Contains(l.asked, row.SnapshotId) {
			return false
		}
		l.seen[row.SnapshotId] = true
		l.rows = append(l.rows, cloud.Snapshot{ID: row.SnapshotId, Encrypted: row.Encrypted, Key: row.KMSKeyId})
	}
	return true
}

// keyForm is what the vendor's word for a key can look like, more laxly than its
// pages have it: an ID or an ARN. It ends up in a status and in a policy.
var keyForm = regexp.MustCompile(`^[0-9A-Za-z:/._-]{0,160}$`)

// saysNotWhether reports whether a snapshot's row leaves open whether it is
// encrypted, or with what. It is never taken for one that is not.
func saysNotWhether(row map[string]json.RawMessage) bool {
	key, told := row["KMSKeyId"]
	return !isYesOrNo(row["Encrypted"]) || told && string(key) != "null" && !keyForm.MatchString(unquoted(key))
}

// unseenSnapshots is the error for a whole answer that lacks a snapshot of the
// image. ECS used to answer who may not look with an empty list, and may still
// (notice on the authentication of ECS query APIs, 2025-12-20).
func unseenSnapshots() *cloud.Error {
	return &cloud.Error{
		Kind:    cloud.NotFound,
		Subject: cloud.AboutImage,
		Message: "the snapshots of the image cannot be looked at: allow ecs:DescribeSnapshots " +
			"in the RAM policy of these credentials, on all snapshots of the account",
	}
}
