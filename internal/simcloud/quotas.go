// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

const versionQuotas = "2020-05-10"

// shareeQuota is the quota of accounts that an image can be shared with: its ID is from the vendor's page on the limits of ECS, its
// name from that on sharing a custom image. What it is called in Chinese is a guess.
const (
	shareeQuotaCode    = "q_user-per-image-shared-user-count"
	shareeQuotaName    = "Quota of users that can be shared per custom image"
	shareeQuotaChinese = "单个自定义镜像能够共享的用户数最大数量"
)

// otherQuotas are some more quotas of ECS, by their IDs (vendor docs, limits of ECS): there are many, and they fill pages. Their
// figures are this world's own.
var otherQuotas = []struct {
	code, name string
	total      int
}{
	{"q_security-groups", "Maximum number of security groups", 500},
	{"q_elastic-network-interfaces", "Maximum number of elastic network interfaces", 1000},
	{"q_user-image-count", "Maximum number of custom images", 100},
	{"q_launch-template-count", "Maximum number of launch templates", 30},
	{"q_deployment-set-count", "Maximum number of deployment sets", 20},
	{"q_axt-command-count", "Maximum number of Cloud Assistant commands", 500},
}

// quotaOperations are the actions of Quota Center.
func quotaOperations() []operation {
	return []operation{{product: productQuotas, version: versionQuotas, action: "ListProductQuotas", resources: everyResource,
		missing: errMissingParam, handle: listProductQuotas}}
}

// shareesPerImage is how many accounts an image of the account in a region can be shared with.
func (d *Document) shareesPerImage(account, region string) int {
	a := d.account(account)
	if own := a.ShareesPerImageIn[region]; own > 0 {
		return own
	}
	if a.ShareesPerImage > 0 {
		return a.ShareesPerImage
	}
	return d.Limits.ShareesPerImage
}

// setShareesPerImage changes that quota, of one region or of all that have none of their own.
func (a *Account) setShareesPerImage(region string, quota int) {
	if region == "" {
		a.ShareesPerImage = quota
		return
	}
	if a.ShareesPerImageIn == nil {
		a.ShareesPerImageIn = map[string]int{}
	}
	a.ShareesPerImageIn[region] = quota
}

// listProductQuotas lists the quotas of a product, in pages (vendor docs, ListProductQuotas). Only the common quotas of ECS are known
// here; every one of them is by region. Without a region they come of all regions, which is a guess.
func listProductQuotas(c *call) (tree, *apiError) {
	product := c.q.get("ProductCode")
	if product == "" {
		return nil, errMissingParam("ProductCode")
	}
	category, err := c.oneOf("QuotaCategory", "CommonQuota", "FlowControl", "WhiteListLabel")
	if err != nil {
		return nil, err
	}
	size, err := c.q.intParam("MaxResults", 1, 100, 30)
	if err != nil {
		return nil, errInvalidParam("MaxResults")
	}
	from, err := tokenOffset(c.q.get("NextToken"))
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	if product == "ecs" && (category == "" || category == "CommonQuota") {
		rows = c.quotaRows()
	}
	if code := c.q.get("QuotaActionCode"); code != "" {
		rows = slices.DeleteFunc(rows, func(row tree) bool { return row["QuotaActionCode"] != code })
	}
	from = min(from, len(rows))
	to := min(from+size, len(rows))
	answer := tree{"TotalCount": len(rows), "MaxResults": size, "Quotas": rows[from:to]}
	if next := tokenAfter(to, len(rows)); next != "" {
		answer["NextToken"] = next
	}
	return answer, nil
}

// quotaRows are the quotas of ECS in the regions that are asked about.
func (c *call) quotaRows() []tree {
	rows := []tree{}
	for _, region := range c.doc.Regions {
		if wanted := c.dimension("regionId"); wanted != "" && wanted != region.ID {
			continue
		}
		for _, other := range otherQuotas {
			rows = append(rows, quotaRow(other.code, other.name, region.ID, other.total))
		}
		code, name := shareeQuotaCode, shareeQuotaName
		switch c.doc.Dialects.ShareeQuota {
		case "missing":
			continue
		case "otherName":
			name = shareeQuotaChinese
		case "otherCode":
			code = "q_shared-image-users"
		}
		rows = append(rows, quotaRow(code, name, region.ID, c.doc.shareesPerImage(c.account(), region.ID)))
	}
	return rows
}

// dimension is the value of a dimension that the quotas are narrowed to.
func (c *call) dimension(key string) string {
	for _, d := range c.q.pairs("Dimensions") {
		if d.Key == key {
			return d.Value
		}
	}
	return ""
}

// quotaRow is a quota as the list shows it. Figures have a fraction there.
func quotaRow(code, name, region string, total int) tree {
	return tree{
		"ProductCode": "ecs", "QuotaActionCode": code, "QuotaName": name, "QuotaDescription": name, "QuotaCategory": "CommonQuota",
		"QuotaType": "normal", "TotalQuota": float64(total), "QuotaUnit": "AMOUNT", "Adjustable": true, "Consumable": false,
		"Dimensions": tree{"regionId": region},
	}
}
