// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// trustingDirectory and trustingFolder are the vendor's statements for a directory and for a folder.
func trustingDirectory(id string) object {
	return with(trustingAll(), "Condition", object{"StringEquals": object{"sts:ServiceOwnerRDId": id}})
}

func trustingFolder(pattern string) object {
	return with(trustingAll(), "Condition", object{"StringLike": object{"sts:ServiceOwnerRDPath": pattern}})
}

func trustingAll() object {
	return with(trusting(), "Principal", object{"Service": "*@ecs.aliyuncs.com"})
}

const (
	teamsPath  = rd + "/" + rdRoot + "/" + teams
	guestsPath = rd + "/" + rdRoot + "/" + guests
)

// failure reads the first association of a kind: its state, why it failed, and with what.
func (r *rig) failure(t *testing.T, kind string) string {
	t.Helper()
	body, err := r.ask("root", rs("ListResourceShareAssociations"), "AssociationType", kind)
	must(t, err)
	list, _ := body["ResourceShareAssociations"].([]any)
	if len(list) == 0 {
		return "none"
	}
	row, _ := list[0].(map[string]any)
	text := fmt.Sprint(row["AssociationStatus"])
	for _, line := range items(row, "AssociationFailedDetails", "FailureReason", "EntityType", "EntityId", "OperationType", "Status") {
		text += " " + line
	}
	return text
}

func TestImagesThatCannotBeInAShare(t *testing.T) {
	const unsupported = "Failed UnsupportedOperation Folder " + teams + " Associate UnsupportedOperation"
	const unavailable = "Failed Unavailable Folder " + teams + " Associate Unavailable"
	for _, c := range []struct {
		name, image string
		edit        edit
		call, want  string
	}{
		{"a plain image", image, nil, "OK", "Associated"},
		{"an encrypted image", secret, nil, "OK", "Associated"},
		{"a deprecated image", "m-bp1old", nil, "OK", unavailable},
		{"an image in the making", "m-bp1new", nil, "OK", unavailable},
		{"a published image", "m-bp1mine", func(w *simcloud.World) error {
			return w.AddImage(simcloud.Image{ID: "m-bp1mine", Region: region, Owner: owner, Community: true})
		}, "OK", unsupported},
		{"two encrypted disks", "m-bp1twodisks", nil, "OK", unsupported},
		{"a key that is switched off", secret, func(w *simcloud.World) error { return w.SetKeyState(region, "key-1", simcloud.KeyDisabled) }, "OK", unavailable},
		{"a region without encrypted sharing", secret, func(w *simcloud.World) error {
			return w.SetLimits(simcloud.Limits{NoEncryptedSharing: []string{region}})
		}, "OK", unsupported},
		{"a service key", "m-bp1service", nil, "409 OperationNotPermitted", "none"},
		{"a service key, in the other dialect", "m-bp1service", dialect("sharedServiceKey", "failed"), "OK", unsupported},
	} {
		r := sharingRig(t)
		if c.edit != nil {
			must(t, c.edit(r.world))
		}
		is(t, c.name, r.try("root", rs("CreateResourceShare"), both(both(resources(c.image), targets(teams)...), "ResourceShareName", "s")...), c.call)
		is(t, c.name+": what becomes of it", r.failure(t, "Resource"), c.want)
		is(t, c.name+": reached", r.world.Reaches(region, c.image, sharee(2)), c.want == "Associated")
	}
}

func TestSharingWithoutTrustIsADialect(t *testing.T) {
	everything := []string{rd, teams, checkout, guests, sharee(1), sharee(4)}
	for _, c := range []struct {
		name string
		edit edit
		good []string
	}{
		{"no role", func(w *simcloud.World) error { return w.DeleteRole(owner, shareRole) }, nil},
		{"accounts", retrust(trusting(sharee(1))), []string{sharee(1)}},
		{"the directory", retrust(trustingDirectory(rd)), everything},
		{"another directory", retrust(trustingDirectory(theirs)), nil},
		{"the directory, by its path", retrust(trustingFolder(rd + "/" + rdRoot + "*")), everything},
		{"a folder", retrust(trustingFolder(teamsPath + "*")), []string{teams, checkout, sharee(1)}},
		{"a folder below it", retrust(trustingFolder(teamsPath + "/" + checkout + "*")), []string{checkout}},
		{"a folder and an account", retrust(trustingFolder(guestsPath+"*"), trusting(sharee(4))), []string{guests, sharee(4)}},
		{"everybody without a condition", retrust(trustingAll()), nil},
		{"the directory, without the key", func(w *simcloud.World) error {
			must(t, retrust(trustingDirectory(rd))(w))
			return w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy)
		}, nil},
	} {
		for _, target := range everything {
			for _, value := range []string{"ok", "failed"} {
				r := sharingRig(t)
				must(t, c.edit(r.world))
				must(t, r.world.SetDialect("sharedWithoutTrust", value))
				id := r.makeShare(t, both(resources(secret), targets(target)...)...)
				fails := value == "failed" && !slices.Contains(c.good, target)
				name := fmt.Sprintf("trust in %s, a share with %s, %s", c.name, target, value)
				is(t, name+": the image", r.associations(t, "Resource")[0], secret+" "+state(fails))
				is(t, name+": the target", r.associations(t, "Target")[0], target+" Associated")
				if !fails {
					continue
				}
				must(t, second(r.ask("root", rs("DisassociateResourceShare"), on(id, targets(target)...)...)))
				must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, resources(secret)...)...)))
				is(t, name+": the image without it", r.associations(t, "Resource")[1], secret+" Associated")
				must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, targets(target)...)...)))
				is(t, name+": the target after the image", r.associations(t, "Target")[1], target+" Failed")
			}
		}
	}
}

func state(fails bool) string {
	if fails {
		return "Failed"
	}
	return "Associated"
}

func TestTheLimitsOfSharing(t *testing.T) {
	r := sharingRig(t, func(d *simcloud.Document) { d.Limits.ResourceShares, d.Limits.SharedResources = 2, 2 })
	id := r.makeShare(t, resources(image, "m-bp1paid")...)
	r.makeShare(t)
	create := rs("CreateResourceShare")
	is(t, "a third share", r.try("root", create, "ResourceShareName", "s"), "409 QuotaExceeded.ResourceShare.Count")
	is(t, "a share elsewhere", r.try("root", create, "ResourceShareName", "s", "RegionId", "cn-beijing"), "OK")
	is(t, "a share of another account", r.try("other", create, "ResourceShareName", "s"), "OK")
	is(t, "a third image", r.try("root", rs("AssociateResourceShare"), on(id, resources(secret)...)...), "409 QuotaExceeded.SharedResource.Count")
	must(t, second(r.ask("root", rs("DisassociateResourceShare"), on(id, resources(image)...)...)))
	is(t, "a third image in place of one", r.try("root", rs("AssociateResourceShare"), on(id, resources(secret)...)...), "OK")
	must(t, r.world.SetLimits(simcloud.Limits{ResourceShares: 2, SharedResources: 1}))
	is(t, "an image that is there, above the limit", r.try("root", rs("AssociateResourceShare"), on(id, resources(secret)...)...), "OK")
	must(t, second(r.ask("root", rs("DeleteResourceShare"), on(id)...)))
	is(t, "a third share in place of one", r.try("root", create, "ResourceShareName", "s"), "OK")
	is(t, "an account in arrears", r.try("poor", create, "ResourceShareName", "s"), "400 Account.Arrearage")
}
