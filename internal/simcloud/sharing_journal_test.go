// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheJournalTellsWhomASharesReachLeavesStranded(t *testing.T) {
	r := sharingRig(t)
	w := r.world
	must(t, retrust(trustingFolder(teamsPath+"*"))(w))
	id := r.makeShare(t, resources(secret)...)
	at := func(ns ...int) []string {
		var list []string
		for _, n := range ns {
			list = append(list, secret+"/"+sharee(n))
		}
		return list
	}
	everybody := append([]string{secret + "/" + master}, at(3, 4)...)
	associate := func(action string, params ...string) func() error {
		return func() error { return second(r.ask("root", rs(action), on(id, params...)...)) }
	}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a share with a folder that is trusted", associate("AssociateResourceShare", targets(teams)...), nil},
		{"one that joins the folder", func() error { return w.JoinDirectory(rd, sharee(5), teams) }, nil},
		{"a share with the directory", associate("AssociateResourceShare", targets(rd)...), everybody},
		{"trust in the directory", func() error { return retrust(trustingDirectory(rd))(w) }, nil},
		{"trust in the folder alone", func() error { return retrust(trustingFolder(teamsPath + "*"))(w) }, everybody},
		{"the directory taken out", associate("DisassociateResourceShare", targets(rd)...), nil},
		{"a folder with an account that moved out, but is on the image", func() error {
			must(t, w.ShareByHand(region, secret, []string{sharee(1)}, nil))
			return w.MoveMember(sharee(1), guests)
		}, at(1)},
		{"who is on the image and reached is told once", func() error {
			must(t, w.MoveMember(sharee(1), teams))
			return retrust(trusting(sharee(2), sharee(5)))(w)
		}, at(1)},
		{"the share deleted", associate("DeleteResourceShare"), at(1)},
		{"the account taken off", func() error { return w.ShareByHand(region, secret, nil, []string{sharee(1)}) }, nil},
	} {
		must(t, step.do())
		equal(t, step.name, last(w).Stranded, step.want)
	}
}

func TestTheJournalTellsWhatHappenedInSharing(t *testing.T) {
	r := sharingRig(t)
	id := r.makeShare(t, both(resources(image), targets(teams)...)...)
	line := func() string {
		e := last(r.world)
		share := e.Share
		if share == id {
			share = "it"
		}
		return fmt.Sprint(e.Action, " ", share, " ", e.Image, " ", e.Targets, " ", e.Code, " ", e.Account == owner, " ", e.Region, " ", e.ByHand)
	}
	is(t, "a new share", line(), "CreateResourceShare it "+image+" ["+teams+"] OK true "+region+" false")
	for _, c := range []struct {
		action string
		params []string
		want   string
	}{
		{"AssociateResourceShare", on(id, both(resources("m-bp1paid", secret), targets(rd)...)...), "it m-bp1paid," + secret + " [" + rd + "] OK"},
		{"DisassociateResourceShare", on(id, targets(guests)...), "it  [" + guests + "] DisassociateInvalid"},
		{"UpdateResourceShare", on(id, "ResourceShareName", "x"), "it  [] OK"},
		{"CreateResourceShare", both(targets(sharee(5)), "ResourceShareName", "x"), "  [" + sharee(5) + "] InvalidTarget"},
		{"CreateResourceShare", targets(rd), "  [" + rd + "] MissingParameter.ResourceShareName"},
		{"DeleteResourceShare", on(id), "it  [] OK"},
	} {
		_ = r.try("root", rs(c.action), c.params...)
		is(t, c.action, line(), c.action+" "+c.want+" true "+region+" false")
	}
	must(t, r.world.FinishSharing())
	is(t, "by hand", line(), "FinishSharing   [] OK false  true")
	_ = r.try("root", rs("ListResourceShares"), "ResourceOwner", "Self")
	is(t, "a read is no write", last(r.world).Action, "FinishSharing")
}

func TestFaultsOfSharing(t *testing.T) {
	r := sharingRig(t)
	for _, c := range []struct {
		image, want string
	}{{"m-bp1paid", "OK"}, {image, "503 ServiceUnavailable"}} {
		fault := r.world.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Product: "ResourceSharing", Image: image, Effect: true})
		is(t, "a share with "+c.image, r.try("root", rs("CreateResourceShare"), both(resources(c.image), "ResourceShareName", "s")...), c.want)
		fault.Remove()
	}
	is(t, "a lost answer leaves its share", len(r.world.Shares(owner, region)), 2)
	is(t, "what the journal says", last(r.world).Lost, true)
}

func TestSharingAsksForPermissionOnEverything(t *testing.T) {
	actions := map[string][]string{
		"EnableSharingWithResourceDirectory":      nil,
		"CheckSharingWithResourceDirectoryStatus": nil,
		"CreateResourceShare":                     {"ResourceShareName", "s"},
		"UpdateResourceShare":                     on("rs-there", "ResourceShareName", "s"),
		"DeleteResourceShare":                     on("rs-there"),
		"AssociateResourceShare":                  on("rs-there", targets(rd)...),
		"DisassociateResourceShare":               on("rs-there", targets(teams)...),
		"ListResourceShares":                      {"ResourceOwner", "Self"},
		"ListResourceShareAssociations":           {"AssociationType", "Target"},
	}
	for action, params := range actions {
		for _, c := range []struct {
			action, resource string
			allowed          bool
		}{
			{action, "*", true}, {"*", "*", true}, {action, "acs:resourcesharing:*:" + owner + ":*", false}, {action + "x", "*", false},
		} {
			r := sharingRig(t, func(d *simcloud.Document) {
				d.Accounts[0].Users[1].Allow = []simcloud.Grant{{Actions: []string{"resourcesharing:" + c.action}, Resources: []string{c.resource}}}
				d.Shares = []simcloud.Share{{ID: "rs-there", Region: region, Owner: owner, Name: "s",
					Associations: []simcloud.Association{{Type: simcloud.AssociationTarget, Entity: teams}}}}
			})
			want := "403 NoPermission"
			if c.allowed {
				want = "OK"
			}
			if c.allowed && action == "EnableSharingWithResourceDirectory" {
				want = "409 ActionNotPermitted"
			}
			is(t, fmt.Sprint(action, " with ", c.action, " on ", c.resource), r.try("nobody", rs(action), params...), want)
		}
	}
}
