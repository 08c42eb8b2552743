// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
	"strings"
)

const versionDirectory = "2020-03-31"

// directoryOperations are the actions of resource management about a directory. What RAM is asked about: vendor docs, the table of
// each action.
func directoryOperations() []operation {
	ops := []operation{
		{action: "GetResourceDirectory", resources: everyResource, handle: getResourceDirectory},
		{action: "GetFolder", resources: folderARN("FolderId"), handle: getFolder},
		{action: "ListFoldersForParent", resources: folderARN("ParentFolderId"), handle: listFoldersForParent},
		{action: "ListAncestors", resources: folderARN("ChildId"), handle: listAncestors},
		{action: "GetAccount", resources: accountARN, handle: getAccount},
	}
	for i := range ops {
		ops[i].product, ops[i].version = productDirectory, versionDirectory
	}
	return ops
}

// everyResource is for an action that cannot be allowed on one resource alone.
func everyResource(*call) []string { return []string{"*"} }

// folderARN names a folder by its path, or by its ID where nobody knows it.
func folderARN(param string) func(c *call) []string {
	return func(c *call) []string {
		path := c.q.get(param)
		if dir := c.doc.directoryOf(c.account()); dir != nil {
			if path == "" {
				path = dir.Root
			}
			if dir.trail(path) != nil {
				path = dir.path(path)
			}
		}
		return []string{"acs:resourcemanager:*:" + c.account() + ":folder/" + path}
	}
}

func accountARN(c *call) []string {
	path := c.q.get("AccountId")
	if dir := c.doc.directoryOf(c.account()); dir != nil && dir.has(path) {
		path = dir.path(dir.folderOf(path)) + "/" + path
	}
	return []string{"acs:resourcemanager:*:" + c.account() + ":account/" + path}
}

// errMissingParam is how resource management and resource sharing say that a parameter is missing.
func errMissingParam(name string) *apiError {
	return fail(http.StatusBadRequest, "MissingParameter."+name, "You must specify %s.", name)
}

func errInvalidParam(name string) *apiError {
	return fail(http.StatusBadRequest, "InvalidParameter."+name, "The %s is invalid.", name)
}

func errNoEntity(what string) *apiError {
	return fail(http.StatusNotFound, "EntityNotExists."+what, "The specified %s does not exist.", what)
}

// directory is the directory of the caller, if the caller may read it: its master may, and of its members says a dialect.
func (c *call) directory() (*Directory, *apiError) {
	dir := c.doc.directoryOf(c.account())
	hidden := fail(http.StatusNotFound, "EntityNotExists.ResourceDirectory", "The resource directory for the account is not enabled.")
	switch {
	case dir == nil:
		return nil, hidden
	case dir.Master == c.account() || c.doc.Dialects.DirectoryReads == "members":
		return dir, nil
	case c.doc.Dialects.DirectoryReads == "hidden":
		return nil, hidden
	}
	return nil, fail(http.StatusForbidden, "NoPermission", "You are not authorized to do this action.")
}

func getResourceDirectory(c *call) (tree, *apiError) {
	dir, err := c.directory()
	if err != nil {
		return nil, err
	}
	return tree{"ResourceDirectory": tree{
		"ResourceDirectoryId": dir.ID, "RootFolderId": dir.Root, "MasterAccountId": dir.Master, "MasterAccountName": c.doc.account(dir.Master).Name,
		"ControlPolicyStatus": "Disabled", "MemberDeletionStatus": "Disabled", "ScpStatus": "Disabled", "IdentityInformation": "",
		"CreateTime": dir.Created.UTC().Format(milliFormat),
	}}, nil
}

// foundFolder reads an ID of a folder and finds its directory.
func (c *call) foundFolder(param string) (*Directory, string, *apiError) {
	id := c.q.get(param)
	switch {
	case id == "":
		return nil, "", errMissingParam(param)
	case !folderPattern.MatchString(id) && !rootPattern.MatchString(id):
		return nil, "", errInvalidParam(param)
	}
	dir, err := c.directory()
	switch {
	case err != nil:
		return nil, "", err
	case dir.trail(id) == nil:
		return nil, "", errNoEntity("Folder")
	}
	return dir, id, nil
}

// folderRow is a folder as the lists show it. That the root folder is called Root is from the vendor's console.
func (dir *Directory) folderRow(id string) tree {
	f := dir.folder(id)
	if f == nil {
		f = &Folder{Name: "Root", Created: dir.Created}
	}
	return tree{"FolderId": id, "FolderName": f.Name, "CreateTime": f.Created.UTC().Format(milliFormat)}
}

func getFolder(c *call) (tree, *apiError) {
	dir, id, err := c.foundFolder("FolderId")
	if err != nil {
		return nil, err
	}
	row := dir.folderRow(id)
	row["ParentFolderId"], row["ResourceDirectoryPath"] = "", dir.path(id)
	if f := dir.folder(id); f != nil {
		row["ParentFolderId"] = f.Parent
	}
	return tree{"Folder": row}, nil
}

// listFoldersForParent lists the folders right below one, or below the root.
func listFoldersForParent(c *call) (tree, *apiError) {
	p, err := c.q.pageParams()
	if err != nil {
		return nil, err
	}
	dir, err := c.directory()
	if err != nil {
		return nil, err
	}
	parent := dir.Root
	if c.q.get("ParentFolderId") != "" {
		if dir, parent, err = c.foundFolder("ParentFolderId"); err != nil {
			return nil, err
		}
	}
	rows := []tree{}
	for _, f := range dir.Folders {
		if f.Parent == parent && strings.Contains(f.Name, c.q.get("QueryKeyword")) {
			rows = append(rows, dir.folderRow(f.ID))
		}
	}
	from, to := p.cut(len(rows))
	return tree{"TotalCount": len(rows), "PageNumber": p.number, "PageSize": p.size, "Folders": tree{"Folder": rows[from:to]}}, nil
}

// listAncestors lists the folders above one, the root first (vendor docs, ListAncestors).
func listAncestors(c *call) (tree, *apiError) {
	dir, id, err := c.foundFolder("ChildId")
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	for _, above := range dir.trail(id) {
		if above != id {
			rows = append(rows, dir.folderRow(above))
		}
	}
	return tree{"Folders": tree{"Folder": rows}}, nil
}

// getAccount says where an account of the directory stands. The path of an account ends in its number, unlike that of a folder
// (vendor docs, ListAccounts, example). That the master is answered too is a guess.
func getAccount(c *call) (tree, *apiError) {
	id := c.q.get("AccountId")
	if id == "" {
		return nil, errMissingParam("AccountId")
	}
	dir, err := c.directory()
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(dir.accounts(), id):
		return nil, errNoEntity("Account")
	}
	since, folder, name := dir.Created, dir.folderOf(id), c.doc.account(id).Name
	if m := dir.member(id); m != nil {
		since = m.Joined
	}
	return tree{"Account": tree{
		"AccountId": id, "AccountName": name, "DisplayName": name, "FolderId": folder, "ResourceDirectoryId": dir.ID,
		"ResourceDirectoryPath": dir.path(folder) + "/" + id, "JoinTime": since.UTC().Format(milliFormat), "JoinMethod": "invited",
		"ModifyTime": since.UTC().Format(milliFormat), "Status": "InviteSuccess", "Type": "CloudAccount",
	}}, nil
}
