// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"errors"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
)

func TestPublishingIsRefusedTheVendorsWay(t *testing.T) {
	public := func(value string, more ...string) []string { return append([]string{"IsPublic", value}, more...) }
	launch := func(more ...string) []string { return append([]string{"LaunchPermission", "hide"}, more...) }
	for _, c := range []struct {
		name   string
		image  string
		params []string
		want   string
		after  []string
	}{
		{name: "publishing", params: public("true"), want: "403 PublicImageAgreement.NotSigned"},
		{name: "publishing and sharing at once", params: public("true", "AddAccount.1", sharee(1)), want: "403 InvalidParameter.IsPublic"},
		{name: "publishing and taking back at once", params: public("true", "RemoveAccount.1", sharee(1)), want: "403 InvalidParameter.IsPublic"},
		{name: "publishing with a launch permission", params: public("true", "LaunchPermission", "hide"), want: "403 InvalidParameter.IsPublic"},
		{name: "unpublishing what is not public", params: public("false"), want: "403 Image.NotPublic"},
		{name: "unpublishing in a dry run", params: public("false", "DryRun", "true"), want: "403 Image.NotPublic"},
		{name: "the default spelt out in a share", params: public("false", "AddAccount.1", sharee(1)), want: "OK", after: numbered(1, 1)},
		{name: "neither true nor false", params: public("perhaps"), want: "400 InvalidParameter"},
		{name: "an unknown image to publish", image: "m-nope", params: public("true"), want: "404 InvalidImageId.NotFound"},
		{name: "an unknown image to unpublish", image: "m-nope", params: public("false"), want: "404 InvalidImageId.NotFound"},
		{name: "an image of others to publish", image: "m-bp1community", params: public("true"), want: "404 InvalidImageId.NotFound"},
		{name: "a launch permission alone", params: launch(), want: "400 ForbiddenParameter.LaunchPermission"},
		{name: "a launch permission in a share", params: launch("AddAccount.1", sharee(1)), want: "400 UnnecessaryParameter.LaunchPermission"},
		{name: "a launch permission in taking back", params: launch("RemoveAccount.1", sharee(1)), want: "400 UnnecessaryParameter.LaunchPermission"},
		{name: "a group", params: []string{"AddGroup.1", "all"}, want: "400 InvalidGroup.Malformed"},
		{name: "nothing at all", want: "OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			target := image
			if c.image != "" {
				target = c.image
			}
			_, err := r.ask("root", "ModifyImageSharePermission", append([]string{"ImageId", target}, c.params...)...)
			if got := outcome(err); got != c.want {
				t.Errorf("got %s, want %s (%v)", got, c.want, err)
			}
			equal(t, "sharees", r.world.Sharees(region, image), c.after)
		})
	}
}

func TestACommunityImageCanBeUnpublished(t *testing.T) {
	r := newRig(t)
	seen := func() []string {
		body, err := r.ask("root", "DescribeImages", "ImageOwnerAlias", "others", "IsPublic", "true")
		must(t, err)
		return rows(body, "Images", "Image", "ImageId")
	}
	for _, c := range []struct {
		name   string
		params []string
		want   string
		seen   []string
	}{
		{"a dry run", []string{"IsPublic", "false", "DryRun", "true"}, "400 DryRunOperation", []string{"m-bp1community"}},
		{"sharing it", []string{"AddAccount.1", sharee(1)}, "403 Image.Public", []string{"m-bp1community"}},
		{"unpublishing it", []string{"IsPublic", "false"}, "OK", []string{}},
		{"unpublishing it again", []string{"IsPublic", "false"}, "403 Image.NotPublic", []string{}},
	} {
		_, err := r.ask("other", "ModifyImageSharePermission", append([]string{"ImageId", "m-bp1community"}, c.params...)...)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		equal(t, c.name, seen(), c.seen)
	}
}

func TestAnEncryptedImageNamesTheRoleItNeeds(t *testing.T) {
	_, err := newRig(t).ask("root", "ModifyImageSharePermission", "ImageId", "m-bp1secret", "AddAccount.1", sharee(1))
	var server *sdkerrors.ServerError
	const want = "Requires a RAM role of AliyunECSShareEncryptImageDefaultRole before sharing encrypted image."
	if !errors.As(err, &server) || server.Message() != want {
		t.Errorf("got %v, want it to say %q", err, want)
	}
}
