// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// taggedRow is a row of an image with tags, and of a family.
const taggedRow = `{"ImageId":"m-bp1test","ImageFamily":"golden","Tags":{"Tag":[{"TagKey":"a","TagValue":"1"},{"TagKey":"b","TagValue":""}]},` +
	`"DiskDeviceMappings":{"DiskDeviceMapping":[]}}`

func TestTagsAndFamilyOfAnImage(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(images(1, taggedRow)) })
	got, err := v.open(t, Options{}).Image(t.Context(), testImage)
	if want := map[string]string{"a": "1", "b": ""}; err != nil || !maps.Equal(got.Tags, want) || got.Family != "golden" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTaggingAnImage(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	for i, test := range []struct {
		err    error
		action string
		want   map[string]string
	}{
		{
			session.TagImage(t.Context(), testImage, map[string]string{"b": "", "a": "1"}), "TagResources",
			map[string]string{"Tag.1.Key": "a", "Tag.1.Value": "1", "Tag.2.Key": "b"},
		},
		{
			session.UntagImage(t.Context(), testImage, []string{"b", "a", "b"}), "UntagResources",
			map[string]string{"TagKey.1": "a", "TagKey.2": "b"},
		},
	} {
		if test.err != nil {
			t.Fatal(test.err)
		}
		asked := v.calls()[i]
		maps.Copy(test.want, map[string]string{
			"Action": test.action, "Version": "2014-05-26", "RegionId": testImage.Region, "ResourceType": "image", "ResourceId.1": testImage.ID,
		})
		for parameter, want := range test.want {
			if asked.Get(parameter) != want {
				t.Errorf("%s: %s is %q", test.action, parameter, asked.Get(parameter))
			}
		}
		if asked.Has("All") || asked.Has("Tag.3.Key") || asked.Has("TagKey.3") || asked.Has("ResourceId.2") {
			t.Errorf("asked for %v", asked)
		}
	}
}

func TestImageTagsThatAreNotSent(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	for _, err := range []error{session.TagImage(t.Context(), testImage, nil), session.UntagImage(t.Context(), testImage, nil)} {
		if err != nil {
			t.Error(err)
		}
	}
	many, keys := map[string]string{}, []string(nil)
	for i := range cloud.TagsPerImage + 1 {
		keys = append(keys, strconv.Itoa(i))
		many[strconv.Itoa(i)] = ""
	}
	for _, err := range []error{session.TagImage(t.Context(), testImage, many), session.UntagImage(t.Context(), testImage, keys)} {
		if found := mustBe(t, err, cloud.Invalid); found.Subject != cloud.AboutImage {
			t.Errorf("got %+v", found)
		}
	}
	if len(v.calls()) != 0 {
		t.Error("something was sent")
	}
}

// imageTagCodeRows are the codes of tagging.
var imageTagCodeRows = []codeRow{
	{403, "Forbidden.RAM", cloud.Denied, cloud.AboutCall, "allow ecs:TagResources in its RAM policy"},
	{403, "NoPermission.Tag", cloud.Denied, cloud.AboutCall, "allow ecs:TagResources in its RAM policy"},
	{400, "OperationDenied.QuotaExceed", cloud.Quota, cloud.AboutImage, "20 tags"},
	{404, "InvalidResourceId.NotFound", cloud.NotFound, cloud.AboutImage, "has no such image"},
	{400, "InvalidTagValue.Malformed", cloud.Invalid, cloud.AboutImage, "at most 128 characters"},
	{400, "InvalidTagKey.Malformed", cloud.Invalid, cloud.AboutCall, "please report it"},
	{404, "MissingParameter.Tags", cloud.Invalid, cloud.AboutCall, "please report it"},
	{400, "Brand.New", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
}

func TestCodesOfImageTags(t *testing.T) { checkCodes(t, "TagImage", imageTagCodeRows) }

func TestTagsOfASimulatedImage(t *testing.T) {
	_, session := simulated(t)
	owner := map[string]string{"imageshare-operator-owner": "cluster-a"}
	for _, step := range []struct {
		name string
		do   func() error
		want map[string]string
	}{
		{"none", func() error { return nil }, map[string]string{}},
		{
			"two are set", func() error {
				return session.TagImage(t.Context(), testImage, map[string]string{"imageshare-operator-owner": "cluster-a", "note": ""})
			},
			map[string]string{"imageshare-operator-owner": "cluster-a", "note": ""},
		},
		{
			"one gets another value", func() error {
				return session.TagImage(t.Context(), testImage, map[string]string{"note": "new"})
			},
			map[string]string{"imageshare-operator-owner": "cluster-a", "note": "new"},
		},
		{"one is taken off", func() error { return session.UntagImage(t.Context(), testImage, []string{"note", "never there"}) }, owner},
	} {
		if err := step.do(); err != nil {
			t.Fatal(step.name, err)
		}
		found, err := session.Image(t.Context(), testImage)
		if err != nil || !maps.Equal(found.Tags, step.want) {
			t.Errorf("%s: got %v, %v", step.name, found.Tags, err)
		}
	}
}

func TestSimulatedImagesThatCannotBeTagged(t *testing.T) {
	world, session := simulated(t)
	full := make([]simcloud.Tag, 0, cloud.TagsPerImage)
	for i := range cloud.TagsPerImage {
		full = append(full, simcloud.Tag{Key: strings.Repeat("k", i+1)})
	}
	if err := world.SetImageTags(homeRegion, testImage.ID, full); err != nil {
		t.Fatal(err)
	}
	mustBe(t, session.TagImage(t.Context(), testImage, oneTag), cloud.Quota)
	if err := world.DeleteImage(homeRegion, testImage.ID); err != nil {
		t.Fatal(err)
	}
	mustBe(t, session.TagImage(t.Context(), testImage, oneTag), cloud.NotFound)
	mustBe(t, session.UntagImage(t.Context(), testImage, []string{"a"}), cloud.NotFound)
}
