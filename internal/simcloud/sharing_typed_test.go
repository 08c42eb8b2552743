// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcemanager"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcesharing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTypedRequestsOfTheVendorsSDKShare(t *testing.T) {
	r := sharingRig(t)
	base, err := r.client("root")
	must(t, err)
	client := &resourcesharing.Client{Client: *base}
	create := resourcesharing.CreateCreateResourceShareRequest()
	create.Scheme, create.ResourceShareName = "HTTP", "typed"
	create.Resources = &[]resourcesharing.CreateResourceShareResources{{ResourceId: image, ResourceType: "Image"}}
	create.Targets = &[]string{teams, sharee(4)}
	create.QueryParams["Tag.1.Key"] = "claim" // the typed request has no tags
	made, err := client.CreateResourceShare(create)
	must(t, err)
	is(t, "its name", made.ResourceShare.ResourceShareName, "typed")
	equal(t, "whom it reaches", r.reach(image), []string{"1", "2", "4"})
	is(t, "its tag", r.world.Shares(owner, region)[0].Tags[0], simcloud.Tag{Key: "claim"})

	must(t, r.world.FailAssociation(made.ResourceShare.ResourceShareId, teams, simcloud.FailureUnavailable))
	list := resourcesharing.CreateListResourceShareAssociationsRequest()
	list.Scheme, list.AssociationType = "HTTP", "Target"
	listed, err := client.ListResourceShareAssociations(list)
	must(t, err)
	is(t, "how many targets", len(listed.ResourceShareAssociations), 2)
	first := listed.ResourceShareAssociations[0]
	is(t, "the first", first.EntityId+" "+first.EntityType+" "+first.AssociationStatus, teams+" Account Failed")
	is(t, "why it failed", first.AssociationFailedDetails[0].Status, "Unavailable")

	folder := resourcemanager.CreateGetFolderRequest()
	folder.Scheme, folder.FolderId = "HTTP", teams
	got, err := (&resourcemanager.Client{Client: *base}).GetFolder(folder)
	must(t, err)
	is(t, "the folder's path", got.Folder.ResourceDirectoryPath, teamsPath)
}
