// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxSnapshotIDs is how many IDs one call may name (vendor docs, DescribeSnapshots).
const maxSnapshotIDs = 100

// describeSnapshots lists own snapshots, by pages or by NextToken. With MaxResults or NextToken the vendor's TotalCount means
// nothing, and this world answers zero to make that plain.
func describeSnapshots(c *call) (tree, *apiError) {
	found, err := c.findSnapshots()
	if err != nil {
		return nil, err
	}
	dry, err := c.q.boolParam("DryRun")
	if err != nil || dry {
		return nil, firstError(err, errDryRun())
	}
	p, err := c.q.pageParams()
	if err != nil {
		return nil, err
	}
	if c.q.has("MaxResults") || c.q.get("NextToken") != "" {
		from, to, err := c.tokenPage(len(found))
		return c.snapshotsAnswer(p, 0, tokenAfter(to, len(found)), found[from:to]), err
	}
	from, to := p.cut(len(found))
	token := ""
	if !c.q.has("PageNumber") {
		token = tokenAfter(to, len(found))
	}
	return c.snapshotsAnswer(p, len(found), token, found[from:to]), nil
}

// tokenAfter leads to what is left behind a page of n rows, if anything is.
func tokenAfter(to, n int) string {
	if to >= n {
		return ""
	}
	return offsetToken(to)
}

func emptySnapshots(c *call) tree {
	p, _ := c.q.pageParams()
	return c.snapshotsAnswer(p, 0, "", nil)
}

func (c *call) snapshotsAnswer(p page, total int, token string, found []*Snapshot) tree {
	rows := make([]tree, 0, len(found))
	for _, s := range found {
		rows = append(rows, c.snapshotRow(s))
	}
	return tree{"PageNumber": p.number, "PageSize": p.size, "TotalCount": total, "NextToken": token, "Snapshots": tree{"Snapshot": rows}}
}

func (c *call) tokenPage(n int) (from, to int, err *apiError) {
	size, err := c.q.intParam("MaxResults", 1, 100, 10)
	if err != nil {
		return 0, 0, err
	}
	if from, err = tokenOffset(c.q.get("NextToken")); err != nil {
		return 0, 0, err
	}
	from = min(from, n)
	return from, min(from+size, n), nil
}

func (c *call) findSnapshots() ([]*Snapshot, *apiError) {
	ids, err := snapshotIDs(c.q.get("SnapshotIds"))
	if err != nil {
		return nil, err
	}
	encrypted, err := c.q.boolParam("Encrypted")
	if err != nil {
		return nil, err
	}
	var found []*Snapshot
	for i := range c.doc.Snapshots {
		s := &c.doc.Snapshots[i]
		named := ids == nil || slices.Contains(ids, s.ID)
		if named && (s.Encrypted || !encrypted) && c.passes(s) {
			found = append(found, s)
		}
	}
	return found, nil
}

// passes holds what a snapshot has to be whichever way it is asked for, and the filters that compare one text.
func (c *call) passes(s *Snapshot) bool {
	name, key := strings.TrimSuffix(c.q.get("SnapshotName"), "*"), c.q.get("KMSKeyId")
	switch {
	case s.Owner != c.account() || s.Region != c.region():
		return false
	case key != "" && key != c.shownKey(s):
		return false
	}
	return strings.HasPrefix(s.Name, name)
}

// shownKey is the snapshot's key as the caller sees it: whether a service key is named is a dialect.
func (c *call) shownKey(s *Snapshot) string {
	k := c.doc.key(s.Region, s.KMSKeyID)
	if c.doc.Dialects.ServiceKeyID == "empty" && (s.ServiceKey || (k != nil && k.ServiceKey)) {
		return ""
	}
	return s.KMSKeyID
}

// snapshotIDs reads the JSON array that this one parameter is.
func snapshotIDs(text string) ([]string, *apiError) {
	if text == "" {
		return nil, nil
	}
	ids := []string{}
	if err := json.Unmarshal([]byte(text), &ids); err != nil || len(ids) > maxSnapshotIDs {
		return nil, fail(http.StatusForbidden, "InvalidSnapshotIds.Malformed", "The amount of specified specified snapshot Ids exceeds the limit.")
	}
	return ids, nil
}

func (c *call) snapshotRow(s *Snapshot) tree {
	return tree{
		"SnapshotId": s.ID, "SnapshotName": s.Name, "Description": "", "RegionId": s.Region, "Status": "accomplished", "Progress": "100%",
		"Available": true, "Category": "standard", "SnapshotType": "user", "SourceDiskType": s.DiskType,
		"SourceDiskSize": strconv.Itoa(s.SizeGiB), "SourceDiskId": "", "Usage": "image", "Encrypted": s.Encrypted, "KMSKeyId": c.shownKey(s),
		"RetentionDays": 0, "RemainTime": 0, "ProductCode": "", "ResourceGroupId": "", "CreationTime": s.Created.UTC().Format(timeFormat),
		"LastModifiedTime": s.Created.UTC().Format(timeFormat), "InstantAccess": false, "SnapshotSN": "", "Tags": tree{"Tag": []tree{}},
	}
}
