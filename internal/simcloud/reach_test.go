// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestWhomATargetReaches(t *testing.T) {
	for target, want := range map[string][]string{
		rd: {"1", "2", "3", "4"}, teams: {"1", "2"}, checkout: {"2"}, guests: {"3"}, sharee(4): {"4"},
	} {
		r := sharingRig(t)
		r.makeShare(t, both(resources(image), targets(target)...)...)
		equal(t, target, r.reach(image), want)
		equal(t, target+": another image", r.reach("m-bp1paid"), []string{})
		is(t, target+": the master", r.world.Reaches(region, image, master), target == rd)
		is(t, target+": the owner", r.world.Reaches(region, image, owner), false)
		is(t, target+": an image of nobody", r.world.Reaches(region, "m-nope", sharee(4)), false)
		if _, err := r.ask("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(5)); err != nil {
			t.Error(err)
		}
		equal(t, target+": and an account by number", r.reach(image), append(want, "5"))
	}
}

func TestAShareReachesWithItsOwnersImagesAlone(t *testing.T) {
	for _, c := range []struct {
		name  string
		share simcloud.Share
		want  []string
	}{
		{"the owner's", simcloud.Share{Region: region, Owner: owner}, []string{"3"}},
		{"another account's", simcloud.Share{Region: region, Owner: master}, []string{}},
		{"another region's", simcloud.Share{Region: "cn-beijing", Owner: owner}, []string{}},
	} {
		r := sharingRig(t)
		c.share.Name, c.share.Associations = "s", []simcloud.Association{
			{Type: simcloud.AssociationResource, Entity: image}, {Type: simcloud.AssociationTarget, Entity: guests}}
		_, err := r.world.AddShare(c.share)
		must(t, err)
		equal(t, c.name, r.reach(image), c.want)
	}
}

func TestReachFollowsTheDirectory(t *testing.T) {
	r := sharingRig(t)
	w := r.world
	r.makeShare(t, both(resources(image), targets(teams, sharee(3))...)...)
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"at first", func() error { return nil }, []string{"1", "2", "3"}},
		{"one joins", func() error { return w.JoinDirectory(rd, sharee(5), checkout) }, []string{"1", "2", "3", "5"}},
		{"one moves out", func() error { return w.MoveMember(sharee(1), guests) }, []string{"2", "3", "5"}},
		{"a folder moves out", func() error { return w.MoveFolder(checkout, guests) }, []string{"3"}},
		{"it moves back in", func() error { return w.MoveFolder(checkout, teams) }, []string{"2", "3", "5"}},
		{"one leaves", func() error { return w.LeaveDirectory(sharee(5)) }, []string{"2", "3"}},
		{"one that is shared with by number leaves", func() error { return w.LeaveDirectory(sharee(3)) }, []string{"2"}},
		{"the owner leaves", func() error { return w.LeaveDirectory(owner) }, []string{}},
		{"the owner joins again", func() error { return w.JoinDirectory(rd, owner, "") }, []string{"2"}},
		{"sharing is disabled", func() error { return w.SetDirectorySharing(rd, false) }, []string{"2"}},
	} {
		must(t, step.do())
		equal(t, step.name, r.reach(image), step.want)
	}
}

func TestTrustInADirectory(t *testing.T) {
	list := func(keys ...object) object {
		c := object{}
		for _, k := range keys {
			maps.Copy(c, k)
		}
		return c
	}
	id, path := object{"StringEquals": object{"sts:ServiceOwnerRDId": rd}}, object{"StringLike": object{"sts:ServiceOwnerRDPath": guestsPath + "*"}}
	all := trustingAll()
	for _, c := range []struct {
		name  string
		trust []object
		want  []string
	}{
		{"a directory", []object{trustingDirectory(rd)}, []string{"1", "2", "3", "4"}},
		{"another directory", []object{trustingDirectory(theirs)}, []string{}},
		{"a directory in a list", []object{with(all, "Condition", object{"StringEquals": object{"sts:ServiceOwnerRDId": []string{theirs, rd}}})},
			[]string{"1", "2", "3", "4"}},
		{"a folder", []object{trustingFolder(teamsPath + "*")}, []string{"1", "2"}},
		{"a folder without the star", []object{trustingFolder(teamsPath)}, []string{"1"}},
		{"a folder below", []object{trustingFolder(teamsPath + "/" + checkout + "*")}, []string{"2"}},
		{"a folder with a slash before the star", []object{trustingFolder(teamsPath + "/*")}, []string{"2"}},
		{"a folder without its path", []object{trustingFolder(teams + "*")}, []string{}},
		{"all paths", []object{trustingFolder("*")}, []string{"1", "2", "3", "4"}},
		{"a path in another case", []object{trustingFolder("RD-abcdef/*")}, []string{}},
		{"a folder and an account", []object{trustingFolder(guestsPath + "*"), trusting(sharee(5))}, []string{"3", "5"}},
		{"both conditions at once", []object{with(all, "Condition", list(id, path))}, []string{"3"}},
		{"a directory and something unknown", []object{with(all, "Condition", list(id, object{"Bool": object{"x": "true"}}))}, []string{}},
		{"another operator", []object{with(all, "Condition", object{"StringNotEquals": object{"sts:ServiceOwnerRDId": theirs}})}, []string{}},
		{"one account of a directory", []object{with(trusting(sharee(1), sharee(5)), "Condition", id)}, []string{"1"}},
		{"a directory but for a folder", []object{trustingDirectory(rd), deny(trustingFolder(teamsPath + "*"))}, []string{"3", "4"}},
		{"a directory but for an account", []object{trustingDirectory(rd), deny(trusting(sharee(2)))}, []string{"1", "3", "4"}},
		{"a directory but for something unknown", []object{trustingDirectory(rd), deny(with(all, "Condition", object{"Bool": object{"x": "true"}}))}, []string{}},
		{"a condition that is none", []object{with(all, "Condition", "x")}, []string{}},
		{"a condition without a key", []object{with(all, "Condition", object{"StringEquals": object{}})}, []string{}},
		{"another action", []object{with(trustingDirectory(rd), "Action", "sts:GetCallerIdentity")}, []string{}},
		{"another service", []object{with(trustingDirectory(rd), "Principal", object{"Service": "*@oss.aliyuncs.com"})}, []string{}},
	} {
		r := sharingRig(t)
		must(t, retrust(c.trust...)(r.world))
		r.makeShare(t, both(resources(secret), targets(rd)...)...)
		got, usable := []string{}, []string{}
		for n := 1; n <= 5; n++ {
			if r.world.Decrypts(region, secret, sharee(n)) {
				got = append(got, fmt.Sprint(n))
			}
			if r.world.CanUse(region, secret, sharee(n)) {
				usable = append(usable, fmt.Sprint(n))
			}
		}
		equal(t, c.name, got, c.want)
		if n := len(c.want); n > 0 && c.want[n-1] == "5" { // it is trusted, but not reached
			c.want = c.want[:n-1]
		}
		equal(t, c.name+": who can use it", usable, c.want)
	}
}

