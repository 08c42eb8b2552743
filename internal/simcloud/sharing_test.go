// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheLifeOfAShare(t *testing.T) {
	r := sharingRig(t)
	shares := func(params ...string) []string {
		body, err := r.ask("root", rs("ListResourceShares"), both(params, "ResourceOwner", "Self")...)
		must(t, err)
		return items(body, "ResourceShares", "ResourceShareName", "ResourceShareStatus")
	}
	body, err := r.ask("root", rs("CreateResourceShare"), both(targets(teams), "ResourceShareName", "first", "Tag.1.Key", "claim", "Tag.1.Value", "x")...)
	must(t, err)
	id, _ := dig(body, "ResourceShare.ResourceShareId").(string)
	is(t, "its owner", dig(body, "ResourceShare.ResourceShareOwner"), owner)
	is(t, "its state", dig(body, "ResourceShare.ResourceShareStatus"), "Active")
	equal(t, "whom it reaches without an image", r.reach(image), []string{})

	body, err = r.ask("root", rs("AssociateResourceShare"), on(id, both(resources(image), "PermissionNames.1", "AliyunRSDefaultPermissionImage")...)...)
	must(t, err)
	equal(t, "the answer", items(body, "ResourceShareAssociations", "EntityId", "EntityType", "AssociationType", "AssociationStatus"),
		[]string{image + " Image Resource Associating"})
	equal(t, "the images", r.associations(t, "Resource"), []string{image + " Associated"})
	equal(t, "the targets", r.associations(t, "Target"), []string{teams + " Associated"})
	equal(t, "whom it reaches", r.reach(image), []string{"1", "2"})

	equal(t, "shares", shares(), []string{"first Active"})
	equal(t, "shares by tag", shares("Tag.1.Key", "claim", "Tag.1.Value", "x"), []string{"first Active"})
	equal(t, "shares by the key of a tag", shares("Tag.1.Key", "claim"), []string{"first Active"})
	equal(t, "shares by another tag", shares("Tag.1.Key", "claim", "Tag.1.Value", "y"), []string{})
	must(t, second(r.ask("root", rs("UpdateResourceShare"), on(id, "ResourceShareName", "second")...)))
	equal(t, "shares by the former name", shares("ResourceShareName", "first"), []string{})
	equal(t, "shares by name", shares("ResourceShareName", "second"), []string{"second Active"})
	equal(t, "shares by ID", shares("ResourceShareIds.1", "rs-000000000000"), []string{})

	body, err = r.ask("root", rs("DisassociateResourceShare"), on(id, targets(teams)...)...)
	must(t, err)
	equal(t, "the answer", items(body, "ResourceShareAssociations", "EntityId", "EntityType", "AssociationStatus"), []string{teams + " Account Disassociating"})
	equal(t, "the targets without it", r.associations(t, "Target"), []string{teams + " Disassociated"})
	equal(t, "whom it reaches then", r.reach(image), []string{})
	must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, targets(teams, rd)...)...)))
	equal(t, "the targets with it again", r.associations(t, "Target"), []string{teams + " Disassociated", teams + " Associated", rd + " Associated"})
	equal(t, "whom it reaches again", r.reach(image), []string{"1", "2", "3", "4"})

	must(t, second(r.ask("root", rs("DeleteResourceShare"), on(id)...)))
	equal(t, "shares in the end", shares(), []string{"second Deleted"})
	equal(t, "active shares in the end", shares("ResourceShareStatus", "Active"), []string{})
	equal(t, "associated images in the end", r.associations(t, "Resource", "AssociationStatus", "Associated"), []string{})
	equal(t, "images in the end", r.associations(t, "Resource", "ResourceShareIds.1", id, "ResourceId", image), []string{image + " Disassociated"})
	equal(t, "one target in the end", r.associations(t, "Target", "Target", rd), []string{rd + " Disassociated"})
	equal(t, "whom it reaches in the end", r.reach(image), []string{})
}

