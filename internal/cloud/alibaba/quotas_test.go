// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// quotasBody is the vendor's answer about quotas, shortened to two.
const quotasBody = `{"RequestId":"R","TotalCount":2,"MaxResults":100,"Quotas":[` +
	`{"QuotaActionCode":"q_security-groups","QuotaName":"Maximum Number of Security Groups","TotalQuota":100.0,` +
	`"Dimensions":{"regionId":"cn-hangzhou"},"ProductCode":"ecs","Adjustable":true},` +
	`{"QuotaActionCode":"q_user-per-image-shared-user-count","QuotaName":"Quota of users that can be shared per custom image",` +
	`"TotalQuota":50.0,"TotalUsage":3.0,"Dimensions":{"regionId":"cn-hangzhou"},"ProductCode":"ecs","Adjustable":true}]}`

func TestShareeQuota(t *testing.T) {
	v := newVendor(t, willing)
	if got, err := v.open(t, Options{}).ShareeQuota(t.Context(), homeRegion); got != 50 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	want := url.Values{
		"ProductCode": {"ecs"}, "QuotaCategory": {"CommonQuota"}, "MaxResults": {"100"},
		"Dimensions.1.Key": {"regionId"}, "Dimensions.1.Value": {homeRegion},
	}
	if got := v.forms[0].Encode(); got != want.Encode() || v.hosts[0] != "quotas.aliyuncs.com" {
		t.Errorf("asked %s in the body for %s", v.hosts[0], got)
	}
	if asked := v.calls()[0]; asked.Get("Action") != "ListProductQuotas" || asked.Get("Version") != "2020-05-10" {
		t.Errorf("asked for %v", asked)
	}
}

func TestHowTheShareeQuotaIsKnown(t *testing.T) {
	const other = `"q_user-per-image-shared-user-count"`
	for name, test := range map[string]struct {
		body string
		want int
		kind cloud.Kind
	}{
		"by its ID, in another language": {body: strings.Replace(quotasBody, "Quota of users that can be shared per custom image", "单个自定义镜像能够共享的用户数", 1), want: 50},
		"by its name in another case":    {body: strings.Replace(strings.Replace(quotasBody, other, `"q_new"`, 1), "Quota of users", "Quota Of Users", 1), want: 50},
		"where no region is told":        {body: strings.ReplaceAll(quotasBody, `"regionId":"cn-hangzhou"`, ""), want: 50},
		"a raised one":                   {body: strings.Replace(quotasBody, "50.0", "1000", 1), want: 1000},
		"a part of an account":           {body: strings.Replace(quotasBody, "50.0", "50.9", 1), want: 50},
		"not that of another region":     {body: strings.ReplaceAll(quotasBody, "cn-hangzhou", "cn-beijing"), kind: cloud.NotFound},
		"none":                           {body: strings.Replace(strings.Replace(quotasBody, other, `"q_new"`, 1), "Quota of users", "Quota of sheep", 1), kind: cloud.NotFound},
		"no quotas at all":               {body: `{"RequestId":"R","TotalCount":0,"Quotas":[]}`, kind: cloud.NotFound},
		"no list":                        {body: `{"RequestId":"R"}`, kind: cloud.Unavailable},
		"nothing":                        {body: strings.Replace(quotasBody, "50.0", "0", 1), kind: cloud.Unavailable},
		"no number":                      {body: strings.Replace(quotasBody, `"TotalQuota":50.0,`, "", 1), kind: cloud.Unavailable},
		"less than nothing":              {body: strings.Replace(quotasBody, "50.0", "-1", 1), kind: cloud.Unavailable},
		"more than there are":            {body: strings.Replace(quotasBody, "50.0", "1e300", 1), kind: cloud.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			got, err := v.open(t, Options{}).ShareeQuota(t.Context(), homeRegion)
			if test.want > 0 {
				if got != test.want || err != nil {
					t.Fatalf("got %d, %v", got, err)
				}
				return
			}
			mustBe(t, err, test.kind)
		})
	}
}

func TestShareeQuotaIsLookedForOnEveryPage(t *testing.T) {
	v := newVendor(t, func(asked url.Values) reply {
		switch token := asked.Get("NextToken"); token {
		case "":
			return ok(`{"RequestId":"R","TotalCount":3,"NextToken":"1","Quotas":[]}`)
		case "1":
			return ok(strings.Replace(quotasBody, `"TotalCount":2`, `"TotalCount":3,"NextToken":"2"`, 1))
		default:
			return reply{status: 500, body: fmt.Sprintf(`{"RequestId":"R","Code":"InternalError","Message":"page %s"}`, token)}
		}
	})
	got, err := v.open(t, Options{}).ShareeQuota(t.Context(), homeRegion)
	if got != 50 || err != nil || len(v.calls()) != 2 {
		t.Errorf("got %d, %v after %d calls, want 50 after two", got, err, len(v.calls()))
	}
	endless := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R","TotalCount":3,"NextToken":"1","Quotas":[]}`) })
	mustBe(t, second(endless.open(t, Options{}).ShareeQuota(t.Context(), homeRegion)), cloud.Unavailable)
	if got := len(endless.calls()); got != 2 {
		t.Errorf("the same page was asked for %d times", got)
	}
}

func TestShareeQuotaOfNoRegionIsNotAsked(t *testing.T) {
	v := newVendor(t, willing)
	if found := mustBe(t, second(v.open(t, Options{}).ShareeQuota(t.Context(), "Hangzhou!")), cloud.Invalid); found.Subject != cloud.AboutRegion || len(v.calls()) > 0 {
		t.Errorf("got %+v after %d calls", found, len(v.calls()))
	}
}

func TestShareeQuotaOfTheSimulatedCloud(t *testing.T) {
	_, session := simulated(t, func(d *simcloud.Document) {
		d.Accounts[0].ShareesPerImage = 60
		d.Accounts[0].ShareesPerImageIn = map[string]int{"cn-beijing": 70}
	})
	for region, want := range map[string]int{homeRegion: 60, "cn-beijing": 70} {
		if got, err := session.ShareeQuota(t.Context(), region); got != want || err != nil {
			t.Errorf("%s: got %d, %v, want %d", region, got, err, want)
		}
	}
	for _, dialect := range simcloud.DialectValues()["shareeQuota"] {
		world, session := simulated(t)
		if err := world.SetDialect("shareeQuota", dialect); err != nil {
			t.Fatal(err)
		}
		got, err := session.ShareeQuota(t.Context(), homeRegion)
		if dialect == "missing" {
			mustBe(t, err, cloud.NotFound)
		} else if got != cloud.DefaultShareeQuota || err != nil {
			t.Errorf("%s: got %d, %v", dialect, got, err)
		}
	}
}
