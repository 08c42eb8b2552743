// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// Who and what is in every cloud of the trials. None of it is real, least of all
// the keys.
const (
	SharerID = "1000000000000001"
	MasterID = "1000000000000002"
	Region   = "cn-hangzhou"
	RoleName = "AliyunECSShareEncryptImageDefaultRole"

	// Plain, Second and Third are images that are not encrypted; Encrypted and
	// EncryptedToo are, with a key each.
	Plain        = "m-plain"
	Second       = "m-second"
	Third        = "m-third"
	Encrypted    = "m-encrypted"
	EncryptedToo = "m-encryptedtoo"

	// OperatorKeyID is the operator's access key; SpareKeyID another one of the
	// same user, for a rotation.
	OperatorKeyID     = "FAKE-OPERATOR"
	OperatorKeySecret = "fake-operator-secret"
	SpareKeyID        = "FAKE-SPARE"
	SpareKeySecret    = "fake-spare-secret" //nolint:gosec // A simulated cloud's.

	// The directory: one folder with another in it, and one beside.
	DirectoryID = "rd-FkOrg1"
	rootID      = "r-FkTop1"
	productsID  = "fd-FkProducts"
	teamID      = "fd-FkTeam0000"
	sandboxesID = "fd-FkSandboxs"
	Products    = DirectoryID + "/" + rootID + "/" + productsID
	Team        = Products + "/" + teamID
	Sandboxes   = DirectoryID + "/" + rootID + "/" + sandboxesID
)

// accounts is how many accounts there are to share with.
const accounts = 30

// Sharee is the ID of the n-th account that images can be shared with, from 1 to
// 30. 21 is a member of the folder Products, 22 of Team, 23 of the directory's
// root folder.
func Sharee(n int) string { return fmt.Sprintf("1100000000000%03d", n) }

// Sharees are the accounts from the first to the last.
func Sharees(first, last int) []string {
	var out []string
	for n := first; n <= last; n++ {
		out = append(out, Sharee(n))
	}
	return out
}

// World is the cloud that most plays start from.
func World() simcloud.Document {
	everything := []simcloud.Grant{{Actions: []string{"ecs:*", "ram:*", "kms:*", "resourcesharing:*", "resourcemanager:*", "quotas:*"}}}
	doc := simcloud.Document{Regions: []simcloud.Region{{ID: Region}}}
	doc.Accounts = []simcloud.Account{
		{ID: SharerID, Name: "sharer", Users: []simcloud.User{{
			ID: "200000000000000001", Name: "operator", Allow: everything,
			AccessKeys: []simcloud.AccessKey{{ID: OperatorKeyID, Secret: OperatorKeySecret}, {ID: SpareKeyID, Secret: SpareKeySecret}},
		}}},
		{ID: MasterID, Name: "master"},
	}
	for _, id := range Sharees(1, accounts) {
		doc.Accounts = append(doc.Accounts, simcloud.Account{ID: id})
	}
	doc.Directories = []simcloud.Directory{{
		ID: DirectoryID, Root: rootID, Master: MasterID, Sharing: true,
		Folders: []simcloud.Folder{{ID: productsID}, {ID: teamID, Parent: productsID}, {ID: sandboxesID}},
		Members: []simcloud.Member{{Account: SharerID}, {Account: Sharee(21), Folder: productsID}, {Account: Sharee(22), Folder: teamID}, {Account: Sharee(23)}},
	}}
	for _, id := range []string{Plain, Second, Third} {
		doc.Images = append(doc.Images, simcloud.Image{ID: id, Region: Region, Owner: SharerID})
	}
	encrypt(&doc, Encrypted, "key-one")
	encrypt(&doc, EncryptedToo, "key-two")
	doc.Keys = append(doc.Keys, simcloud.Key{ID: "key-three", Region: Region, Owner: SharerID})
	return doc
}

// encrypt adds an encrypted image with one disk, and its key.
func encrypt(doc *simcloud.Document, image, key string) {
	snapshot := "s-" + image
	doc.Keys = append(doc.Keys, simcloud.Key{ID: key, Region: Region, Owner: SharerID})
	doc.Snapshots = append(doc.Snapshots, simcloud.Snapshot{ID: snapshot, Region: Region, Owner: SharerID, Encrypted: true, KMSKeyID: key})
	doc.Images = append(doc.Images, simcloud.Image{
		ID: image, Region: Region, Owner: SharerID,
		Disks: []simcloud.Disk{{Device: "/dev/xvda", SizeGiB: 40, Snapshot: snapshot, Encrypted: true}},
	})
}
