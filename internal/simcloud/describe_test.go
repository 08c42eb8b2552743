// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestDescribeImages(t *testing.T) {
	all := "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"
	for _, c := range []struct {
		name    string
		key     string
		dialect []string
		params  []string
		want    string
		images  []string
	}{
		{name: "shows available images of our own", params: []string{"ImageOwnerAlias", "self"},
			images: []string{image, "m-bp1paid", "m-bp1secret", "m-bp1service", "m-bp1twodisks"}},
		{name: "shows system, own and shared images by default", params: []string{"PageSize", "100"},
			images: []string{image, "m-bp1paid", "m-bp1secret", "m-bp1service", "m-bp1twodisks", "m-bp1theirs", "ubuntu.vhd"}},
		{name: "hides a deprecated image", params: []string{"ImageId", "m-bp1old"}, images: []string{}},
		{name: "shows a deprecated image when asked", params: []string{"ImageId", "m-bp1old", "Status", all}, images: []string{"m-bp1old"}},
		{name: "takes two states", params: []string{"Status", "Creating,Deprecated"}, images: []string{"m-bp1old", "m-bp1new"}},
		{name: "refuses a state that there is not", params: []string{"Status", "Gone"}, want: "400 InvalidParameter"},
		{name: "answers an unknown image with an empty list", params: []string{"ImageId", "m-nope"}, images: []string{}},
		{name: "hides what is private to others", params: []string{"ImageId", "m-bp1private"}, images: []string{}},
		{name: "hides images of another region", params: []string{"ImageId", "m-2zeown"}, images: []string{}},
		{name: "shows that region when asked", params: []string{"RegionId", "cn-beijing"}, images: []string{"m-2zeown"}},
		{name: "takes a list of IDs", params: []string{"ImageId", image + ",m-bp1paid"}, images: []string{image, "m-bp1paid"}},
		{name: "takes one ID only, in that dialect", dialect: []string{"multiID", "single"}, params: []string{"ImageId", image + ",m-bp1paid"},
			images: []string{}},
		{name: "shows images shared with us", params: []string{"ImageOwnerAlias", "others"}, images: []string{"m-bp1theirs"}},
		{name: "shows images of one sharer", params: []string{"ImageOwnerAlias", "others", "ImageOwnerId", owner}, images: []string{}},
		{name: "refuses an owner where only own images are asked for", params: []string{"ImageOwnerAlias", "self", "ImageOwnerId", other},
			want: "400 InvalidOperation.ImageOwnerIdUnsupported"},
		{name: "shows community images", params: []string{"ImageOwnerAlias", "others", "IsPublic", "true"}, images: []string{"m-bp1community"}},
		{name: "wants the alias others for them", params: []string{"IsPublic", "true"}, want: "400 InvalidImageOwnerAlias.PublicImageUnsupported"},
		{name: "shows marketplace images when asked", params: []string{"ImageOwnerAlias", "marketplace"}, images: []string{"m-bp1market"}},
		{name: "refuses an unknown alias", params: []string{"ImageOwnerAlias", "mine"}, want: "400 InvalidImageOwnerAlias.ValueNotSupported"},
		{name: "finds by a part of the name", params: []string{"ImageName", "ubuntu"}, images: []string{image}},
		{name: "finds by family", params: []string{"ImageFamily", "golden"}, images: []string{image}},
		{name: "finds a shared family under its owner", params: []string{"ImageFamily", "acs:" + other + ":fam"}, images: []string{"m-bp1theirs"}},
		{name: "finds by tag", params: []string{"Tag.1.Key", "team", "Tag.1.Value", "a"}, images: []string{image}},
		{name: "wants every tag", params: []string{"Tag.1.Key", "team", "Tag.2.Key", "cost"}, images: []string{}},
		{name: "finds by tag in the older spelling", params: []string{"Tag.1.key", "team", "Tag.1.value", "a"}, images: []string{image}},
		{name: "does not find another value in the older spelling", params: []string{"Tag.1.key", "team", "Tag.1.value", "b"}, images: []string{}},
		{name: "does not find another key in the older spelling", params: []string{"Tag.1.key", "cost"}, images: []string{}},
		{name: "wants the tags of both spellings", params: []string{"Tag.1.Key", "team", "Tag.1.key", "cost"}, images: []string{}},
		{name: "refuses a tag value without a key", params: []string{"Tag.1.Value", "a"}, want: "400 InvalidTag.Mismatch"},
		{name: "refuses a tag value without a key beside a whole tag", params: []string{"Tag.1.Key", "team", "Tag.2.Value", "a"},
			want: "400 InvalidTag.Mismatch"},
		{name: "refuses a tag value without a key in the older spelling", params: []string{"Tag.1.value", "a"}, want: "400 InvalidTag.Mismatch"},
		{name: "refuses a tag in a mixture of spellings", params: []string{"Tag.1.Key", "team", "Tag.1.value", "a"}, want: "400 InvalidTag.Mismatch"},
		{name: "finds by snapshot", params: []string{"SnapshotId", "s-own"}, images: []string{image}},
		{name: "finds by operating system and architecture", params: []string{"OSType", "linux", "Architecture", "x86_64"}, images: []string{image}},
		{name: "refuses an unknown architecture", params: []string{"Architecture", "vax"}, want: "404 InvalidArchitecture"},
		{name: "refuses an unknown filter", params: []string{"Filter.1.Key", "Colour", "Filter.1.Value", "red"}, want: "404 InvalidFilterKey.NotFound"},
		{name: "cuts pages", params: []string{"ImageOwnerAlias", "self", "PageSize", "2", "PageNumber", "2"}, images: []string{"m-bp1secret", "m-bp1service"}},
		{name: "answers an empty page behind the last", params: []string{"PageNumber", "99"}, images: []string{}},
		{name: "refuses a page size above the limit", params: []string{"PageSize", "101"}, want: "400 InvalidParameter"},
		{name: "refuses a page that is no number", params: []string{"PageNumber", "x"}, want: "400 InvalidParameter"},
		{name: "says of a dry run that it is one", params: []string{"DryRun", "true"}, want: "400 DryRunOperation"},
		{name: "refuses an unknown region", params: []string{"RegionId", "cn-nowhere"}, want: "404 InvalidRegionId.NotFound"},
		{name: "denies a user without permission", key: "nobody", params: []string{"ImageOwnerAlias", "self"}, want: "403 Forbidden.RAM"},
		{name: "answers a denied user with nothing, in the older dialect", key: "nobody", dialect: []string{"deniedRead", "empty200"}, images: []string{}},
		{name: "shows images of others without permission", key: "nobody", params: []string{"ImageOwnerAlias", "others"}, images: []string{"m-bp1theirs"}},
		{name: "shows a sharee what it was given", key: "k" + sharee(1), params: []string{"ImageOwnerAlias", "others", "Status", all},
			images: []string{"m-bp1old"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			if c.dialect != nil {
				must(t, r.world.SetDialect(c.dialect[0], c.dialect[1]))
			}
			key := "root"
			if c.key != "" {
				key = c.key
			}
			body, err := r.ask(key, "DescribeImages", c.params...)
			want := c.want
			if want == "" {
				want = "OK"
			}
			if got := outcome(err); got != want {
				t.Fatalf("got %s, want %s (%v)", got, want, err)
			}
			if err == nil {
				equal(t, "images", rows(body, "Images", "Image", "ImageId"), c.images)
			}
		})
	}
}

