// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

const imageRow = `{"ImageId":"m-bp1test","ImageName":"golden","Status":"Deprecated","ImageOwnerAlias":"self",` +
	`"ImageOwnerId":1000000000000009,"IsPublic":true,"ProductCode":"cmjj01","ImageFamily":"ubuntu",` +
	`"Tags":{"Tag":[{"TagKey":"scrubbed","TagValue":"true"},{"TagKey":"by","TagValue":""}]},"DiskDeviceMappings":{"DiskDeviceMapping":[` +
	`{"Device":"/dev/xvda","SnapshotId":"s-2"},{"Device":"/dev/xvdb","Encrypted":true,"SnapshotId":"s-1"},` +
	`{"Device":"/dev/xvdc","SnapshotId":""},{"Device":"/dev/xvdd","SnapshotId":"s-2"}]}}`

func images(total int, rows ...string) string {
	return fmt.Sprintf(`{"RequestId":"R","TotalCount":%d,"Images":{"Image":[%s]}}`, total, strings.Join(rows, ","))
}

func TestIdentity(t *testing.T) {
	v := newVendor(t, func(url.Values) reply {
		return ok(`{"RequestId":"R","AccountId":"1000000000000009","Arn":"acs:ram::1000000000000009:user/op"}`)
	})
	got, err := v.open(t, Options{}).Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := (cloud.Identity{AccountID: "1000000000000009", ARN: "acs:ram::1000000000000009:user/op"}); got != want {
		t.Fatalf("got %+v", got)
	}
	if v.hosts[0] != globalSTS {
		t.Fatalf("asked %s", v.hosts[0])
	}
}

func TestIdentityWithoutAccountIsRefused(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
	_, err := v.open(t, Options{}).Identity(t.Context())
	mustBe(t, err, cloud.Unavailable)
}

func TestImage(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(images(1, imageRow)) })
	got, err := v.open(t, Options{}).Image(t.Context(), testImage)
	if err != nil {
		t.Fatal(err)
	}
	want := cloud.Image{
		Name: "golden", State: cloud.ImageDeprecated, OwnerAlias: "self", Owner: "1000000000000009",
		Community: true, ProductCode: "cmjj01", Encrypted: true,
		Family: "ubuntu", Tags: map[string]string{"scrubbed": "true", "by": ""},
		Snapshots: []string{"s-2", "s-1"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v", got)
	}
	asked := v.calls()[0]
	if asked.Get("Status") != "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated" {
		t.Errorf("asked for the states %q", asked.Get("Status"))
	}
	if asked.Get("ImageId") != testImage.ID || asked.Get("RegionId") != testImage.Region {
		t.Errorf("asked for %v", asked)
	}
}

func TestImageAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		kind cloud.Kind
	}{
		"no row means that the caller sees no such image": {images(0), cloud.NotFound},
		"a row of another image is not believed":          {images(1, `{"ImageId":"m-other"}`), cloud.Unavailable},
		"a count without the row is not believed":         {images(1), cloud.Unavailable},
		"half a row is not believed": {
			images(1, `{"ImageId":"m-bp1test","DiskDeviceMappings":{"DiskDeviceMapping":[{"Encrypted":"perhaps"}]}}`), cloud.Unavailable,
		},
		"no list at all is not believed": {`{"RequestId":"R"}`, cloud.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			_, err := v.open(t, Options{}).Image(t.Context(), testImage)
			if found := mustBe(t, err, test.kind); found.Kind == cloud.NotFound &&
				(found.Subject != cloud.AboutImage || found.Code != "") {
				t.Errorf("got %+v", found)
			}
		})
	}
}

func TestImageOwnerUnknown(t *testing.T) {
	v := newVendor(t, func(url.Values) reply {
		return ok(images(1, `{"ImageId":"m-bp1test","ImageOwnerId":0,"DiskDeviceMappings":{}}`))
	})
	got, err := v.open(t, Options{}).Image(t.Context(), testImage)
	if err != nil || got.Owner != "" {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestGrantAndRevoke(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
	session := v.open(t, Options{})
	if err := session.Grant(t.Context(), testImage, numbered(1, 10)); err != nil {
		t.Fatal(err)
	}
	if err := session.Grant(t.Context(), testImage, numbered(20, 1)); err != nil {
		t.Fatal(err)
	}
	if err := session.Revoke(t.Context(), testImage, numbered(30, 2)); err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]int{{"AddAccount.": 10}, {"AddAccount.": 1}, {"RemoveAccount.": 2}} {
		got := map[string]int{}
		for key := range v.calls()[i] {
			if head, _, list := strings.Cut(key, "."); list {
				got[head+"."]++
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("call %d carried %v, want %v: nothing of an earlier call may be sent again", i, got, want)
		}
		if v.calls()[i].Has("IsPublic") {
			t.Errorf("call %d speaks of the community", i)
		}
	}
	if v.calls()[1].Get("AddAccount.1") != "1000000000000020" {
		t.Errorf("got %v", v.calls()[1])
	}
}

func TestBatchesThatTheVendorWouldCutAreRefused(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
	session := v.open(t, Options{})
	for _, accounts := range []share.Accounts{{}, numbered(1, 11)} {
		mustBe(t, session.Grant(t.Context(), testImage, accounts), cloud.Invalid)
		mustBe(t, session.Revoke(t.Context(), testImage, accounts), cloud.Invalid)
	}
	if len(v.calls()) != 0 {
		t.Fatal("something was sent")
	}
}

func TestOwnEndpointServesEveryRegion(t *testing.T) {
	v := newVendor(t, regional(func() reply { return ok(regionsBody) }))
	shared := New(Options{Transport: v.transport(t)})
	session := shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: cloud.Endpoints{ECS: "example.com:8443"}})
	for _, region := range []string{"cn-hangzhou", "cn-beijing", "no-such-1"} {
		if _, err := session.Permissions(t.Context(), inRegion(region)); err != nil || v.lastHost() != "example.com:8443" {
			t.Errorf("%s: %v, asked %s", region, err, v.lastHost())
		}
	}
	if v.lookedUp() != 0 {
		t.Error("asked for the regions")
	}
	for _, bad := range []string{"https://example.com", "example.com/x", "user@example.com", "example.com:port", "a b", "::1"} {
		odd := shared.Open(cloud.Target{Credentials: testCredentials, Endpoints: cloud.Endpoints{ECS: bad}})
		_, err := odd.Permissions(t.Context(), inRegion("cn-hangzhou"))
		if found := mustBe(t, err, cloud.Invalid); !strings.Contains(found.Message, "host or host:port") {
			t.Errorf("%s: %q", bad, found.Message)
		}
	}
}

// numbered is a set of count accounts, counted from the first.
func numbered(first, count int) share.Accounts {
	ids := make([]share.AccountID, 0, count)
	for i := range count {
		ids = append(ids, share.AccountID(strconv.Itoa(1000000000000000+first+i)))
	}
	return share.NewAccounts(ids...)
}
