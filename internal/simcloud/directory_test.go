// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func rm(action string) string { return "ResourceManager:" + action }

func TestWhatADirectorySaysOfItself(t *testing.T) {
	r := sharingRig(t)
	for _, c := range []struct {
		name, action string
		params       []string
		path, want   string
	}{
		{"the directory", "GetResourceDirectory", nil, "ResourceDirectory.ResourceDirectoryId", rd},
		{"its root", "GetResourceDirectory", nil, "ResourceDirectory.RootFolderId", rdRoot},
		{"its master", "GetResourceDirectory", nil, "ResourceDirectory.MasterAccountId", master},
		{"a folder's path", "GetFolder", []string{"FolderId", checkout}, "Folder.ResourceDirectoryPath", rd + "/" + rdRoot + "/" + teams + "/" + checkout},
		{"a folder's parent", "GetFolder", []string{"FolderId", checkout}, "Folder.ParentFolderId", teams},
		{"a folder's name", "GetFolder", []string{"FolderId", teams}, "Folder.FolderName", "teams"},
		{"the parent of a folder at the top", "GetFolder", []string{"FolderId", teams}, "Folder.ParentFolderId", rdRoot},
		{"the root's path", "GetFolder", []string{"FolderId", rdRoot}, "Folder.ResourceDirectoryPath", rd + "/" + rdRoot},
		{"the root's parent", "GetFolder", []string{"FolderId", rdRoot}, "Folder.ParentFolderId", ""},
		{"an account's path", "GetAccount", []string{"AccountId", sharee(2)}, "Account.ResourceDirectoryPath",
			rd + "/" + rdRoot + "/" + teams + "/" + checkout + "/" + sharee(2)},
		{"an account's folder", "GetAccount", []string{"AccountId", sharee(2)}, "Account.FolderId", checkout},
		{"an account's directory", "GetAccount", []string{"AccountId", sharee(2)}, "Account.ResourceDirectoryId", rd},
		{"the master's path", "GetAccount", []string{"AccountId", master}, "Account.ResourceDirectoryPath", rd + "/" + rdRoot + "/" + master},
		{"how many folders are at the top", "ListFoldersForParent", nil, "TotalCount", "2"},
	} {
		for _, key := range []string{"root", "other"} {
			body, err := r.ask(key, rm(c.action), c.params...)
			must(t, err)
			is(t, c.name+" as "+key+" reads it", fmt.Sprint(dig(body, c.path)), c.want)
		}
	}
	folders := func(action string, params ...string) []string {
		body, err := r.ask("root", rm(action), params...)
		must(t, err)
		return rows(body, "Folders", "Folder", "FolderId")
	}
	equal(t, "folders at the top", folders("ListFoldersForParent"), []string{teams, guests})
	equal(t, "the second page of them", folders("ListFoldersForParent", "PageSize", "1", "PageNumber", "2"), []string{guests})
	equal(t, "folders by a word", folders("ListFoldersForParent", "QueryKeyword", "est"), []string{guests})
	equal(t, "folders below one", folders("ListFoldersForParent", "ParentFolderId", teams), []string{checkout})
	equal(t, "folders above one", folders("ListAncestors", "ChildId", checkout), []string{rdRoot, teams})
}

func TestDirectoryActionsRefuse(t *testing.T) {
	const hidden, denied = "404 EntityNotExists.ResourceDirectory", "403 NoPermission"
	reads := [][]string{{"GetResourceDirectory"}, {"GetFolder", "FolderId", teams}, {"ListFoldersForParent"}, {"ListAncestors", "ChildId", teams},
		{"GetAccount", "AccountId", sharee(1)}}
	r := sharingRig(t)
	for value, want := range map[string]string{"members": "OK", "denied": denied, "hidden": hidden} {
		must(t, r.world.SetDialect("directoryReads", value))
		for _, read := range reads {
			is(t, value+": the master: "+read[0], r.try("other", rm(read[0]), read[1:]...), "OK")
			is(t, value+": a member: "+read[0], r.try("root", rm(read[0]), read[1:]...), want)
			is(t, value+": a stranger: "+read[0], r.try("k"+sharee(5), rm(read[0]), read[1:]...), hidden)
		}
	}
	for _, c := range []struct {
		want, action string
		params       []string
	}{
		{"400 MissingParameter.FolderId", "GetFolder", nil},
		{"400 InvalidParameter.FolderId", "GetFolder", []string{"FolderId", "fd-short"}},
		{"404 EntityNotExists.Folder", "GetFolder", []string{"FolderId", "fd-Nowhere001"}},
		{"404 EntityNotExists.Folder", "GetFolder", []string{"FolderId", "r-Other1"}},
		{"404 EntityNotExists.Folder", "ListFoldersForParent", []string{"ParentFolderId", "fd-Nowhere001"}},
		{"400 InvalidParameter.ParentFolderId", "ListFoldersForParent", []string{"ParentFolderId", rd}},
		{"400 InvalidParameter", "ListFoldersForParent", []string{"PageSize", "101"}},
		{"400 MissingParameter.ChildId", "ListAncestors", nil},
		{"400 MissingParameter.AccountId", "GetAccount", nil},
		{"404 EntityNotExists.Account", "GetAccount", []string{"AccountId", sharee(5)}},
		{"404 InvalidAction.NotFound", "CreateFolder", nil},
	} {
		is(t, c.action+fmt.Sprint(c.params), r.try("other", rm(c.action), c.params...), c.want)
	}
}

