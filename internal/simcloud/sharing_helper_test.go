// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	rd       = "rd-AbCdEf"
	rdRoot   = "r-WmAbCd"
	teams    = "fd-Teams00001"
	checkout = "fd-Checkout01"
	guests   = "fd-Guests0001"
	master   = "1000000000000002"
	theirs   = "rd-GhIjKl"
	overseas = "rd-MnOpQr"
)

func rs(action string) string { return "ResourceSharing:" + action }

// withDirectory puts the owner of the images into a directory: account 1 stands in teams, account 2 in checkout below it, account 3 in
// guests, and account 4 in the root folder. Account 5 is in none, and account 11 the master of another one.
func withDirectory(d *simcloud.Document) {
	d.Directories = append(d.Directories,
		simcloud.Directory{ID: rd, Root: rdRoot, Master: master, Sharing: true,
			Folders: []simcloud.Folder{{ID: teams, Name: "teams"}, {ID: checkout, Name: "checkout", Parent: teams}, {ID: guests, Name: "guests"}},
			Members: []simcloud.Member{{Account: owner}, {Account: sharee(1), Folder: teams}, {Account: sharee(2), Folder: checkout},
				{Account: sharee(3), Folder: guests}, {Account: sharee(4)}}},
		simcloud.Directory{ID: theirs, Root: "r-Other1", Master: sharee(11)},
		simcloud.Directory{ID: overseas, Root: "r-Other2", Master: "1200000000000001"})
}

// sharingRig is a world in which the owner can share in its directory.
func sharingRig(t *testing.T, edits ...func(*simcloud.Document)) *rig {
	t.Helper()
	return newRig(t, append([]func(*simcloud.Document){withRole, withDirectory}, edits...)...)
}

func resources(ids ...string) []string {
	var params []string
	for i, id := range ids {
		params = append(params, fmt.Sprintf("Resources.%d.ResourceId", i+1), id, fmt.Sprintf("Resources.%d.ResourceType", i+1), "Image")
	}
	return params
}

func targets(ids ...string) []string { return list("Targets", ids...) }

func both(a []string, more ...string) []string { return append(append([]string{}, a...), more...) }

// makeShare makes a share over the wire and says its ID.
func (r *rig) makeShare(t *testing.T, params ...string) string {
	t.Helper()
	body, err := r.ask("root", rs("CreateResourceShare"), both(params, "ResourceShareName", "s")...)
	must(t, err)
	id, _ := dig(body, "ResourceShare.ResourceShareId").(string)
	return id
}

// on are the parameters of a call about a share.
func on(share string, params ...string) []string { return both(params, "ResourceShareId", share) }

// items reads fields of each item of a flat list.
func items(body map[string]any, name string, fields ...string) []string {
	list, _ := body[name].([]any)
	values := []string{}
	for _, item := range list {
		row, _ := item.(map[string]any)
		text := ""
		for _, field := range fields {
			text += fmt.Sprint(row[field]) + " "
		}
		values = append(values, text[:len(text)-1])
	}
	return values
}

// associations are what ListResourceShareAssociations says of one kind.
func (r *rig) associations(t *testing.T, kind string, params ...string) []string {
	t.Helper()
	body, err := r.ask("root", rs("ListResourceShareAssociations"), both(params, "AssociationType", kind)...)
	must(t, err)
	return items(body, "ResourceShareAssociations", "EntityId", "AssociationStatus")
}

// reach lists the accounts 1 to 5 that have the image.
func (r *rig) reach(id string) []string {
	got := []string{}
	for n := 1; n <= 5; n++ {
		if r.world.Reaches(region, id, sharee(n)) {
			got = append(got, fmt.Sprint(n))
		}
	}
	return got
}

// farAhead is when what has ended is not past yet, whenever the test runs.
var farAhead = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
