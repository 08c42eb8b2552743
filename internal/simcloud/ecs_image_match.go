// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strings"
	"time"
)

// byDates reads Filter.N. The key NetworkType filters nothing here: the images of this world know no networks.
func (c *call) byDates() (test, *apiError) {
	var after, before time.Time
	for _, f := range c.q.pairs("Filter") {
		if f.Key == "NetworkType" {
			continue
		}
		t, err := time.Parse("2006-01-02T15:04Z", f.Value)
		if err != nil {
			t, err = time.Parse(timeFormat, f.Value)
		}
		switch {
		case f.Key != "CreationStartTime" && f.Key != "CreationEndTime":
			return nil, fail(404, "InvalidFilterKey.NotFound", "The specified Filter Key is not found.")
		case err != nil:
			return nil, fail(404, "InvalidFilterValue", "The specified Filter Value is not valid.")
		case f.Key == "CreationStartTime":
			after = t
		default:
			before = t
		}
	}
	return func(img *Image) bool {
		return !img.Created.Before(after) && (before.IsZero() || !img.Created.After(before))
	}, nil
}

// byValues holds the parameters that take one of few values.
func (c *call) byValues() (test, *apiError) {
	var tests []test
	for _, p := range []struct {
		name   string
		values []string
		of     func(img *Image) string
	}{
		{"OSType", []string{"windows", "linux"}, func(img *Image) string { return img.OSType }},
		{"Architecture", []string{"i386", "x86_64", "arm64"}, func(img *Image) string { return img.Architecture }},
		{"Usage", []string{"none", "instance"}, func(*Image) string { return "none" }},
	} {
		want := c.q.get(p.name)
		if want == "" {
			continue
		}
		if !slices.Contains(p.values, want) {
			return nil, fail(404, "Invalid"+p.name, "The specified %s is not valid.", p.name)
		}
		tests = append(tests, func(img *Image) bool { return p.of(img) == want })
	}
	return func(img *Image) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(img) })
	}, nil
}

// byNames holds the filters that compare one text. Images without a resource group, which is the default group, pass whatever
// group is asked for (vendor docs, DescribeImages, parameter ResourceGroupId).
func (c *call) byNames() test {
	ids, name := c.wantedImages(), strings.Trim(c.q.get("ImageName"), "*")
	family, group, snapshot := c.q.get("ImageFamily"), c.q.get("ResourceGroupId"), c.q.get("SnapshotId")
	return func(img *Image) bool {
		switch {
		case len(ids) > 0 && !slices.Contains(ids, img.ID):
			return false
		case family != "" && family != c.familyFor(img):
			return false
		case group != "" && img.ResourceGroup != "" && group != img.ResourceGroup:
			return false
		case snapshot != "" && !slices.ContainsFunc(img.Disks, func(d Disk) bool { return d.Snapshot == snapshot }):
			return false
		}
		return strings.Contains(img.Name, name)
	}
}

// byTags reads Tag.N in both spellings that the vendor's table has; a tag in the older one filters just as well.
func (c *call) byTags() (test, *apiError) {
	wanted, err := c.q.tags("Key", "Value")
	older, olderErr := c.q.tags("key", "value")
	if err := firstError(err, olderErr); err != nil {
		return nil, err
	}
	return c.withTags(append(wanted, older...))
}

// withTags wants every given tag on the image; a tag given without a value matches by its key. Tags of others are not seen.
func (c *call) withTags(wanted []Tag) (test, *apiError) {
	if len(wanted) > maxTags {
		return nil, fail(400, "InvalidTagCount", "The specified tags are beyond the permitted range.")
	}
	return func(img *Image) bool {
		if len(wanted) > 0 && img.Owner != c.account() {
			return false
		}
		for _, want := range wanted {
			if !slices.ContainsFunc(img.Tags, func(t Tag) bool { return t.Key == want.Key && (want.Value == "" || t.Value == want.Value) }) {
				return false
			}
		}
		return true
	}, nil
}
