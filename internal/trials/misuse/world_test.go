// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// place is what a troupe has of the cloud: an account that shares, one more that
// it may come to speak for, and images.
type place struct {
	account, understudy     string
	keyID, keySecret        string
	otherID, otherSecret    string
	plain, sealed, spare    string
	encryptionKey, roleName string
	sharees                 []string
	folder                  string
}

// placeOf is the place of the n-th troupe.
func placeOf(n int) place {
	return place{
		account: fmt.Sprintf("10000000000002%02d", n), understudy: fmt.Sprintf("10000000000003%02d", n),
		keyID: fmt.Sprintf("FAKE-MISUSE-%d", n), keySecret: fmt.Sprintf("fake-misuse-secret-%d", n),
		otherID: fmt.Sprintf("FAKE-OTHER-%d", n), otherSecret: fmt.Sprintf("fake-other-secret-%d", n),
		plain: fmt.Sprintf("m-plain%d", n), sealed: fmt.Sprintf("m-sealed%d", n), spare: fmt.Sprintf("m-spare%d", n),
		encryptionKey: fmt.Sprintf("key-misuse-%d", n), roleName: stage.RoleName,
		sharees: stage.Sharees(1, 6), folder: stage.Products,
	}
}

// secrets are what no text may contain.
func (p place) secrets() []string { return []string{p.keySecret, p.otherSecret} }

// worldOf is a cloud with places for so many troupes.
func worldOf(troupes int) simcloud.Document {
	doc := stage.World()
	for n := range troupes {
		p := placeOf(n)
		doc.Accounts = append(doc.Accounts,
			accountWith(p.account, p.keyID, p.keySecret), accountWith(p.understudy, p.otherID, p.otherSecret))
		doc.Directories[0].Members = append(doc.Directories[0].Members, simcloud.Member{Account: p.account})
		snapshot := "s-" + p.sealed
		doc.Keys = append(doc.Keys, simcloud.Key{ID: p.encryptionKey, Region: stage.Region, Owner: p.account})
		doc.Snapshots = append(doc.Snapshots,
			simcloud.Snapshot{ID: snapshot, Region: stage.Region, Owner: p.account, Encrypted: true, KMSKeyID: p.encryptionKey})
		doc.Images = append(doc.Images,
			simcloud.Image{ID: p.plain, Region: stage.Region, Owner: p.account},
			simcloud.Image{ID: p.spare, Region: stage.Region, Owner: p.account},
			simcloud.Image{ID: p.sealed, Region: stage.Region, Owner: p.account,
				Disks: []simcloud.Disk{{Device: "/dev/xvda", SizeGiB: 40, Snapshot: snapshot, Encrypted: true}}})
	}
	return doc
}

// accountWith is an account with a user who may do everything.
func accountWith(id, key, secret string) simcloud.Account {
	return simcloud.Account{ID: id, Users: []simcloud.User{{
		ID: "2" + id[1:] + "00", Name: "operator",
		Allow:      []simcloud.Grant{{Actions: []string{"ecs:*", "ram:*", "kms:*", "sts:*", "resourcesharing:*", "resourcemanager:*", "quotas:*"}}},
		AccessKeys: []simcloud.AccessKey{{ID: key, Secret: secret}},
	}}}
}

// nouns are words of the world that a troupe may put into any field that takes
// them.
func (p place) nouns(door string) words {
	return words{
		p.account, p.understudy, stage.SharerID, p.sharees[0], p.sharees[1], stage.Sharee(21), "1999999999999999",
		stage.DirectoryID, stage.Products, stage.Team, stage.Team + "*", "fd-FkTeam0000", stage.DirectoryID + "/r-FkTop1/fd-FkNowhere1",
		"rd-Elsewhere1", "rd-Elsewhere1/r-Nowhe1/fd-Nowhere001",
		p.plain, p.sealed, p.spare, stage.Plain, "m-nowhere", stage.Region, "cn-nowhere-1", "cn-beijing",
		stage.RoleName, "imageshare", "acs:ram::" + p.account + ":role/nobody", "acs:ram::" + p.understudy + ":role/nobody",
		"acs:ram::" + p.account + ":oidc-provider/nobody", door, "127.0.0.1:9", "nowhere.invalid",
		"credentials", "nobody", stage.TeamA, stage.TeamB, "default", "*",
	}
}
