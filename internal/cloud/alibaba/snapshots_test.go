// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// snapshotPage is a page of the snapshots of these IDs.
func snapshotPage(next string, ids ...string) string {
	var rows []string
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"SnapshotId":%q,"Encrypted":true,"KMSKeyId":"key-%s"}`, id, id))
	}
	return fmt.Sprintf(`{"RequestId":"R","NextToken":%q,"TotalCount":7,"Snapshots":{"Snapshot":[%s]}}`, next, strings.Join(rows, ","))
}

// someSnapshots are IDs of snapshots.
func someSnapshots(count int) []string {
	var out []string
	for i := range count {
		out = append(out, fmt.Sprintf("s-%04d", i))
	}
	return out
}

// snapshotPages answers as the vendor does, with pages no larger than it likes.
func snapshotPages(t *testing.T, largest int) func(url.Values) reply {
	return func(asked url.Values) reply {
		var ids []string
		if err := json.Unmarshal([]byte(asked.Get("SnapshotIds")), &ids); err != nil || len(ids) == 0 || len(ids) > 100 {
			t.Errorf("asked for %q", asked.Get("SnapshotIds"))
		}
		size, _ := strconv.Atoi(asked.Get("MaxResults"))
		size = min(size, largest)
		from, _ := strconv.Atoi(strings.TrimPrefix(asked.Get("NextToken"), "token-"))
		next := ""
		if from+size < len(ids) {
			next = fmt.Sprintf("token-%d", from+size)
		}
		return ok(snapshotPage(next, ids[from:min(from+size, len(ids))]...))
	}
}

func TestSnapshots(t *testing.T) {
	for _, test := range []struct{ count, largest, calls int }{
		{0, 100, 0}, {1, 100, 1}, {17, 100, 1}, {17, 10, 2}, {100, 100, 1}, {101, 100, 2}, {230, 100, 3}, {230, 50, 5},
	} {
		t.Run(fmt.Sprintf("%d in pages of %d", test.count, test.largest), func(t *testing.T) {
			v := newVendor(t, snapshotPages(t, test.largest))
			asked := someSnapshots(test.count)
			twice := append(slices.Clone(asked), asked...)
			got, err := v.open(t, Options{}).Snapshots(t.Context(), homeRegion, twice)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, snapshot := range got {
				ids = append(ids, snapshot.ID)
				if want := (cloud.Snapshot{ID: snapshot.ID, Encrypted: true, Key: "key-" + snapshot.ID}); snapshot != want {
					t.Errorf("got %+v", snapshot)
				}
			}
			if slices.Sort(ids); !slices.Equal(ids, asked) {
				t.Errorf("got %v", ids)
			}
			if len(v.calls()) != test.calls {
				t.Errorf("%d calls, want %d", len(v.calls()), test.calls)
			}
		})
	}
}

func TestSnapshotsAreWholeOrNone(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		kind cloud.Kind
	}{
		"an empty list may be a denial":           {snapshotPage(""), cloud.NotFound},
		"one is missing":                          {snapshotPage("", "s-1"), cloud.NotFound},
		"no list at all":                          {`{"RequestId":"R","TotalCount":0}`, cloud.Unavailable},
		"a list of another shape":                 {`{"RequestId":"R","Snapshots":[]}`, cloud.Unavailable},
		"half a list":                             {`{"RequestId":"R","Snapshots":{"Snapshot":[{"Snaps`, cloud.Unavailable},
		"one that nobody asked for":               {snapshotPage("", "s-1", "s-9"), cloud.Unavailable},
		"one without an ID":                       {snapshotPage("", "s-1", ""), cloud.Unavailable},
		"one twice":                               {snapshotPage("", "s-1", "s-1"), cloud.Unavailable},
		"the same page again and again":           {snapshotPage("more", "s-1"), cloud.Unavailable},
		"empty pages and no end":                  {snapshotPage("more"), cloud.Unavailable},
		"an encryption that is neither yes or no": {`{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":"x"}]}}`, cloud.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			session := v.open(t, Options{Limits: Limits{Rate: 1000, Burst: 1000}})
			got, err := session.Snapshots(t.Context(), homeRegion, []string{"s-1", "s-2"})
			found := mustBe(t, err, test.kind)
			if test.kind == cloud.NotFound && (found.Subject != cloud.AboutImage || !strings.Contains(found.Message, "allow ecs:DescribeSnapshots")) {
				t.Errorf("got %+v", found)
			}
			if got != nil {
				t.Error("a part of the list came along")
			}
			if n := len(v.calls()); n > maxPages || n > 2 && name != "empty pages and no end" {
				t.Errorf("%d calls", n)
			}
		})
	}
}
