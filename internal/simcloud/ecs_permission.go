// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// describeImageSharePermission lists whom an own image is shared with, in pages (vendor docs, DescribeImageSharePermission).
func describeImageSharePermission(c *call) (tree, *apiError) {
	if c.q.get("ImageId") == "" {
		return nil, errMissing("ImageId")
	}
	p, err := c.q.pageParams()
	if err != nil {
		return nil, err
	}
	img := c.doc.ownImage(c.account(), c.region(), c.q.get("ImageId"))
	if img == nil {
		return nil, errImage()
	}
	sharees := c.listedSharees(img)
	from, to := p.cut(len(sharees))
	rows := make([]tree, 0, to-from)
	for _, s := range sharees[from:to] {
		row := tree{"AliyunId": s.Account}
		if !s.Since.IsZero() {
			row["SharedTime"] = s.Since.UTC().Format(timeFormat)
		}
		rows = append(rows, row)
	}
	return c.permissionAnswer(p, len(sharees), rows), nil
}

// listedSharees is who is on the image; whether those are too whom a share reaches is a dialect.
func (c *call) listedSharees(img *Image) []Sharee {
	list := slices.Clone(img.Sharees)
	if c.doc.Dialects.ReachedListed == "yes" {
		for _, account := range c.doc.reached(img, c.moment()) {
			list = append(list, Sharee{Account: account})
		}
	}
	return list
}

func emptyPermission(c *call) tree {
	p, _ := c.q.pageParams()
	return c.permissionAnswer(p, 0, []tree{})
}

func (c *call) permissionAnswer(p page, total int, rows []tree) tree {
	return tree{"RegionId": c.region(), "ImageId": c.q.get("ImageId"), "PageNumber": p.number, "PageSize": p.size, "TotalCount": total,
		"ShareGroups": tree{"ShareGroup": []tree{}}, "Accounts": tree{"Account": rows}}
}
