// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// forFolder is an ImageShare of an encrypted image for a folder.
const forFolder = "encrypted-for-products"

// folder is what the sample declares.
func (t *tour) folder() {
	t.title("An image for a whole folder", `The fourth of the samples. It names a folder of the resource directory that the account is in, and one account
outside it. The account gets a launch permission, as ever. The folder gets a resource share.`)
	t.run("get", "imageshare", forProducts, "-n", team)
	t.run("get", "imageshare", forProducts, "-n", team, "-o", `jsonpath={.status.conditions[?(@.type=="OrganizationShared")].message}`)
	t.fact("the ImageShare is Ready, and counts the account and the folder: 2/2",
		all(t.tells(team, forProducts, shared("2/2")),
			t.tells(team, forProducts, says(v1alpha1.ConditionOrganizationShared, "True", v1alpha1.ReasonSucceeded))))
	t.showCloud(alinux)
	t.showShares(alinux)
	t.fact("the cloud has the image and the folder on one resource share, with the operator's tag; and the account on the image",
		all(t.sharedBy(alinux, products), t.onImage(alinux, "team-checkout")))
	t.showUses(alinux, "team-catalogue", "team-ml")
	t.fact("both members of the folder have the image; those of the other folder have not",
		all(t.has(alinux, "team-catalogue", "team-logistics"), t.hasNot(alinux, "team-ml", "team-sandbox")))
}

// joinedAndLeft is what a folder is for.
func (t *tour) joinedAndLeft() {
	t.title("An account joins the folder, and leaves it", "In the organization's console. Nobody tells the operator, and nobody has to.")
	writes := len(t.ownWrites())
	t.fact("team-support is in no folder, and has not the image", t.hasNot(alinux, "team-support"))
	t.joinsFolder("team-support", products)
	t.showUses(alinux, "team-support")
	t.fact("it joins, and has the image", t.has(alinux, "team-support"))
	t.check("the ImageShare is as it was, after two more looks too", all(t.lookedTwice(alinux), t.tells(team, forProducts, shared("2/2"))))
	t.leavesDirectory("team-support")
	t.showUses(alinux, "team-support")
	t.fact("it leaves, and has the image no more", t.hasNot(alinux, "team-support"))
	t.fact("the operator wrote nothing for that", func() error {
		if now := len(t.ownWrites()); now != writes {
			return fmt.Errorf("it sent %d writes", now-writes)
		}
		return nil
	})
}

// sharedByOthers is a resource share that is not the operator's.
func (t *tour) sharedByOthers() {
	t.title("Somebody else shares the image with the whole directory", "By a resource share of their own, made in the cloud's console.")
	if t.err != nil {
		return
	}
	var theirs string
	theirs, t.err = t.cloud.world.AddShare(simcloud.Share{
		Region: alinux.region, Owner: t.cloud.sharer, Name: "for-everybody",
		Associations: []simcloud.Association{
			{Type: simcloud.AssociationResource, Entity: alinux.id}, {Type: simcloud.AssociationTarget, Entity: directory},
		},
	})
	t.check("it is reported: the condition UndeclaredSharees names the directory and the resource share",
		t.tells(team, forProducts, func(obj *v1alpha1.ImageShare) error {
			return errors.Join(says(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared)(obj), undeclared(directory)(obj))
		}))
	t.fact("the message says by which resource share", contains(
		t.run("get", "imageshare", forProducts, "-n", team, "-o", `jsonpath={.status.conditions[?(@.type=="UndeclaredSharees")].message}`), theirs))
	t.check("and it is left: after two more looks team-ml has the image by it, and the ImageShare is Ready",
		all(t.lookedTwice(alinux), t.has(alinux, "team-ml"), t.tells(team, forProducts, shared("2/2"))))
	if t.err == nil {
		t.err = t.cloud.world.DeleteShare(theirs)
	}
	t.check("once they have deleted it, nobody is told of any more", t.tells(team, forProducts, undeclared()))
}

