// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strconv"
	"strings"
)

// Values of ImageOwnerAlias (vendor docs, DescribeImages).
const (
	aliasSelf        = "self"
	aliasSystem      = "system"
	aliasOthers      = "others"
	aliasMarketplace = "marketplace"
)

// describeImages answers DescribeImages: the images of the caller's world that pass every filter, newest first, in pages.
func describeImages(c *call) (tree, *apiError) {
	p, err := c.q.pageParams()
	if err != nil {
		return nil, err
	}
	keep, err := c.imageFilter()
	if err != nil {
		return nil, err
	}
	if dry, err := c.q.boolParam("DryRun"); err != nil || dry {
		return nil, firstError(err, errDryRun())
	}
	var found []*Image
	for i := range c.doc.Images {
		if img := &c.doc.Images[i]; img.Region == c.region() && keep(img) {
			found = append(found, img)
		}
	}
	slices.SortStableFunc(found, func(a, b *Image) int { return b.Created.Compare(a.Created) })
	from, to := p.cut(len(found))
	rows := make([]tree, 0, to-from)
	for _, img := range found[from:to] {
		rows = append(rows, c.imageRow(img))
	}
	return c.imagesAnswer(p, len(found), rows), nil
}

func emptyImages(c *call) tree {
	p, _ := c.q.pageParams()
	return c.imagesAnswer(p, 0, []tree{})
}

func (c *call) imagesAnswer(p page, total int, rows []tree) tree {
	return tree{"RegionId": c.region(), "PageNumber": p.number, "PageSize": p.size, "TotalCount": total, "Images": tree{"Image": rows}}
}

func firstError(errs ...*apiError) *apiError {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// aliasFor is how the image looks to the caller; empty means that the caller cannot see it.
func (c *call) aliasFor(img *Image) string {
	switch {
	case img.Kind == KindSystem:
		return aliasSystem
	case img.Kind == KindMarketplace:
		return aliasMarketplace
	case img.Owner == c.account():
		return aliasSelf
	case c.given(img) || img.Community:
		return aliasOthers
	}
	return ""
}

// given says whether the caller has the image, by number or through a share.
func (c *call) given(img *Image) bool {
	return img.sharedWith(c.account()) || c.doc.reaches(img, c.account(), c.moment())
}

// familyFor is the family as the caller sees it: a sharee sees it under the owner's name (vendor docs, image family overview).
func (c *call) familyFor(img *Image) string {
	if img.Family == "" || c.aliasFor(img) != aliasOthers {
		return img.Family
	}
	return "acs:" + img.Owner + ":" + img.Family
}

// imageRow is one image as the caller sees it: the tags and IsSelfShared belong to the owner alone.
func (c *call) imageRow(img *Image) tree {
	alias := c.aliasFor(img)
	mine := alias == aliasSelf
	tags, shared, progress := []tree{}, "", "100%"
	if mine {
		tags = tagRows(img.Tags)
		shared = "False"
		if len(img.Sharees) > 0 {
			shared = "True"
		}
	}
	if img.Status == StatusCreating || img.Status == StatusWaiting {
		progress = "50%"
	}
	owner, _ := strconv.ParseInt(img.Owner, 10, 64)
	size, disks := c.diskRows(img)
	return tree{
		"ImageId": img.ID, "ImageName": img.Name, "Description": img.Description, "ImageFamily": c.familyFor(img), "ImageVersion": "",
		"Status": img.Status, "Progress": progress, "ImageOwnerAlias": alias, "ImageOwnerId": owner, "IsSelfShared": shared,
		"IsPublic": img.Community || img.Kind == KindSystem, "IsCopied": false, "IsSubscribed": false, "Size": size, "Usage": "none", "Platform": img.Platform,
		"OSType": img.OSType, "OSName": img.Platform, "OSNameEn": img.Platform, "Architecture": img.Architecture, "BootMode": "BIOS",
		"CreationTime": img.Created.UTC().Format(timeFormat), "ProductCode": img.ProductCode, "ResourceGroupId": img.ResourceGroup,
		"IsSupportCloudinit": true, "IsSupportIoOptimized": true, "LoginAsNonRootSupported": false, "SupplierName": "",
		"Tags": tree{"Tag": tags}, "DiskDeviceMappings": tree{"DiskDeviceMapping": disks},
	}
}

func (c *call) diskRows(img *Image) (size int, rows []tree) {
	rows = make([]tree, 0, len(img.Disks))
	for _, d := range img.Disks {
		if d.Type != "data" {
			size = d.SizeGiB
		}
		row := tree{"Device": d.Device, "Type": d.Type, "Size": strconv.Itoa(d.SizeGiB), "SnapshotId": d.Snapshot,
			"Encrypted": d.Encrypted, "Format": "", "Progress": "", "RemainTime": 0, "ImportOSSBucket": "", "ImportOSSObject": ""}
		if c.doc.Dialects.EncryptedMark == "missing" {
			delete(row, "Encrypted")
		}
		rows = append(rows, row)
	}
	return size, rows
}

func tagRows(tags []Tag) []tree {
	rows := make([]tree, 0, len(tags))
	for _, t := range tags {
		rows = append(rows, tree{"TagKey": t.Key, "TagValue": t.Value})
	}
	return rows
}

// wantedImages are the IDs that ImageId asks for; whether it may hold several is a dialect.
func (c *call) wantedImages() []string {
	text := c.q.get("ImageId")
	switch {
	case text == "":
		return nil
	case c.doc.Dialects.MultiID == "single":
		return []string{text}
	}
	ids := strings.Split(text, ",")
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return ids
}
