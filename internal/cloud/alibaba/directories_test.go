// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The vendor's answers about directories.
const (
	testPath      = testDirectory + "/r-AbCdEf/" + testFolder
	directoryBody = `{"RequestId":"R","ResourceDirectory":{"ResourceDirectoryId":"rd-AbCdEf","RootFolderId":"r-AbCdEf",` +
		`"MasterAccountId":"1000000000000009","MasterAccountName":"n","CreateTime":"2026-01-01T00:00:00.000Z"}}`
	folderBody = `{"RequestId":"R","Folder":{"FolderId":"fd-abcdefghij","FolderName":"n","ParentFolderId":"r-AbCdEf",` +
		`"ResourceDirectoryPath":"rd-AbCdEf/r-AbCdEf/fd-abcdefghij","CreateTime":"2026-01-01T00:00:00.000Z"}}`
	memberBody = `{"RequestId":"R","Account":{"AccountId":"1000000000000002","DisplayName":"n","FolderId":"fd-abcdefghij",` +
		`"ResourceDirectoryId":"rd-AbCdEf","ResourceDirectoryPath":"rd-AbCdEf/r-AbCdEf/fd-abcdefghij/1000000000000002","Status":"InviteSuccess"}}`
)

func TestDirectories(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	if got, err := session.Directory(t.Context()); got != testDirectory || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := session.Folder(t.Context(), testFolder); got != testPath || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := session.Member(t.Context(), testMember); got != testPath || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	for i, want := range []url.Values{
		{"Action": {"GetResourceDirectory"}}, {"Action": {"GetFolder"}, "FolderId": {testFolder}}, {"Action": {"GetAccount"}, "AccountId": {testMember}},
	} {
		want.Set("Version", "2020-03-31")
		for parameter := range want {
			if asked := v.calls()[i]; asked.Get(parameter) != want.Get(parameter) || v.hosts[i] != "resourcemanager.aliyuncs.com" {
				t.Errorf("asked %s for %v", v.hosts[i], asked)
			}
		}
	}
}

func TestPathsOfDirectories(t *testing.T) {
	const root = testDirectory + "/r-AbCdEf"
	for name, test := range map[string]struct {
		verb, body string
		want       share.Principal
	}{
		"a folder in folders":         {"Folder", strings.Replace(folderBody, "/fd-", "/fd-Upper00001/fd-", 1), root + "/fd-Upper00001/" + testFolder},
		"a member without its number": {"Member", strings.Replace(memberBody, "/1000000000000002", "", 1), testPath},
		"a member in the root":        {"Member", strings.Replace(strings.Replace(memberBody, "/fd-abcdefghij", "", 1), testFolder, "r-AbCdEf", 1), root},
		"a member of deep folders": {"Member", strings.Replace(memberBody, "/fd-", "/fd-A/fd-B/fd-C/fd-D/fd-", 1),
			root + "/fd-A/fd-B/fd-C/fd-D/" + testFolder},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			session, got, err := v.open(t, Options{}), share.Principal(""), error(nil)
			if test.verb == "Folder" {
				got, err = session.Folder(t.Context(), testFolder)
			} else {
				got, err = session.Member(t.Context(), testMember)
			}
			if got != test.want || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestDirectoriesAreWholeOrNone(t *testing.T) {
	for name, test := range map[string]struct{ verb, body string }{
		"no directory":                {"Directory", `{"RequestId":"R"}`},
		"a directory without an ID":   {"Directory", `{"RequestId":"R","ResourceDirectory":{}}`},
		"an odd directory":            {"Directory", strings.Replace(directoryBody, "rd-AbCdEf", "r-AbCdEf", 1)},
		"a directory for all":         {"Directory", strings.Replace(directoryBody, "rd-AbCdEf", "rd-*", 1)},
		"no folder":                   {"Folder", `{"RequestId":"R"}`},
		"a folder without a path":     {"Folder", strings.Replace(folderBody, testPath, "", 1)},
		"a folder of a short path":    {"Folder", strings.Replace(folderBody, testPath, testDirectory+"/"+testFolder, 1)},
		"a folder of a strange path":  {"Folder", strings.Replace(folderBody, "/r-AbCdEf/", "/r-*/", 1)},
		"a folder of an endless path": {"Folder", strings.Replace(folderBody, "/fd-", strings.Repeat("/fd-A", 100)+"/fd-", 1)},
		"a path that says too much":   {"Folder", strings.Replace(folderBody, testPath, testPath+"/1000000000000002", 1)},
		"another folder's path":       {"Folder", strings.Replace(folderBody, testPath, testPath+"k", 1)},
		"the path under another ID":   {"Folder", strings.Replace(folderBody, testFolder, "fd-another001", 1)},
		"another folder":              {"Folder", strings.ReplaceAll(folderBody, testFolder, "fd-another001")},
		"a folder in another case":    {"Folder", strings.ReplaceAll(folderBody, testFolder, "fd-ABCDEFGHIJ")},
		"no account":                  {"Member", `{"RequestId":"R"}`},
		"another account":             {"Member", strings.Replace(memberBody, testMember, "1000000000000003", 1)},
		"another account's path":      {"Member", strings.Replace(memberBody, "/"+testMember, "/1000000000000003", 1)},
		"an account without a path":   {"Member", strings.Replace(memberBody, testPath+"/"+testMember, "", 1)},
		"an account in no folder":     {"Member", strings.Replace(memberBody, `"FolderId":"fd-abcdefghij"`, `"FolderId":""`, 1)},
		"an account in two folders":   {"Member", strings.Replace(memberBody, `"FolderId":"fd-abcdefghij"`, `"FolderId":"fd-another001"`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(test.body) })
			found := mustBe(t, verbs[test.verb](t.Context(), v.open(t, Options{})), cloud.Unavailable)
			if len(v.calls()) != 1 || found.Code != "" {
				t.Errorf("got %+v after %d calls", found, len(v.calls()))
			}
		})
	}
}
