// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	listQuotas  = "Quotas:ListProductQuotas"
	shareeQuota = "q_user-per-image-shared-user-count"
)

// quotas asks for all quotas of ECS, and answers those of sharees by their regions.
func (r *rig) quotas(t *testing.T, params ...string) map[string]float64 {
	t.Helper()
	body, err := r.ask("root", listQuotas, append([]string{"ProductCode", "ecs", "MaxResults", "100"}, params...)...)
	must(t, err)
	found := map[string]float64{}
	for _, item := range quotaItems(body, "Quotas") {
		if item["QuotaActionCode"] == shareeQuota {
			found[fmt.Sprint(dig(item, "Dimensions.regionId"))], _ = item["TotalQuota"].(float64)
		}
	}
	return found
}

// quotaItems are the rows of a flat list in an answer.
func quotaItems(body map[string]any, name string) []map[string]any {
	list, _ := body[name].([]any)
	found := make([]map[string]any, 0, len(list))
	for _, item := range list {
		row, _ := item.(map[string]any)
		found = append(found, row)
	}
	return found
}

func in(region string) []string {
	return []string{"Dimensions.1.Key", "regionId", "Dimensions.1.Value", region}
}

func TestTheQuotaOfShareesIsTheOneThatCounts(t *testing.T) {
	r := newRig(t, func(d *simcloud.Document) {
		d.Limits.ShareesPerImage = 4
		d.Accounts[0].ShareesPerImageIn = map[string]int{region: 2}
	})
	is(t, "both regions", fmt.Sprint(r.quotas(t)), fmt.Sprint(map[string]float64{region: 2, "cn-beijing": 4}))
	is(t, "one region", fmt.Sprint(r.quotas(t, in(region)...)), fmt.Sprint(map[string]float64{region: 2}))
	is(t, "no such region", fmt.Sprint(r.quotas(t, in("cn-nowhere")...)), fmt.Sprint(map[string]float64{}))
	share := func(n int, at, img string) string {
		return r.try("root", "ModifyImageSharePermission", append([]string{"RegionId", at, "ImageId", img}, list("AddAccount", numbered(1, n)...)...)...)
	}
	const full = "403 QuotaExceed.ShareImageUser"
	is(t, "three here", share(3, region, image), full)
	is(t, "two here", share(2, region, image), "OK")
	is(t, "four there", share(4, "cn-beijing", "m-2zeown"), "OK")

	change := func(body string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, r.server.URL+"/_sim/accounts", bytes.NewBufferString(body))
		must(t, err)
		response, err := http.DefaultClient.Do(request)
		must(t, err)
		must(t, response.Body.Close())
		return response.StatusCode
	}
	is(t, "raising it here", change(`{"account":"`+owner+`","region":"`+region+`","shareesPerImage":3}`), http.StatusOK)
	is(t, "three here by now", share(3, region, image), "OK")
	is(t, "raising it elsewhere", change(`{"account":"`+owner+`","shareesPerImage":9}`), http.StatusOK)
	is(t, "both by now", fmt.Sprint(r.quotas(t)), fmt.Sprint(map[string]float64{region: 3, "cn-beijing": 9}))
	is(t, "where there is nothing", change(`{"account":"`+owner+`","region":"cn-nowhere","shareesPerImage":9}`), http.StatusBadRequest)
}

func TestQuotasComeInPages(t *testing.T) {
	r := newRig(t)
	var codes []string
	token, pages := "", 0
	for pages == 0 || token != "" {
		body, err := r.ask("root", listQuotas, append([]string{"ProductCode", "ecs", "MaxResults", "3", "NextToken", token}, in(region)...)...)
		must(t, err)
		for _, item := range quotaItems(body, "Quotas") {
			codes = append(codes, fmt.Sprint(item["QuotaActionCode"]))
		}
		is(t, "how many there are", fmt.Sprint(body["TotalCount"]), "7")
		token, _ = body["NextToken"].(string)
		pages++
	}
	if pages != 3 || len(codes) != 7 || !slices.Contains(codes, shareeQuota) {
		t.Errorf("%d pages hold %v", pages, codes)
	}
	body, err := r.ask("root", listQuotas, append([]string{"ProductCode", "ecs", "QuotaActionCode", shareeQuota}, in(region)...)...)
	must(t, err)
	is(t, "by its ID", len(quotaItems(body, "Quotas")), 1)
}

func TestHowQuotaCenterNamesTheQuota(t *testing.T) {
	for dialect, want := range map[string]string{"documented": "1", "otherName": "1", "otherCode": "0", "missing": "0"} {
		r := newRig(t, func(d *simcloud.Document) { d.Dialects.ShareeQuota = dialect })
		is(t, dialect, fmt.Sprint(len(r.quotas(t, in(region)...))), want)
	}
}

func TestQuotaCenterRefuses(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		want, key string
		params    []string
	}{
		{"OK", "root", []string{"ProductCode", "vpc"}},
		{"OK", "root", []string{"ProductCode", "ecs", "QuotaCategory", "FlowControl"}},
		{"403 NoPermission", "nobody", []string{"ProductCode", "ecs"}},
		{"400 MissingParameter.ProductCode", "root", nil},
		{"400 InvalidParameter.QuotaCategory", "root", []string{"ProductCode", "ecs", "QuotaCategory", "Some"}},
		{"400 InvalidParameter.MaxResults", "root", []string{"ProductCode", "ecs", "MaxResults", "101"}},
		{"400 InvalidParameter.NextToken", "root", []string{"ProductCode", "ecs", "NextToken", "?"}},
	} {
		is(t, c.key+fmt.Sprint(c.params), r.try(c.key, listQuotas, c.params...), c.want)
	}
	must(t, r.world.UpdateAccount(owner, func(a *simcloud.Account) {
		a.Users[1].Allow = []simcloud.Grant{{Actions: []string{"quotas:ListProductQuotas"}}}
	}))
	is(t, "once it is allowed", r.try("nobody", listQuotas, "ProductCode", "ecs"), "OK")
}