func TestTrustInADirectoryForAccountsIsADialect(t *testing.T) {
	for value, want := range map[string][]string{"no": {errAssume, errAssume, "OK"}, "yes": {"OK", errAssume, "OK"}} {
		r := sharingRig(t)
		must(t, r.world.SetDialect("directoryTrustForAccounts", value))
		must(t, retrust(trustingFolder(teamsPath+"*"), trusting(sharee(5)))(r.world))
		var got []string
		for _, n := range []int{2, 3, 5} {
			got = append(got, r.try("root", "ModifyImageSharePermission", "ImageId", secret, "AddAccount.1", sharee(n)))
		}
		equal(t, value, got, want)
		is(t, value+": account 2 decrypts whatever is said", r.world.Decrypts(region, secret, sharee(2)), true)
	}
}

func TestAReachedAccountSeesTheImage(t *testing.T) {
	r := sharingRig(t)
	r.makeShare(t, both(resources(image), targets(teams)...)...)
	for _, c := range []struct {
		name, key string
		params    []string
		want      []string
	}{
		{"who is reached", "k" + sharee(2), nil, []string{"m-bp1own others acs:" + owner + ":golden"}},
		{"who is reached, of others", "k" + sharee(2), []string{"ImageOwnerAlias", "others"}, []string{"m-bp1own others acs:" + owner + ":golden"}},
		{"who is reached, of its own", "k" + sharee(2), []string{"ImageOwnerAlias", "self"}, []string{}},
		{"who is not reached", "k" + sharee(3), nil, []string{}},
		{"the owner", "root", []string{"ImageOwnerAlias", "self"}, []string{"m-bp1own self golden"}},
	} {
		body, err := r.ask(c.key, "DescribeImages", both(c.params, "ImageId", image)...)
		must(t, err)
		images, _ := body["Images"].(map[string]any)
		equal(t, c.name, items(images, "Image", "ImageId", "ImageOwnerAlias", "ImageFamily"), c.want)
	}
}

func TestWhetherTheReachedAreListedIsADialect(t *testing.T) {
	for value, want := range map[string][]string{"no": {sharee(2), sharee(5)}, "yes": {sharee(2), sharee(5), sharee(1)}} {
		r := sharingRig(t)
		must(t, r.world.SetDialect("reachedListed", value))
		r.makeShare(t, both(resources(image), targets(teams)...)...)
		must(t, r.world.ShareByHand(region, image, []string{sharee(2), sharee(5)}, nil))
		body, err := r.ask("root", "DescribeImageSharePermission", "ImageId", image)
		must(t, err)
		equal(t, value, rows(body, "Accounts", "Account", "AliyunId"), want)
		is(t, value+": how many", fmt.Sprint(body["TotalCount"]), fmt.Sprint(len(want)))
		for missing, answer := range map[string]string{"ok": "OK", "error": "404 InvalidAccount.NotFound"} {
			must(t, r.world.SetDialect("removeMissing", missing))
			is(t, value+": taking off who is only reached, "+missing, r.try("root", "ModifyImageSharePermission", "ImageId", image, "RemoveAccount.1", sharee(1)), answer)
		}
		equal(t, value+": whom it reaches then", r.reach(image), []string{"1", "2", "5"})
	}
}

func TestWhetherTheReachedCountIsADialect(t *testing.T) {
	const full = "403 QuotaExceed.ShareImageUser"
	for value, want := range map[string][]string{"no": {"OK", "OK", "OK"}, "yes": {"OK", "OK", full}} {
		r := sharingRig(t, func(d *simcloud.Document) { d.Limits.ShareesPerImage = 3 })
		must(t, r.world.SetDialect("reachedCounted", value))
		r.makeShare(t, both(resources(image), targets(teams)...)...)
		var got []string
		for _, n := range []int{5, 1, 6} { // account 1 is reached already
			got = append(got, r.try("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(n)))
		}
		equal(t, value, got, want)
	}
}
