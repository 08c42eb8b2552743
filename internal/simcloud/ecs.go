// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

const versionECS = "2014-05-26"

// ecsOperations are the ECS actions of this cloud.
func ecsOperations() []operation {
	ops := []operation{
		{action: "DescribeRegions", handle: describeRegions,
			resources: func(c *call) []string { return []string{"acs:ecs:*:" + c.account() + ":*"} }},
		{action: "DescribeImages", regional: true, resources: describedImages, empty: emptyImages, handle: describeImages},
		{action: "DescribeImageSharePermission", regional: true, resources: namedImage, empty: emptyPermission,
			handle: describeImageSharePermission},
		{action: "ModifyImageSharePermission", regional: true, write: true, resources: namedImage, handle: modifyImageSharePermission},
		{action: "DescribeSnapshots", regional: true, resources: describedSnapshots, empty: emptySnapshots, handle: describeSnapshots},
		{action: "TagResources", regional: true, write: true, resources: taggedImages, missing: errMissingTag, handle: tagResources},
		{action: "UntagResources", regional: true, write: true, resources: taggedImages, missing: errMissingTag, handle: untagResources},
		{action: "ListTagResources", regional: true, resources: taggedImages, missing: errMissingTag, empty: emptyTags,
			handle: listTagResources},
	}
	for i := range ops {
		ops[i].product, ops[i].version = productECS, versionECS
	}
	return ops
}

// arn names one of the caller's resources in the region of the call.
func (c *call) arn(resource string) string {
	return "acs:ecs:" + c.region() + ":" + c.account() + ":" + resource
}

func namedImage(c *call) []string {
	return []string{c.arn("image/" + c.q.get("ImageId"))}
}

// describedSnapshots is each snapshot that the call names, or all of them when it names none, or none that can be read.
func describedSnapshots(c *call) []string {
	ids, err := snapshotIDs(c.q.get("SnapshotIds"))
	if err != nil || len(ids) == 0 {
		return []string{c.arn("snapshot/*")}
	}
	arns := make([]string, 0, len(ids))
	for _, id := range ids {
		arns = append(arns, c.arn("snapshot/"+id))
	}
	return arns
}

// describedImages is nothing when only images of others are asked for: RAM is not asked then (vendor docs, DescribeImages,
// parameter ImageOwnerAlias).
func describedImages(c *call) []string {
	if alias := c.q.get("ImageOwnerAlias"); alias == aliasSystem || alias == aliasOthers {
		return nil
	}
	ids := c.wantedImages()
	if len(ids) == 0 {
		return []string{c.arn("image/*")}
	}
	arns := make([]string, 0, len(ids))
	for _, id := range ids {
		arns = append(arns, c.arn("image/"+id))
	}
	return arns
}

func taggedImages(c *call) []string {
	ids := c.q.list("ResourceId")
	if len(ids) == 0 {
		return []string{c.arn("image/*")}
	}
	arns := make([]string, 0, len(ids))
	for _, id := range ids {
		arns = append(arns, c.arn("image/"+id))
	}
	return arns
}

// describeRegions lists the regions (vendor docs, DescribeRegions). The end points are the vendor's names: nothing in this
// world listens there.
func describeRegions(c *call) (tree, *apiError) {
	rows := make([]tree, 0, len(c.doc.Regions))
	for _, r := range c.doc.Regions {
		endpoint, name := r.Endpoint, r.LocalName
		if endpoint == "" {
			endpoint = "ecs." + r.ID + ".aliyuncs.com"
		}
		if name == "" {
			name = r.ID
		}
		rows = append(rows, tree{"RegionId": r.ID, "LocalName": name, "RegionEndpoint": endpoint, "Status": "available"})
	}
	return tree{"Regions": tree{"Region": rows}}, nil
}
