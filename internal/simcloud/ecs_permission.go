// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

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
	from, to := p.cut(len(img.Sharees))
	rows := make([]tree, 0, to-from)
	for _, s := range img.Sharees[from:to] {
		row := tree{"AliyunId": s.Account}
		if !s.Since.IsZero() {
			row["SharedTime"] = s.Since.UTC().Format(timeFormat)
		}
		rows = append(rows, row)
	}
	return c.permissionAnswer(p, len(img.Sharees), rows), nil
}

func emptyPermission(c *call) tree {
	p, _ := c.q.pageParams()
	return c.permissionAnswer(p, 0, []tree{})
}

func (c *call) permissionAnswer(p page, total int, rows []tree) tree {
	return tree{"RegionId": c.region(), "ImageId": c.q.get("ImageId"), "PageNumber": p.number, "PageSize": p.size, "TotalCount": total,
		"ShareGroups": tree{"ShareGroup": []tree{}}, "Accounts": tree{"Account": rows}}
}
