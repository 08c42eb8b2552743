// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestModifyImageSharePermission(t *testing.T) {
	add := func(ids ...string) []string { return list("AddAccount", ids...) }
	remove := func(ids ...string) []string { return list("RemoveAccount", ids...) }
	with := func(a, b []string) []string { return append(a, b...) }
	dialect := func(name, value string) []string { return []string{name, value} }
	full := numbered(1, 50)
	for _, c := range []struct {
		name    string
		key     string
		dialect []string
		image   string
		before  []string
		params  []string
		want    string
		after   []string
	}{
		{name: "adds an account", params: add(sharee(1)), want: "OK", after: numbered(1, 1)},
		{name: "adds and removes in one call", before: numbered(1, 2), params: with(add(sharee(3)), remove(sharee(1))), want: "OK", after: numbered(2, 3)},
		{name: "silently looks at the first ten only", params: add(numbered(1, 12)...), want: "OK", after: numbered(1, 10)},
		{name: "ignores more than ten altogether, in the older dialect", dialect: dialect("overTen", "ignored"), params: add(numbered(1, 11)...), want: "OK"},
		{name: "adding what is there is fine", before: numbered(1, 1), params: add(sharee(1)), want: "OK", after: numbered(1, 1)},
		{name: "adding what is there is an error, in that dialect", dialect: dialect("addExisting", "error"), before: numbered(1, 1),
			params: add(sharee(1)), want: "400 InvalidAccount.AlreadyShared", after: numbered(1, 1)},
		{name: "removing what is not there is fine", params: remove(sharee(1)), want: "OK"},
		{name: "removing what is not there is an error, in that dialect", dialect: dialect("removeMissing", "error"),
			params: remove(sharee(1)), want: "404 InvalidAccount.NotFound"},
		{name: "an account that does not exist", params: add("1999999999999999"), want: "404 InvalidAccount.NotFound"},
		{name: "an account ID that is no number", params: add("nonsense"), want: "404 InvalidAccount.NotFound"},
		{name: "removing an account that does not exist", params: remove("1999999999999999"), want: "404 InvalidAccount.NotFound"},
		{name: "one's own account, misspelt", params: add(owner), want: "404 InvalidAccount.Forbbiden"},
		{name: "one's own account, well spelt", dialect: dialect("ownAccount", "forbidden"), params: add(owner), want: "404 InvalidAccount.Forbidden"},
		{name: "an account of another site", params: add("1200000000000001"), want: "403 InvalidImageId.BidMismatch"},
		{name: "another site is fine for a plain image, in that dialect", dialect: dialect("otherSite", "marketplaceOnly"),
			params: add("1200000000000001"), want: "OK", after: []string{"1200000000000001"}},
		{name: "another site is not fine for a marketplace image", dialect: dialect("otherSite", "marketplaceOnly"), image: "m-bp1paid",
			params: add("1200000000000001"), want: "403 InvalidImageId.BidMismatch"},
		{name: "one bad account spoils its batch", params: add(sharee(1), owner, sharee(2)), want: "404 InvalidAccount.Forbbiden"},
		{name: "what came before the bad one is applied, in that dialect", dialect: dialect("badAccount", "partial"),
			params: add(sharee(1), owner, sharee(2)), want: "404 InvalidAccount.Forbbiden", after: numbered(1, 1)},
		{name: "every good one is applied, in that dialect", dialect: dialect("badAccount", "partialAll"), before: numbered(5, 5),
			params: with(add(sharee(1), owner, sharee(2)), remove(sharee(5))), want: "404 InvalidAccount.Forbbiden", after: numbered(1, 2)},
		{name: "fifty is the quota", before: full, params: add(sharee(51)), want: "403 QuotaExceed.ShareImageUser", after: full},
		{name: "a swap at the quota does not fit: adding comes first", before: full, params: with(add(sharee(51)), remove(sharee(1))),
			want: "403 QuotaExceed.ShareImageUser", after: full},
		{name: "a batch over the quota applies nothing", before: numbered(1, 49), params: add(sharee(50), sharee(51)),
			want: "403 QuotaExceed.ShareImageUser", after: numbered(1, 49)},
		{name: "a batch over the quota is applied as far as it fits, in that dialect", dialect: dialect("quotaOverflow", "fill"),
			before: numbered(1, 49), params: add(sharee(50), sharee(51)), want: "403 QuotaExceed.ShareImageUser", after: full},
		{name: "a dry run says so and does nothing", params: with(add(sharee(1)), []string{"DryRun", "true"}), want: "400 DryRunOperation"},
		{name: "a dry run of something wrong says what is wrong", params: with(add(owner), []string{"DryRun", "true"}), want: "404 InvalidAccount.Forbbiden"},
		{name: "an unknown image", image: "m-nope", params: add(sharee(1)), want: "404 InvalidImageId.NotFound"},
		{name: "an image shared with us is not ours to share", image: "m-bp1theirs", params: add(sharee(1)), want: "404 InvalidImageId.NotFound",
			after: []string{owner}},
		{name: "a system image is not ours to share", image: "ubuntu.vhd", params: add(sharee(1)), want: "404 InvalidImageId.NotFound"},
		{name: "an image of another region", image: "m-2zeown", params: add(sharee(1)), want: "404 InvalidImageId.NotFound"},
		{name: "a marketplace image of our own can be shared", image: "m-bp1paid", params: add(sharee(1)), want: "OK", after: numbered(1, 1)},
		{name: "a community image", key: "other", image: "m-bp1community", params: add(sharee(1)), want: "403 Image.Public"},
		{name: "a deprecated image cannot be shared", image: "m-bp1old", params: add(sharee(2)), want: "403 OperationDenied.InvalidImageStatus",
			after: numbered(1, 1)},
		{name: "a deprecated image can be taken back", image: "m-bp1old", params: remove(sharee(1)), want: "OK"},
		{name: "a deprecated image cannot be taken back, in that dialect", dialect: dialect("removeDeprecated", "error"), image: "m-bp1old",
			params: remove(sharee(1)), want: "403 OperationDenied.InvalidImageStatus", after: numbered(1, 1)},
		{name: "an image in the making", image: "m-bp1new", params: add(sharee(1)), want: "403 OperationDenied.InvalidImageStatus"},
		{name: "an image in the making, older code", dialect: dialect("creatingImage", "incorrect"), image: "m-bp1new", params: add(sharee(1)),
			want: "400 IncorrectImageStatus"},
		{name: "an image in the making is not there, in that dialect", dialect: dialect("creatingImage", "notFound"), image: "m-bp1new",
			params: add(sharee(1)), want: "404 InvalidImageId.NotFound"},
		{name: "an encrypted image lacks its role", image: "m-bp1secret", params: add(sharee(1)), want: "403 AssumeRoleError"},
		{name: "an image encrypted by the service key", image: "m-bp1service", params: add(sharee(1)),
			want: "403 InvalidOperation.ServiceKeyEncryptedImageUnsupported"},
		{name: "an image with two encrypted disks", image: "m-bp1twodisks", params: add(sharee(1)), want: "403 OperationDeined.FullImage"},
		{name: "an account in arrears", key: "poor", image: "m-bp1poor", params: add(sharee(1)), want: "400 Account.Arrearage"},
		{name: "a user who is allowed, in another case", key: "op", params: add(sharee(1)), want: "OK", after: numbered(1, 1)},
		{name: "a user who is not allowed", key: "nobody", params: add(sharee(1)), want: "403 Forbidden.RAM"},
		{name: "a user who is allowed elsewhere only", key: "op", params: append(add(sharee(1)), "RegionId", "cn-beijing"), want: "403 Forbidden.RAM"},
		{name: "an unknown region", params: []string{"RegionId", "cn-nowhere"}, want: "404 InvalidRegionId.NotFound"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			target, key := image, "root"
			if c.image != "" {
				target = c.image
			}
			if c.key != "" {
				key = c.key
			}
			if c.dialect != nil {
				must(t, r.world.SetDialect(c.dialect[0], c.dialect[1]))
			}
			if c.before != nil {
				must(t, r.world.ShareByHand(region, target, c.before, nil))
			}
			_, err := r.ask(key, "ModifyImageSharePermission", append([]string{"ImageId", target}, c.params...)...)
			if got := outcome(err); got != c.want {
				t.Errorf("got %s, want %s (%v)", got, c.want, err)
			}
			equal(t, "sharees", r.world.Sharees(region, target), c.after)
		})
	}
}

