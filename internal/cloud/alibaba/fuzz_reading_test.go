// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// counts reports whether a field is a whole number, as such or as text: the one
// given, or any if that is negative.
func (c came) counts(name string, want int) bool {
	number, err := strconv.ParseUint(fmt.Sprint(c.body[name]), 10, 63)
	return err == nil && (want < 0 || number == uint64(want))
}

// lieOfReading says what of a reading the answer does not say.
func (c came) lieOfReading(got any) string {
	switch got := got.(type) {
	case share.Accounts:
		if !c.counts("TotalCount", got.Len()) {
			return "has another number of accounts than the vendor counts"
		}
		return c.madeUp(got.Strings()...)
	case cloud.Image:
		return c.lieOfImage(got)
	case []cloud.Snapshot:
		return c.lieOfSnapshots(got)
	case []cloud.ResourceShare:
		return c.lieOfShares(got)
	case []cloud.PolicyRef:
		if rows, is := c.list("Policies", "Policy"); !is || len(rows) != len(got) {
			return "has another number of policies than the vendor lists"
		}
	case int:
		return c.lieOfQuota(got)
	}
	return c.lieOfThing(got)
}

// madeUp says that one of some words is not in the answer, as a whole. Where
// the answer is no proper text, readers of JSON differ.
func (c came) madeUp(words ...string) string {
	for _, word := range words {
		if !utf8.ValidString(word) {
			return fmt.Sprintf("takes %q for a text", word)
		}
		if !slices.Contains([]string{"", "true", "false"}, word) && !c.words[word] && !broken(word) {
			return fmt.Sprintf("makes up %q", word)
		}
	}
	return ""
}

// broken reports whether a word is no proper text.
func broken(word string) bool {
	return !utf8.ValidString(word) || strings.ContainsRune(word, utf8.RuneError)
}

func (c came) lieOfThing(got any) string {
	switch got := got.(type) {
	case map[string]string:
		return c.madeUp(slices.Concat(slices.Collect(maps.Keys(got)), slices.Collect(maps.Values(got)))...)
	case string:
		return c.lieOfPolicy(got)
	case cloud.Identity:
		return c.madeUp(string(got.AccountID), got.ARN)
	case cloud.Role:
		return c.madeUp(got.Name, got.ARN, got.Trust, got.Description)
	case cloud.Policy:
		return c.madeUp(got.Ref.Name, got.Document, got.Description)
	case cloud.Key:
		return c.madeUp(got.ID, got.ARN, string(got.State), got.Instance)
	case share.Principal:
		if !c.words[string(got)] && !c.words[string(got)+"/"+string(testMember)] {
			return "makes up a path"
		}
	}
	return ""
}

func (c came) lieOfPolicy(got string) string {
	if got == "" && !slices.Contains([]any{"", nil}, c.body["Policy"]) {
		return "has no policy of a key that has one"
	}
	return c.madeUp(got)
}

// lieOfImage wants an image that is not encrypted to have said so, disk by disk,
// or to have named whom to ask.
func (c came) lieOfImage(got cloud.Image) string {
	rows, _ := c.list("Images", "Image")
	at := slices.IndexFunc(rows, func(row map[string]any) bool { return row["ImageId"] == testImage.ID })
	if at < 0 {
		return "makes up an image"
	}
	image := came{body: rows[at]}
	disks, is := image.list("DiskDeviceMappings", "DiskDeviceMapping")
	if !is {
		return "has an image without its disks"
	}
	if lie := lieOfDisks(disks, got); lie != "" {
		return lie
	}
	return c.madeUp(slices.Concat(got.Snapshots, slices.Collect(maps.Values(got.Tags)), []string{got.Name, string(got.State), got.ProductCode, got.Family})...)
}

func lieOfDisks(disks []map[string]any, got cloud.Image) string {
	for _, disk := range disks {
		said := strings.ToLower(fmt.Sprint(disk["Encrypted"]))
		id, _ := disk["SnapshotId"].(string)
		switch {
		case !got.Encrypted && said != "false" && disk["SnapshotId"] == nil:
			return "takes a disk for not encrypted that nobody spoke of"
		case !got.Encrypted && said == "true":
			return "takes an encrypted image for one that is not"
		case id != "" && !broken(id) && !slices.Contains(got.Snapshots, id):
			return "leaves out a snapshot"
		}
	}
	return ""
}

func (c came) lieOfSnapshots(got []cloud.Snapshot) string {
	rows, _ := c.list("Snapshots", "Snapshot")
	for _, snapshot := range got {
		is := slices.ContainsFunc(rows, func(row map[string]any) bool {
			return row["SnapshotId"] == snapshot.ID && strings.EqualFold(fmt.Sprint(row["Encrypted"]), strconv.FormatBool(snapshot.Encrypted))
		})
		if !is {
			return "says of a snapshot what the vendor does not"
		}
	}
	if len(got) != 1 {
		return "has another number of snapshots than were asked for"
	}
	return ""
}

func (c came) lieOfShares(got []cloud.ResourceShare) string {
	rows, is := c.list("ResourceShares")
	there := map[any]bool{}
	for _, row := range rows {
		if status, _ := row["ResourceShareStatus"].(string); !strings.EqualFold(status, "Deleted") {
			there[row["ResourceShareId"]] = true
		}
	}
	if !is || len(got) > len(there) || len(got) == 0 && len(there) > 0 && len(rows) == len(there) {
		return "has other resource shares than the vendor lists"
	}
	for _, one := range got {
		if lie := c.madeUp(one.ID, one.Name); lie != "" {
			return lie
		}
	}
	return ""
}

func (c came) lieOfQuota(got int) string {
	rows, _ := c.list("Quotas")
	said := slices.ContainsFunc(rows, func(row map[string]any) bool {
		figure, err := strconv.ParseFloat(fmt.Sprint(row["TotalQuota"]), 64)
		_, isBool := row["TotalQuota"].(bool)
		return err == nil && !isBool && int(figure) == got
	})
	if !said || got < 1 {
		return "makes up a quota"
	}
	return ""
}

// noQuota reports whether no row is the quota of sharees here: one that names
// another region, or none that can be, is not.
func (c came) noQuota() bool {
	rows, is := c.list("Quotas")
	here := slices.ContainsFunc(rows, func(row map[string]any) bool {
		dimensions, _ := row["Dimensions"].(map[string]any)
		return row["QuotaActionCode"] == shareeQuotaCode && slices.Contains([]any{nil, homeRegion}, dimensions[regionDimension])
	})
	return is && !here || c.body["Quotas"] == nil && c.counts("TotalCount", -1)
}
