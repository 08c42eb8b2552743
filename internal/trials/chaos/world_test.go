// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// twoDisks is an image with two disks.
const twoDisks = "m-twodisks"

// The tag by which operators claim, the other operator that does, and policies
// that are none of ours.
const (
	tagOwner    = "imageshare-operator-owner"
	elsewhere   = "elsewhere"
	theirPolicy = "theirs"
	allKeys     = "AliyunKMSFullAccess"
)

// someRoot lets a user of the account itself assume the role, and someSharee an
// account that nothing here declares.
var (
	someRoot   = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` + stage.SharerID + `:root"]}}`
	someSharee = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["` + stage.Sharee(29) + `@ecs.aliyuncs.com"]}}`
)

// images are all images of a world.
func images() []string {
	return []string{stage.Plain, stage.Second, stage.Third, stage.Encrypted, stage.EncryptedToo, twoDisks}
}

// folders are the paths that can be declared.
func folders() []string {
	return []string{stage.Products, stage.Team, stage.Sandboxes, stage.DirectoryID}
}

// strangers are accounts that other people put on images: some of them are
// declared, too.
func strangers() []string {
	return append(stage.Sharees(15, 20), stage.Sharees(1, 3)...)
}

// told adds a sentence about the world.
func (s *script) told(format string, args ...any) {
	s.world = append(s.world, fmt.Sprintf(format, args...))
}

// drawWorld draws the cloud.
func (s *script) drawWorld(d *dice) {
	s.document = stage.World()
	s.drawTwoDisks(d)
	s.drawDialects(d)
	s.drawStrangers(d)
	s.drawRole(d)
	s.drawShares(d)
	s.drawMembers(d)
	s.drawLimits(d)
	s.sharer = s.drawSharer(d)
}

// drawTwoDisks adds the image with two disks, of which one, both or none are
// encrypted.
func (s *script) drawTwoDisks(d *dice) {
	encrypted := [2]bool{d.chance(50), d.chance(50)}
	image := simcloud.Image{ID: twoDisks, Region: stage.Region, Owner: stage.SharerID}
	for i, key := range []string{"key-one", one(d, "key-one", "key-two")} {
		disk := simcloud.Disk{Device: fmt.Sprintf("/dev/xvd%c", 'a'+i), SizeGiB: 40, Snapshot: fmt.Sprintf("s-two%d", i), Encrypted: encrypted[i]}
		snapshot := simcloud.Snapshot{ID: disk.Snapshot, Region: stage.Region, Owner: stage.SharerID, Encrypted: disk.Encrypted}
		if disk.Encrypted {
			snapshot.KMSKeyID = key
		}
		s.document.Snapshots = append(s.document.Snapshots, snapshot)
		image.Disks = append(image.Disks, disk)
	}
	s.document.Images = append(s.document.Images, image)
	s.told("of the disks of %s are encrypted: %v", twoDisks, encrypted)
}

// drawDialects draws what the vendor leaves open.
func (s *script) drawDialects(d *dice) {
	values := simcloud.DialectValues()
	spoken := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if value := one(d, values[name]...); d.chance(40) && value != values[name][0] {
			spoken[name] = value
		}
	}
	text, err := json.Marshal(spoken)
	if err == nil {
		err = json.Unmarshal(text, &s.document.Dialects)
	}
	if err != nil {
		panic(err) // A world file names them the same.
	}
	s.told("dialects: %v", spoken)
}

// drawStrangers draws whom images are shared with before, and who has claimed
// them.
func (s *script) drawStrangers(d *dice) {
	for i := range s.document.Images {
		image := &s.document.Images[i]
		if d.chance(40) {
			before := some(d, d.between(1, 4), strangers())
			for _, account := range before {
				image.Sharees = append(image.Sharees, simcloud.Sharee{Account: account})
			}
			s.told("%s is shared with %v", image.ID, before)
		}
		switch {
		case d.chance(5):
			image.Tags = append(image.Tags, simcloud.Tag{Key: tagOwner, Value: elsewhere})
			s.told("%s is claimed by another operator", image.ID)
		case d.chance(20):
			image.Tags = append(image.Tags, simcloud.Tag{Key: "team", Value: "images"})
		}
	}
}

// drawRole draws an encryption role that somebody has made.
func (s *script) drawRole(d *dice) {
	if d.chance(60) {
		return
	}
	statements := one(d, someRoot, someSharee, someRoot+","+someSharee)
	role := simcloud.Role{Account: stage.SharerID, Name: stage.RoleName, Trust: `{"Statement":[` + statements + `],"Version":"1"}`}
	s.document.Policies = append(s.document.Policies, simcloud.Policy{Account: stage.SharerID, Name: theirPolicy, Versions: []simcloud.PolicyVersion{{
		Document: `{"Statement":[{"Action":"oss:*","Effect":"Allow","Resource":"*"}],"Version":"1"}`,
	}}})
	if d.chance(50) {
		role.Policies = append(role.Policies, simcloud.Attachment{Name: theirPolicy})
	}
	if d.chance(25) {
		role.Policies = append(role.Policies, simcloud.Attachment{Type: simcloud.PolicySystem, Name: allKeys})
	}
	if d.chance(5) {
		role.Tags = append(role.Tags, simcloud.Tag{Key: tagOwner, Value: elsewhere})
	}
	s.document.Roles = append(s.document.Roles, role)
	s.told("the role is there, trusts %s, has %v and the tags %v", statements, role.Policies, role.Tags)
}

// drawShares draws a resource share of other people.
func (s *script) drawShares(d *dice) {
	if d.chance(70) {
		return
	}
	share := simcloud.Share{Owner: stage.SharerID, Region: stage.Region, Name: "theirs"}
	for _, image := range some(d, d.between(1, 2), images()[:3]) {
		share.Associations = append(share.Associations, simcloud.Association{Type: simcloud.AssociationResource, Entity: image})
	}
	folder := path.Base(one(d, folders()...))
	share.Associations = append(share.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: folder})
	s.document.Shares = append(s.document.Shares, share)
	s.told("somebody shares with %s: %v", folder, share.Associations)
}

// drawMembers draws who else is in the directory.
func (s *script) drawMembers(d *dice) {
	directory := &s.document.Directories[0]
	for _, account := range some(d, d.between(0, 4), stage.Sharees(1, 10)) {
		folder := one(d, "", path.Base(stage.Products), path.Base(stage.Team), path.Base(stage.Sandboxes))
		directory.Members = append(directory.Members, simcloud.Member{Account: account, Folder: folder})
		s.told("%s is in folder %q", account, folder)
	}
}

// drawLimits draws quotas, delays and rates.
func (s *script) drawLimits(d *dice) {
	limits := &s.document.Limits
	limits.RAMDelayMilliseconds = one(d, 0, 0, 300, 1500)
	limits.SharingDelayMilliseconds = one(d, 0, 0, 200, 1000)
	if d.chance(25) {
		limits.ShareesPerImage = d.between(5, 12)
	}
	if d.chance(10) {
		limits.ResourceShares = d.between(1, 2)
	}
	if d.chance(15) {
		limits.Throttle = []simcloud.Rate{{Action: one(d, "ModifyImageSharePermission", "DescribeImageSharePermission", "GetRole", "UpdateRole"),
			Limit: d.between(3, 8), PeriodSeconds: 2}}
	}
	s.told("limits: %+v", *limits)
}
