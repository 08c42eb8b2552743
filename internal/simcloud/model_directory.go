// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strings"
	"time"
)

// Directory is a resource directory: a tree of folders with accounts in them (vendor docs, resource directory overview).
type Directory struct {
	// ID begins with rd-, Root with r-.
	ID   string `json:"id"`
	Root string `json:"root"`
	// Master is the management account. It belongs to the directory, and stands in its root folder.
	Master string `json:"master"`
	// Sharing says that the master has enabled resource sharing for the directory.
	Sharing bool      `json:"sharing,omitempty"`
	Folders []Folder  `json:"folders,omitempty"`
	Members []Member  `json:"members,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// Folder is a folder of a directory.
type Folder struct {
	// ID begins with fd-.
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Parent is a folder of the same directory; empty means the root folder.
	Parent  string    `json:"parent,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// Member is an account in a directory.
type Member struct {
	Account string `json:"account"`
	// Folder is where the account stands; empty means in the root folder.
	Folder string    `json:"folder,omitempty"`
	Joined time.Time `json:"joined,omitzero"`
}

// clone copies the directory so that changing the copy leaves the original alone.
func (r *Directory) clone() Directory {
	c := *r
	c.Folders, c.Members = slices.Clone(r.Folders), slices.Clone(r.Members)
	return c
}

// folder finds a folder below the root; nil means that there is none.
func (r *Directory) folder(id string) *Folder {
	i := slices.IndexFunc(r.Folders, func(f Folder) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Folders[i]
}

// member finds a member; nil means that the account is none. The master is none either.
func (r *Directory) member(account string) *Member {
	i := slices.IndexFunc(r.Members, func(m Member) bool { return m.Account == account })
	if i < 0 {
		return nil
	}
	return &r.Members[i]
}

// accounts lists everybody in the directory, the master first.
func (r *Directory) accounts() []string {
	list := []string{r.Master}
	for _, m := range r.Members {
		list = append(list, m.Account)
	}
	return list
}

// has says whether the account belongs to the directory.
func (r *Directory) has(account string) bool {
	return account == r.Master || r.member(account) != nil
}

// folderOf is the folder that an account of the directory stands in.
func (r *Directory) folderOf(account string) string {
	if m := r.member(account); m != nil {
		return m.Folder
	}
	return r.Root
}

// trail lists the folders from the root down to the given one, which is the last. Nothing means that there is no such folder.
func (r *Directory) trail(folder string) []string {
	if folder == r.Root {
		return []string{r.Root}
	}
	f := r.folder(folder)
	if f == nil {
		return nil
	}
	return append(r.trail(f.Parent), f.ID)
}

// path names a folder of the directory as the vendor does: the directory, its root folder, and so on down to the folder.
func (r *Directory) path(folder string) string {
	return strings.Join(append([]string{r.ID}, r.trail(folder)...), "/")
}

// directory finds a directory by its ID; nil means that there is none.
func (d *Document) directory(id string) *Directory {
	i := slices.IndexFunc(d.Directories, func(r Directory) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Directories[i]
}

// directoryOf finds the directory that an account belongs to; nil means that it belongs to none.
func (d *Document) directoryOf(account string) *Directory {
	i := slices.IndexFunc(d.Directories, func(r Directory) bool { return r.has(account) })
	if i < 0 {
		return nil
	}
	return &d.Directories[i]
}