func TestSharesAreOfOneAccountAndRegion(t *testing.T) {
	r := sharingRig(t)
	id := r.makeShare(t, both(resources(image), targets(checkout)...)...)
	again := r.makeShare(t)
	is(t, "a name used twice", id != again, true)
	older, err := r.world.AddShare(simcloud.Share{Region: region, Owner: owner, Name: "older", Created: noon.AddDate(-1, 0, 0)})
	must(t, err)
	body, err := r.ask("root", rs("ListResourceShares"), "ResourceOwner", "Self")
	must(t, err)
	equal(t, "the newest first", items(body, "ResourceShares", "ResourceShareId"), []string{again, id, older})
	for _, key := range []string{"other", "k" + sharee(2), "k" + sharee(3)} {
		is(t, key+" changes it", r.try(key, rs("UpdateResourceShare"), on(id, "ResourceShareName", "x")...), "404 EntityNotExists.ResourceShare")
		body, err := r.ask(key, rs("ListResourceShares"), "ResourceOwner", "OtherAccounts")
		must(t, err)
		want := []string{}
		if key == "k"+sharee(2) {
			want = []string{id}
		}
		mine, err := r.ask(key, rs("ListResourceShareAssociations"), "AssociationType", "Target")
		must(t, err)
		equal(t, "what "+key+" shares", items(mine, "ResourceShareAssociations", "EntityId"), []string{})
		equal(t, "what others share with "+key, items(body, "ResourceShares", "ResourceShareId"), want)
	}
	is(t, "from another region", r.try("root", rs("DeleteResourceShare"), on(id, "RegionId", "cn-beijing")...), "404 EntityNotExists.ResourceShare")
	body, err = r.ask("root", rs("ListResourceShareAssociations"), "AssociationType", "Target", "RegionId", "cn-beijing")
	must(t, err)
	equal(t, "targets in another region", items(body, "ResourceShareAssociations", "EntityId"), []string{})
	is(t, "reached in another region", r.world.Reaches("cn-beijing", image, sharee(2)), false)
}

func TestSharesAreListedInPages(t *testing.T) {
	r := sharingRig(t)
	for n := range 25 {
		_, err := r.world.AddShare(simcloud.Share{ID: fmt.Sprintf("rs-%04d", n), Region: region, Owner: owner, Name: "s", Associations: []simcloud.Association{
			{Type: simcloud.AssociationTarget, Entity: rd}}})
		must(t, err)
	}
	for _, c := range []struct {
		action, name string
		params       []string
	}{
		{"ListResourceShares", "ResourceShares", []string{"ResourceOwner", "Self"}},
		{"ListResourceShareAssociations", "ResourceShareAssociations", []string{"AssociationType", "Target"}},
	} {
		seen := map[string]bool{}
		var sizes []int
		token := ""
		for {
			body, err := r.ask("root", rs(c.action), both(c.params, "NextToken", token)...)
			must(t, err)
			ids := items(body, c.name, "ResourceShareId")
			for _, id := range ids {
				seen[id] = true
			}
			sizes = append(sizes, len(ids))
			if token, _ = body["NextToken"].(string); token == "" {
				break
			}
		}
		is(t, c.action+": pages", fmt.Sprint(sizes), "[20 5]")
		is(t, c.action+": different ones", len(seen), 25)
		body, err := r.ask("root", rs(c.action), both(c.params, "MaxResults", "100")...)
		must(t, err)
		is(t, c.action+": in one page", len(items(body, c.name, "ResourceShareId")), 25)
	}
}

func TestSharingIsEnabledByTheMaster(t *testing.T) {
	r := sharingRig(t, func(d *simcloud.Document) { d.Directories[0].Sharing = false })
	status := func(key string) string {
		body, err := r.ask(key, rs("CheckSharingWithResourceDirectoryStatus"))
		must(t, err)
		return fmt.Sprint(body["EnableSharingWithRd"])
	}
	create := both(targets(rd), "ResourceShareName", "s")
	enable := rs("EnableSharingWithResourceDirectory")
	is(t, "before", status("root"), "false")
	is(t, "a share before", r.try("root", rs("CreateResourceShare"), create...), "409 NotEnableSharingWithResourceDirectory")
	is(t, "a member", r.try("root", enable), "409 ActionNotPermitted")
	is(t, "a stranger", r.try("k"+sharee(5), enable), "409 AccountNotInResourceDirectory")
	is(t, "the master", r.try("other", enable), "OK")
	is(t, "the master once more", r.try("other", enable), "409 AlreadyEnabled")
	is(t, "after", status("root"), "true")
	is(t, "after, for a stranger", status("k"+sharee(5)), "false")
	is(t, "a share after", r.try("root", rs("CreateResourceShare"), create...), "OK")
	is(t, "a share of a stranger", r.try("k"+sharee(5), rs("CreateResourceShare"), create...), "409 AccountNotInResourceDirectory")
	must(t, r.world.SetDirectorySharing(rd, false))
	is(t, "in the end", status("root"), "false")
}
