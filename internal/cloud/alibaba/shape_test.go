// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// What the SDK makes an empty list, zero or no of, and is none, was taken for
// an answer: that nobody has the image, that there is no image, that it is not
// encrypted, that there are no resource shares.
func TestNothingIsOnlyWhatSaysSo(t *testing.T) {
	quota := func(figure string) string { return strings.Replace(quotasBody, `:50.0`, `:`+figure, 1) }
	for name, test := range map[string]struct{ verb, body string }{
		"accounts without a count":                  {"Permissions", `{"RequestId":"R","Accounts":{"Account":[]}}`},
		"accounts that are null":                    {"Permissions", `{"RequestId":"R","Accounts":null}`},
		"a count of accounts that is null":          {"Permissions", `{"RequestId":"R","TotalCount":null,"Accounts":{"Account":[]}}`},
		"a count of accounts that is empty":         {"Permissions", `{"RequestId":"R","TotalCount":"","Accounts":{"Account":[]}}`},
		"a count of accounts that is no":            {"Permissions", `{"RequestId":"R","TotalCount":false,"Accounts":{"Account":[]}}`},
		"a count of accounts that begins with zero": {"Permissions", `{"RequestId":"R","TotalCount":"0 of 9","Accounts":{"Account":[]}}`},
		"a count of accounts that is less than one": {"Permissions", `{"RequestId":"R","TotalCount":0.9,"Accounts":{"Account":[]}}`},
		"images without a count":                    {"Image", `{"RequestId":"R","Images":{"Image":[]}}`},
		"images that are null":                      {"Image", `{"RequestId":"R","TotalCount":0,"Images":null}`},
		"a count of images alone":                   {"Image", `{"RequestId":"R","TotalCount":0}`},
		"an image that does not tell its disks":     {"Image", images(1, `{"ImageId":"m-bp1test","Status":"Available"}`)},
		"an image whose disks are null":             {"Image", images(1, `{"ImageId":"m-bp1test","DiskDeviceMappings":{"DiskDeviceMapping":null}}`)},
		"a disk of which nothing is told":           {"Image", images(1, `{"ImageId":"m-bp1test","DiskDeviceMappings":{"DiskDeviceMapping":[{"Device":"/dev/xvda"}]}}`)},
		"a disk that is null encrypted":             {"Image", images(1, `{"ImageId":"m-bp1test","DiskDeviceMappings":{"DiskDeviceMapping":[{"Encrypted":null}]}}`)},
		"an owner in another notation":              {"Image", images(1, `{"ImageId":"m-bp1test","ImageOwnerId":1e15,"DiskDeviceMappings":{}}`)},
		"a snapshot that says not whether":          {"Snapshots", `{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1"}]}}`},
		"a snapshot that says null":                 {"Snapshots", `{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":null}]}}`},
		"a snapshot that says nothing":              {"Snapshots", `{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":""}]}}`},
		"a text that is not Unicode":                {"Image", images(1, strings.Replace(imageRow, "ubuntu", "\xff", 1))},
		"a key that is a sentence":                  {"Snapshots", `{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":true,"KMSKeyId":"any key"}]}}`},
		"a key that is longer than any":             {"Snapshots", strings.Replace(snapshotPage("", "s-1"), "key-s-1", strings.Repeat("k", 161), 1)},
		"snapshots that are null":                   {"Snapshots", `{"RequestId":"R","Snapshots":null}`},
		"policies that are null":                    {"Attached", `{"RequestId":"R","Policies":null}`},
		"resource shares that are null":             {"ResourceShares", `{"RequestId":"R","ResourceShares":null}`},
		"quotas that are null":                      {"ShareeQuota", `{"RequestId":"R","Quotas":null}`},
		"a quota of yes":                            {"ShareeQuota", quota(`true`)},
		"a quota that begins as a number":           {"ShareeQuota", quota(`"5 of 9"`)},
		"a policy of a key that is a yes":           {"KeyPolicy", `{"RequestId":"R","Policy":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			mustBe(t, verbs[test.verb](t.Context(), v.open(t, Options{})), cloud.Unavailable)
		})
	}
}

func TestAssociationsThatAreNullAreNone(t *testing.T) {
	v := newVendor(t, func(asked url.Values) reply {
		if asked.Get("Action") == "ListResourceShareAssociations" {
			return ok(`{"RequestId":"R","ResourceShareAssociations":null}`)
		}
		return willing(asked)
	})
	mustBe(t, verbs["ResourceShares"](t.Context(), v.open(t, Options{})), cloud.Unavailable)
}

// The vendor may leave the list out of an object that has nothing to list, and
// write numbers and words of yes and no as text.
func TestNothingMayBeSaidInSeveralWays(t *testing.T) {
	for name, test := range map[string]struct {
		verb, body string
		kind       cloud.Kind
	}{
		"a count as text":                 {"Permissions", `{"RequestId":"R","TotalCount":"0","Accounts":{}}`, -1},
		"accounts left out":               {"Permissions", `{"RequestId":"R","TotalCount":0}`, -1},
		"images left out":                 {"Image", `{"RequestId":"R","TotalCount":0,"Images":{ }}`, cloud.NotFound},
		"a snapshot that says it in text": {"Snapshots", `{"RequestId":"R","Snapshots":{"Snapshot":[{"SnapshotId":"s-1","Encrypted":"False"}]}}`, -1},
		"policies left out":               {"Attached", `{"RequestId":"R","Policies":{}}`, -1},
		"quotas left out":                 {"ShareeQuota", `{"RequestId":"R","TotalCount":0}`, cloud.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			err := verbs[test.verb](t.Context(), v.open(t, Options{}))
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