func TestDescribeImagesSaysHowManyThereAreAndTenAPage(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) {
		for n := range 20 {
			d.Images = append(d.Images, simcloud.Image{ID: fmt.Sprintf("m-many%d", n), Region: "cn-beijing", Owner: owner})
		}
	})
	body, err := r.ask("root", "DescribeImages", "RegionId", "cn-beijing")
	must(t, err)
	if got := rows(body, "Images", "Image", "ImageId"); len(got) != 10 || body["TotalCount"] != 21.0 || body["PageSize"] != 10.0 {
		t.Errorf("got %d rows of %v with page size %v, want 10 of 21 with 10", len(got), body["TotalCount"], body["PageSize"])
	}
}

func TestDescribeImageSharePermission(t *testing.T) {
	for _, c := range []struct {
		name    string
		key     string
		dialect []string
		params  []string
		want    string
		ids     []string
		total   float64
	}{
		{name: "shows ten of twenty-five without being asked for more", params: []string{"ImageId", image}, ids: numbered(1, 10), total: 25},
		{name: "shows the last page", params: []string{"ImageId", image, "PageNumber", "3"}, ids: numbered(21, 25), total: 25},
		{name: "shows up to a hundred", params: []string{"ImageId", image, "PageSize", "100"}, ids: numbered(1, 25), total: 25},
		{name: "shows no more than a hundred", params: []string{"ImageId", image, "PageSize", "101"}, want: "400 InvalidParameter"},
		{name: "wants an image", want: "400 MissingParameter"},
		{name: "does not know a missing image", params: []string{"ImageId", "m-nope"}, want: "404 InvalidImageId.NotFound"},
		{name: "does not show a sharee who else there is", key: "other", params: []string{"ImageId", image}, want: "404 InvalidImageId.NotFound"},
		{name: "denies a user without permission", key: "nobody", params: []string{"ImageId", image}, want: "403 Forbidden.RAM"},
		{name: "answers a denied user with nothing, in the older dialect", key: "nobody", dialect: []string{"deniedRead", "empty200"},
			params: []string{"ImageId", image}, ids: []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			must(t, r.world.ShareByHand(region, image, numbered(1, 25), nil))
			if c.dialect != nil {
				must(t, r.world.SetDialect(c.dialect[0], c.dialect[1]))
			}
			key := "op"
			if c.key != "" {
				key = c.key
			}
			body, err := r.ask(key, "DescribeImageSharePermission", c.params...)
			if c.want != "" {
				if got := outcome(err); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
				return
			}
			must(t, err)
			equal(t, "accounts", rows(body, "Accounts", "Account", "AliyunId"), c.ids)
			if body["TotalCount"] != c.total || body["RequestId"] == "" {
				t.Errorf("got total %v, want %v; request ID %v", body["TotalCount"], c.total, body["RequestId"])
			}
		})
	}
}