// wrongFolder is a mistake that the directory alone can notice.
func (t *tour) wrongFolder() {
	t.title("A folder that is not there", "Its ID has the right form, so Kubernetes takes it. A path that leaves something out, it does not.")
	t.declare(alinux, "team-checkout", products, wrongID)
	t.fact("a path without its root folder is refused", contains(
		t.fails("", "patch", "imageshare", forProducts, "-n", team, "--type=merge", "-p", pathsPatch(directory+"/"+products)),
		"with all that is above it"))
	t.run("patch", "imageshare", forProducts, "-n", team, "--type=merge", "-p", pathsPatch(productsPath, wrongPath))
	t.check("the wrong one is told by itself: Failed, UnknownPath",
		t.tells(team, forProducts, apart(wrongPath, v1alpha1.ShareeFailed, v1alpha1.ReasonUnknownPath, "has no such directory or folder")))
	t.run("get", "imageshare", forProducts, "-n", team)
	t.run("get", "imageshare", forProducts, "-n", team, "-o",
		`jsonpath={range .status.notShared[*]}{.sharee} {.state} {.reason}: {.message}{"\n"}{end}`)
	t.fact("the right one is none the worse for it", all(t.sharedBy(alinux, products), t.has(alinux, "team-catalogue")))
	t.declare(alinux, "team-checkout", products)
	t.run("patch", "imageshare", forProducts, "-n", team, "--type=merge", "-p", pathsPatch(productsPath))
	t.waitReady("imageshare/"+forProducts, "-n", team)
}

// pathsPatch changes which directories and folders an ImageShare declares.
func pathsPatch(paths ...string) string {
	list := ""
	if len(paths) > 0 {
		list = `"` + strings.Join(paths, `","`) + `"`
	}
	return `{"spec":{"sharees":{"resourceDirectoryPaths":[` + list + `]}}}`
}

// trustOfFolder is the statement that lets ECS of a folder's members assume the
// role, as the operator writes it.
func trustOfFolder(path string) string {
	return `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"*@ecs.aliyuncs.com"},` +
		`"Condition":{"StringLike":{"sts:ServiceOwnerRDPath":"` + path + `*"}}}`
}

// encryptedForFolder is an encrypted image for a folder.
func (t *tour) encryptedForFolder() {
	t.title("An encrypted image for a folder", "The encryption role has to trust whoever is in the folder, by its whole path.")
	t.declare(secret, products)
	t.apply(fmt.Sprintf(`apiVersion: imageshare.alibabacloud.com/v1alpha1
kind: ImageShare
metadata: {name: %s, namespace: %s}
spec:
  image: {region: %s, id: %s}
  sharees:
    resourceDirectoryPaths:
    - %s
`, forFolder, otherTeam, secret.region, secret.id, productsPath))
	t.waitReady("imageshare/"+forFolder, "-n", otherTeam)
	t.showRole()
	t.fact("the role trusts ECS of whoever is in the folder, in a statement of its own beside somebody else's",
		t.trusts(trustPolicy(handmade, trustOfFolder(productsPath))))
	t.fact("members of the folder can use the image", all(t.sharedBy(secret, products), t.has(secret, "team-catalogue", "team-logistics")))
	t.joinsFolder("team-support", products)
	t.showUses(secret, "team-support", "team-ml")
	t.fact("so can who joins, without a change of the role; those of the other folder cannot",
		all(t.has(secret, "team-support"), t.hasNot(secret, "team-ml"), t.trusts(trustPolicy(handmade, trustOfFolder(productsPath)))))
	t.leavesDirectory("team-support")
	t.declare(secret)
	t.run("delete", "imageshare", forFolder, "-n", otherTeam, "--timeout=30s")
	t.check("deleted, the resource share goes first, and then the trust",
		all(t.sharedBy(secret), t.hasNot(secret, "team-catalogue"), t.trusts(trustPolicy(handmade))))
}

// folderTakenOut is the everyday end.
func (t *tour) folderTakenOut() {
	t.title("Take the folder out of the ImageShare", "The account stays declared.")
	t.declare(alinux, "team-checkout")
	t.run("patch", "imageshare", forProducts, "-n", team, "--type=merge", "-p", pathsPatch())
	t.waitReady("imageshare/"+forProducts, "-n", team)
	t.showShares(alinux)
	t.check("the resource share is gone, and nobody in the folder has the image any more",
		all(t.sharedBy(alinux), t.hasNot(alinux, "team-catalogue", "team-logistics")))
	t.fact("the account outside the directory still has it, and the ImageShare says 1/1",
		all(t.onImage(alinux, "team-checkout"), t.has(alinux, "team-checkout"), t.tells(team, forProducts, shared("1/1"))))
	t.run("get", "imageshares", "-A")
	t.events(team, forProducts, "the events tell of it", "Stopped sharing "+alinux.id+" in "+alinux.region+" with "+products)
}