func TestWhatTheDirectoryAsksPermissionFor(t *testing.T) {
	top := rd + "/" + rdRoot
	folder, account := "acs:resourcemanager:*:"+owner+":folder/", "acs:resourcemanager:*:"+owner+":account/"
	for _, c := range []struct {
		action, resource string
		params           []string
	}{
		{"GetResourceDirectory", "*", nil},
		{"GetFolder", folder + top + "/" + teams + "/" + checkout, []string{"FolderId", checkout}},
		{"ListFoldersForParent", folder + top, nil},
		{"ListAncestors", folder + top + "/" + guests, []string{"ChildId", guests}},
		{"GetAccount", account + top + "/" + teams + "/" + sharee(1), []string{"AccountId", sharee(1)}},
	} {
		r := sharingRig(t)
		for _, resource := range []string{c.resource, c.resource + "x"} {
			must(t, r.world.UpdateAccount(owner, func(a *simcloud.Account) {
				a.Users[1].Allow = []simcloud.Grant{{Actions: []string{"resourcemanager:" + c.action}, Resources: []string{resource}}}
			}))
			want := "OK"
			if resource != c.resource {
				want = "403 NoPermission"
			}
			is(t, c.action+" on "+resource, r.try("nobody", rm(c.action), c.params...), want)
		}
	}
}

func TestADirectoryByHand(t *testing.T) {
	r := sharingRig(t)
	w := r.world
	folderOf := func(n int) string {
		dir, _ := w.Directory(rd)
		i := slices.IndexFunc(dir.Members, func(m simcloud.Member) bool { return m.Account == sharee(n) })
		if i < 0 {
			return "nowhere"
		}
		return dir.Members[i].Folder
	}
	must(t, w.JoinDirectory(rd, sharee(5), guests))
	is(t, "where the new one stands", folderOf(5), guests)
	must(t, w.MoveMember(sharee(5), ""))
	is(t, "where it stands then", folderOf(5), rdRoot)
	e := last(w)
	is(t, "the journal", fmt.Sprint(e.ByHand, e.Action, e.Directory, e.Account), fmt.Sprint(true, "MoveMember", rd, sharee(5)))
	must(t, w.LeaveDirectory(sharee(5)))
	is(t, "where it stands in the end", folderOf(5), "nowhere")
	must(t, w.AddFolder(rd, simcloud.Folder{ID: "fd-New0000001"}))
	must(t, w.MoveFolder(teams, "fd-New0000001"))
	body, err := r.ask("root", rm("GetFolder"), "FolderId", checkout)
	must(t, err)
	is(t, "the path of a folder in one that moved", dig(body, "Folder.ResourceDirectoryPath"), strings.Join([]string{rd, rdRoot, "fd-New0000001", teams, checkout}, "/"))
	must(t, w.MoveMember(sharee(3), ""))
	must(t, w.DeleteFolder(guests))
	must(t, w.AddDirectory(simcloud.Directory{ID: "rd-StUvWx", Root: "r-Other3", Master: sharee(20), Members: []simcloud.Member{{Account: sharee(21)}}}))
	is(t, "a member of the new directory", r.try("k"+sharee(21), rm("GetResourceDirectory")), "OK")

	must(t, w.AddAccount(simcloud.Account{ID: "1200000000000002", Site: simcloud.SiteInternational}))
	before, err := w.State()
	must(t, err)
	for name, err := range map[string]error{
		"a member of another directory":     w.JoinDirectory(rd, sharee(21), ""),
		"a member twice":                    w.JoinDirectory(rd, sharee(1), ""),
		"an unknown account":                w.JoinDirectory(rd, "1999999999999999", ""),
		"an account of another site":        w.JoinDirectory("rd-StUvWx", "1200000000000002", ""),
		"an unknown directory":              w.JoinDirectory("rd-Nowhere", sharee(5), ""),
		"an unknown folder":                 w.JoinDirectory(rd, sharee(5), "fd-Nowhere001"),
		"a move into a foreign folder":      w.MoveMember(sharee(21), teams),
		"a move of nobody":                  w.MoveMember(sharee(5), teams),
		"a master that leaves":              w.LeaveDirectory(master),
		"a folder that somebody is in":      w.DeleteFolder(checkout),
		"a folder that a folder is in":      w.DeleteFolder(teams),
		"a folder in itself":                w.MoveFolder(teams, checkout),
		"a folder twice":                    w.AddFolder(rd, simcloud.Folder{ID: teams}),
		"a folder of a strange name":        w.AddFolder(rd, simcloud.Folder{ID: "teams"}),
		"a directory twice":                 w.AddDirectory(simcloud.Directory{ID: rd, Root: "r-Other4", Master: sharee(30)}),
		"a directory of a strange name":     w.AddDirectory(simcloud.Directory{ID: "rd", Root: "r-Other4", Master: sharee(30)}),
		"a root of a strange name":          w.AddDirectory(simcloud.Directory{ID: "rd-Other4", Root: "root", Master: sharee(30)}),
		"a directory of nobody":             w.AddDirectory(simcloud.Directory{ID: "rd-Other4", Root: "r-Other4"}),
		"sharing in a directory of nowhere": w.SetDirectorySharing("rd-Nowhere", true),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	after, err := w.State()
	must(t, err)
	is(t, "what was refused left a trace", string(before) == string(after), true)
}

func TestFoldersAreFiveLevelsDeepAtMost(t *testing.T) {
	w := sharingRig(t).world
	parent := ""
	for n := 1; n <= 6; n++ {
		id := fmt.Sprintf("fd-Level0000%d", n)
		if err := w.AddFolder(rd, simcloud.Folder{ID: id, Parent: parent}); (err == nil) != (n <= 5) {
			t.Errorf("level %d: %v", n, err)
		}
		parent = id
	}
}
