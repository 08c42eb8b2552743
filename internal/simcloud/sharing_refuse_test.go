// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestSharingActionsRefuse(t *testing.T) {
	six := []string{"a1", "a2", "a3", "a4", "a5", "a6"}
	named := func(params ...string) []string { return both(params, "ResourceShareName", "s") }
	for _, c := range []struct {
		name, action string
		params       []string
		want         string
	}{
		{"no name", "CreateResourceShare", nil, "400 MissingParameter.ResourceShareName"},
		{"a name that is too long", "CreateResourceShare", []string{"ResourceShareName", strings.Repeat("名", 51)}, "400 InvalidParameter.ResourceShareName.Length"},
		{"a name that is just short enough", "CreateResourceShare", []string{"ResourceShareName", strings.Repeat("名", 50)}, "OK"},
		{"a name with a blank", "CreateResourceShare", []string{"ResourceShareName", "a b"}, "400 InvalidParameter.ResourceShareName"},
		{"six images", "CreateResourceShare", named(resources(six...)...), "400 InvalidParameter.Resources.Length"},
		{"six targets", "CreateResourceShare", named(targets(six...)...), "400 InvalidParameter.Targets.Length"},
		{"an image twice", "CreateResourceShare", named(resources(image, image)...), "400 InvalidParameter.Resources.Duplicate"},
		{"a target twice", "CreateResourceShare", named(targets(rd, teams, rd)...), "400 InvalidParameter.Targets.Duplicate"},
		{"a vSwitch", "CreateResourceShare", named("Resources.1.ResourceId", "vsw-1", "Resources.1.ResourceType", "VSwitch"), "400 InvalidParameter.ResourceType"},
		{"an image without a type", "CreateResourceShare", named("Resources.1.ResourceId", image), "400 InvalidParameter.Resources"},
		{"a type without an image", "CreateResourceShare", named("Resources.1.ResourceType", "Image"), "400 InvalidParameter.Resources"},
		{"an image by its ARN", "CreateResourceShare", named("ResourceArns.1", "acs:ecs:cn-hangzhou:"+owner+":image/"+image), "400 InvalidParameter.ResourceArns"},
		{"an image of others", "CreateResourceShare", named(resources("m-bp1theirs")...), "400 InvalidParameter.Resources"},
		{"an image of nobody", "CreateResourceShare", named(resources("m-nope")...), "400 InvalidParameter.Resources"},
		{"a system image", "CreateResourceShare", named(resources("ubuntu.vhd")...), "400 InvalidParameter.Resources"},
		{"another permission", "CreateResourceShare", named("PermissionNames.1", "AliyunRSDefaultPermissionVSwitch"), "404 EntityNotExists.Permission"},
		{"a permission twice", "CreateResourceShare", named("PermissionNames.1", "a", "PermissionNames.2", "a"), "400 InvalidParameter.PermissionNames.Duplicate"},
		{"oneself", "CreateResourceShare", named(targets(owner)...), "409 ShareWithYourself"},
		{"a member", "CreateResourceShare", named(targets(sharee(1))...), "OK"},
		{"the master", "CreateResourceShare", named(targets(master)...), "OK"},
		{"an account outside", "CreateResourceShare", named(targets(sharee(5))...), "400 InvalidTarget"},
		{"an unknown account", "CreateResourceShare", named(targets("1999999999999999")...), "400 InvalidTarget"},
		{"an account of another site", "CreateResourceShare", named(targets("1200000000000001")...), "409 InvalidTarget.SiteMismatch"},
		{"another directory", "CreateResourceShare", named(targets(theirs)...), "400 InvalidTarget"},
		{"a directory of another site", "CreateResourceShare", named(targets(overseas)...), "409 InvalidTarget.SiteMismatch"},
		{"the root folder", "CreateResourceShare", named(targets(rdRoot)...), "400 InvalidTarget"},
		{"an unknown folder", "CreateResourceShare", named(targets("fd-Nowhere001")...), "400 InvalidTarget"},
		{"a path", "CreateResourceShare", named(targets(rd + "/" + rdRoot)...), "400 InvalidTarget"},
		{"a wrong target among right ones", "CreateResourceShare", named(targets(rd, sharee(5))...), "400 InvalidTarget"},
		{"an image for everybody", "CreateResourceShare", named(both(resources(image), "AllowExternalTargets", "true")...), "409 ExternalTargetsNotAllowed.ResourceType"},
		{"nothing for everybody", "CreateResourceShare", named("AllowExternalTargets", "true"), "OK"},
		{"neither yes nor no", "CreateResourceShare", named("AllowExternalTargets", "maybe"), "400 InvalidParameter.AllowExternalTargets"},
		{"a reserved tag", "CreateResourceShare", named("Tag.1.Key", "acs:x"), "400 InvalidParameter.Tag"},
		{"no region", "CreateResourceShare", named("RegionId", ""), "400 MissingParameter.RegionId"},
		{"no share", "AssociateResourceShare", targets(rd), "400 MissingParameter.ResourceShareId"},
		{"a strange share", "AssociateResourceShare", on("s", targets(rd)...), "400 InvalidParameter.ResourceShareId"},
		{"an unknown share", "AssociateResourceShare", on("rs-000000000000", targets(rd)...), "404 EntityNotExists.ResourceShare"},
		{"an unknown share to change", "UpdateResourceShare", on("rs-000000000000", "ResourceShareName", "x"), "404 EntityNotExists.ResourceShare"},
		{"an unknown share to delete", "DeleteResourceShare", on("rs-000000000000"), "404 EntityNotExists.ResourceShare"},
		{"a deleted share", "AssociateResourceShare", on("rs-deleted00000", targets(rd)...), "409 ResourceShareStatusMismatchAction"},
		{"a deleted share to change", "UpdateResourceShare", on("rs-deleted00000", "ResourceShareName", "x"), "409 ResourceShareStatusMismatchAction"},
		{"a deleted share to delete", "DeleteResourceShare", on("rs-deleted00000"), "409 ResourceShareStatusMismatchAction"},
		{"a deleted share to take from", "DisassociateResourceShare", on("rs-deleted00000", targets(rd)...), "409 ResourceShareStatusMismatchAction"},
		{"nothing to put in", "AssociateResourceShare", on("rs-there0000000"), "400 ResourceAndTargetBothEmpty"},
		{"six images to put in", "AssociateResourceShare", on("rs-there0000000", resources(six...)...), "400 InvalidParameter.Resources.Length"},
		{"nothing to take out", "DisassociateResourceShare", on("rs-there0000000"), "400 ResourceAndTargetBothEmpty"},
		{"six targets to take out", "DisassociateResourceShare", on("rs-there0000000", targets(six...)...), "400 InvalidParameter.Targets.Length"},
		{"a target that is not in", "DisassociateResourceShare", on("rs-there0000000", targets(rd)...), "400 DisassociateInvalid"},
		{"an image that is not in", "DisassociateResourceShare", on("rs-there0000000", resources("m-nope")...), "400 DisassociateInvalid"},
		{"a target that was in", "DisassociateResourceShare", on("rs-there0000000", targets(guests)...), "400 DisassociateInvalid"},
		{"a target that is not in beside one that is", "DisassociateResourceShare", on("rs-there0000000", targets(teams, rd)...), "400 DisassociateInvalid"},
		{"a share of others to leave", "DisassociateResourceShare", on("rs-there0000000", both(targets(teams), "ResourceOwner", "OtherAccounts")...), "409 LeavingFailed.Account"},
		{"a share with an image for everybody", "UpdateResourceShare", on("rs-there0000000", named("AllowExternalTargets", "true")...), "400 NotSupport.AllowExternalTargets"},
		{"no new name", "UpdateResourceShare", on("rs-there0000000"), "400 MissingParameter.ResourceShareName"},
		{"nobody's shares", "ListResourceShares", nil, "400 MissingParameter.ResourceOwner"},
		{"shares of whom", "ListResourceShares", []string{"ResourceOwner", "Moon"}, "400 InvalidParameter.ResourceOwner"},
		{"shares in what state", "ListResourceShares", []string{"ResourceOwner", "Self", "ResourceShareStatus", "Fine"}, "400 InvalidParameter.ResourceShareStatus"},
		{"a page of 101", "ListResourceShares", []string{"ResourceOwner", "Self", "MaxResults", "101"}, "400 InvalidParameter.MaxResults"},
		{"a token of one's own", "ListResourceShares", []string{"ResourceOwner", "Self", "NextToken", "x"}, "400 InvalidParameter.NextToken"},
		{"six shares", "ListResourceShares", both(list("ResourceShareIds", six...), "ResourceOwner", "Self"), "400 InvalidParameter.ResourceShareIds.Length"},
		{"strange shares", "ListResourceShares", both(list("ResourceShareIds", "a"), "ResourceOwner", "Self"), "400 InvalidParameter.ResourceShareIds"},
		{"a share twice", "ListResourceShares", both(list("ResourceShareIds", "rs-1234", "rs-1234"), "ResourceOwner", "Self"), "400 InvalidParameter.ResourceShareIds.Duplicate"},
		{"associations of no kind", "ListResourceShareAssociations", nil, "400 MissingParameter.AssociationType"},
		{"associations of what kind", "ListResourceShareAssociations", []string{"AssociationType", "Moon"}, "400 InvalidParameter.AssociationType"},
		{"associations in what state", "ListResourceShareAssociations", []string{"AssociationType", "Target", "AssociationStatus", "Fine"}, "400 InvalidParameter.AssociationStatus"},
		{"targets by image", "ListResourceShareAssociations", []string{"AssociationType", "Target", "ResourceId", image}, "400 ConflictedAssociationType"},
		{"images by target", "ListResourceShareAssociations", []string{"AssociationType", "Resource", "Target", rd}, "400 ConflictedAssociationType"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sharingRig(t, func(d *simcloud.Document) {
				d.Shares = []simcloud.Share{
					{ID: "rs-there0000000", Region: region, Owner: owner, Name: "there", Updated: farAhead, Associations: []simcloud.Association{
						{Type: simcloud.AssociationResource, Entity: image, Updated: farAhead}, {Type: simcloud.AssociationTarget, Entity: teams, Updated: farAhead},
						{Type: simcloud.AssociationTarget, Entity: guests, Status: simcloud.Disassociated, Updated: farAhead}}},
					{ID: "rs-deleted00000", Region: region, Owner: owner, Name: "deleted", Status: simcloud.ShareDeleted, Updated: farAhead}}
			})
			before := len(r.world.Shares(owner, region))
			is(t, "the answer", r.try("root", rs(c.action), c.params...), c.want)
			made := c.action == "CreateResourceShare" && c.want == "OK"
			is(t, "a share was made", len(r.world.Shares(owner, region)) == before+1, made)
			equal(t, "whom the share reaches", r.reach(image), []string{"1", "2"})
			for _, e := range r.world.Journal() {
				is(t, "the share in the journal", strings.HasPrefix(e.Share, "rs-"), made || (c.action != "CreateResourceShare" && strings.Contains(fmt.Sprint(c.params), "rs-")))
			}
		})
	}
}
