// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestEndpointsOfSharing(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	for region, host := range map[string]string{
		"cn-hangzhou":    "resourcesharing.cn-hangzhou.aliyuncs.com",
		"ap-southeast-5": "resourcesharing.ap-southeast-5.aliyuncs.com",
		"me-odd-1":       "resourcesharing.me-odd-1.aliyuncs.com",
	} {
		err := session.DeleteResourceShare(t.Context(), region, "rs-abc")
		if asked := v.calls()[len(v.calls())-1]; err != nil || v.lastHost() != host || asked.Get("RegionId") != region {
			t.Errorf("%s: %v, asked %s for %s", region, err, v.lastHost(), asked.Get("RegionId"))
		}
	}
	before := len(v.calls())
	for _, bad := range []string{"", "../x", "Cn-Hangzhou", "evil.com/?x=", "cn-hangzhou "} {
		made := testShare
		made.Image.Region = bad
		for _, err := range []error{
			second(session.ResourceShares(t.Context(), bad, shareTag)), second(session.CreateResourceShare(t.Context(), made)),
			session.Associate(t.Context(), bad, "rs-abc", []string{testFolder}), session.DeleteResourceShare(t.Context(), bad, "rs-abc"),
			session.Disassociate(t.Context(), bad, "rs-abc", []string{testFolder}),
		} {
			if found := mustBe(t, err, cloud.Invalid); found.Subject != cloud.AboutRegion {
				t.Errorf("%q: %+v", bad, found)
			}
		}
	}
	if len(v.calls()) != before {
		t.Error("something was sent")
	}
}