func TestQuotaIsAdjustableForOneOwner(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) { d.Accounts[0].ShareesPerImage = 51 })
	must(t, r.world.ShareByHand(region, image, numbered(1, 50), nil))
	for n, want := range map[int]string{51: "OK"} {
		_, err := r.ask("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(n))
		if got := outcome(err); got != want {
			t.Errorf("sharing with number %d: got %s, want %s", n, got, want)
		}
	}
	_, err := r.ask("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(52))
	if got := outcome(err); got != "403 QuotaExceed.ShareImageUser" {
		t.Errorf("sharing with number 52: got %s", got)
	}
}

func TestTypedRequestsOfTheVendorsSDKWork(t *testing.T) {
	r := newRig(t)
	client, err := ecs.NewClientWithAccessKey(region, "op", "op-secret")
	must(t, err)
	client.GetConfig().WithScheme("HTTP")
	client.Domain = r.host()

	modify := ecs.CreateModifyImageSharePermissionRequest()
	modify.ImageId, modify.AddAccount = image, &[]string{sharee(1), sharee(2)}
	_, err = client.ModifyImageSharePermission(modify)
	must(t, err)

	describe := ecs.CreateDescribeImageSharePermissionRequest()
	describe.ImageId = image
	permission, err := client.DescribeImageSharePermission(describe)
	must(t, err)
	if permission.TotalCount != 2 || permission.Accounts.Account[1].AliyunId != sharee(2) {
		t.Errorf("got %+v", permission)
	}

	find := ecs.CreateDescribeImagesRequest()
	find.ImageId = image
	found, err := client.DescribeImages(find)
	must(t, err)
	if img := found.Images.Image[0]; img.ImageOwnerId != 1000000000000001 || img.Size != 40 || img.IsSelfShared != "True" {
		t.Errorf("got %+v", img)
	}

	snapshots := ecs.CreateDescribeSnapshotsRequest()
	snapshots.SnapshotIds = `["s-cmk"]`
	keys, err := client.DescribeSnapshots(snapshots)
	must(t, err)
	if s := keys.Snapshots.Snapshot; len(s) != 1 || !s[0].Encrypted || s[0].KMSKeyId != "key-1" {
		t.Errorf("got %+v", s)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
