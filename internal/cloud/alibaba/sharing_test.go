// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/url"
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// What the tests of sharing speak of.
const (
	testDirectory = "rd-AbCdEf"
	testFolder    = "fd-abcdefghij"
	testMember    = "1000000000000002"
)

var (
	shareTag  = cloud.Tag{Key: "managed-by", Value: "imageshare <é>"}
	testShare = cloud.NewResourceShare{
		Image: testImage, Name: "imageshare-1", Targets: []string{testFolder, testDirectory, testFolder}, Tag: shareTag,
	}
)

// The vendor's answers to CreateResourceShare, and to what changes one.
const (
	shareBody = `{"RequestId":"R","ResourceShare":{"ResourceShareId":"rs-abc","ResourceShareName":"imageshare-1",` +
		`"ResourceShareStatus":"Active","ResourceShareOwner":"1000000000000001","AllowExternalTargets":false,` +
		`"CreateTime":"2026-01-01T00:00:00.000Z","UpdateTime":"2026-01-01T00:00:00.000Z"}}`
	changedBody = `{"RequestId":"R","ResourceShareAssociations":[{"ResourceShareId":"rs-abc","ResourceShareName":"n",` +
		`"AssociationType":"Target","EntityId":"fd-abcdefghij","EntityType":"Account","AssociationStatus":"Associating",` +
		`"AssociationStatusMessage":"","CreateTime":"2026-01-01T00:00:00.000Z","UpdateTime":"2026-01-01T00:00:00.000Z"}]}`
)

func TestWhatIsAskedOfSharing(t *testing.T) {
	const none = "(none)"
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	five := []string{"e", "d", "c", "b", "a"}
	for _, test := range []struct {
		do   func() error
		want map[string]string
	}{
		{func() error { return second(session.CreateResourceShare(t.Context(), testShare)) }, map[string]string{
			"Action": "CreateResourceShare", "Version": "2020-01-10", "RegionId": homeRegion, "ResourceShareName": "imageshare-1",
			"AllowExternalTargets": "false", "Resources.1.ResourceId": testImage.ID, "Resources.1.ResourceType": "Image",
			"Targets.1": testFolder, "Targets.2": testDirectory, "Targets.3": none, "PermissionNames.1": none, "Resources.2.ResourceId": none,
			"Tag.1.Key": "managed-by", "Tag.1.Value": "imageshare <é>", "Tag.2.Key": none, "SecurityToken": testCredentials.SecurityToken,
		}},
		{
			func() error {
				return second(session.CreateResourceShare(t.Context(), cloud.NewResourceShare{Image: testImage, Name: "n", Tag: cloud.Tag{Key: "k"}}))
			},
			map[string]string{"Action": "CreateResourceShare", "Targets.1": none, "Tag.1.Key": "k", "Tag.1.Value": none},
		},
		{func() error { return session.Associate(t.Context(), "eu-central-1", "rs-abc", five) }, map[string]string{
			"Action": "AssociateResourceShare", "RegionId": "eu-central-1", "ResourceShareId": "rs-abc",
			"Targets.1": "a", "Targets.5": "e", "Targets.6": none, "Resources.1.ResourceId": none,
		}},
		{func() error { return session.Disassociate(t.Context(), "eu-central-1", "rs-abc", five) }, map[string]string{
			"Action": "DisassociateResourceShare", "RegionId": "eu-central-1", "ResourceShareId": "rs-abc",
			"Targets.1": "a", "Targets.5": "e", "Targets.6": none, "Resources.1.ResourceId": none,
		}},
		{
			func() error { return session.DeleteResourceShare(t.Context(), homeRegion, "rs-abc") },
			map[string]string{"Action": "DeleteResourceShare", "RegionId": homeRegion, "ResourceShareId": "rs-abc", "Targets.1": none},
		},
	} {
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		asked := v.calls()[len(v.calls())-1]
		for parameter, want := range test.want {
			if want == none && asked.Has(parameter) || want != none && asked.Get(parameter) != want {
				t.Errorf("%s: %s is %q, want %q", test.want["Action"], parameter, asked.Get(parameter), want)
			}
		}
		if asked.Get("Signature") != signatureOf(asked) {
			t.Errorf("%s is signed without what was added", test.want["Action"])
		}
	}
}

func TestResourceShareIsMade(t *testing.T) {
	v := newVendor(t, willing)
	if id, err := v.open(t, Options{}).CreateResourceShare(t.Context(), testShare); id != "rs-abc" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
	if want := []string{testFolder, testDirectory, testFolder}; !slices.Equal(testShare.Targets, want) {
		t.Errorf("the caller's targets became %v", testShare.Targets)
	}
	for _, body := range []string{`{"RequestId":"R"}`, `{"RequestId":"R","ResourceShare":{}}`, `{"RequestId":"R","ResourceShare":[]}`} {
		v := newVendor(t, func(url.Values) reply { return ok(body) })
		mustBe(t, second(v.open(t, Options{}).CreateResourceShare(t.Context(), testShare)), cloud.Unavailable)
	}
}

func TestTargetsThatAreNotSent(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	six := []string{"a", "b", "c", "d", "e", "f"}
	many := testShare
	for _, targets := range [][]string{nil, {}, {""}, {"a", ""}, six} {
		mustBe(t, session.Associate(t.Context(), homeRegion, "rs-abc", targets), cloud.Invalid)
		mustBe(t, session.Disassociate(t.Context(), homeRegion, "rs-abc", targets), cloud.Invalid)
		if many.Targets = targets; len(targets) > 0 {
			mustBe(t, second(session.CreateResourceShare(t.Context(), many)), cloud.Invalid)
		}
	}
	if len(v.calls()) != 0 {
		t.Error("something was sent")
	}
}

// Those that are there go although one is not.
func TestDisassociateWhatIsNotThere(t *testing.T) {
	refused := reply{status: 400, body: `{"RequestId":"R","Code":"DisassociateInvalid","Message":"m"}`}
	for name, test := range map[string]struct {
		targets []string
		later   reply
		calls   int
		kind    cloud.Kind
	}{
		"one":                   {[]string{"gone"}, ok(`{"RequestId":"R"}`), 1, -1},
		"one of three":          {[]string{"a", "gone", "b"}, ok(`{"RequestId":"R"}`), 4, -1},
		"all of two":            {[]string{"gone", "also gone"}, refused, 3, -1},
		"one of two, then busy": {[]string{"a", "gone"}, reply{status: 409, body: `{"RequestId":"R","Code":"DisassociateConflict"}`}, 2, cloud.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(asked url.Values) reply {
				if asked.Has("Targets.2") || asked.Get("Targets.1") == "gone" {
					return refused
				}
				return test.later
			})
			err := v.open(t, Options{}).Disassociate(t.Context(), homeRegion, "rs-abc", test.targets)
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil {
				t.Error(err)
			}
			if len(v.calls()) != test.calls {
				t.Errorf("%d calls, want %d", len(v.calls()), test.calls)
			}
		})
	}
}
