// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"fmt"
	"regexp"
)

// Forms of the IDs (vendor docs, ListFoldersForParent, error codes). That of a directory is in no document that was read; the
// examples have six characters.
var (
	directoryPattern = regexp.MustCompile(`^rd-[A-Za-z0-9]{4,20}$`)
	rootPattern      = regexp.MustCompile(`^r-[A-Za-z0-9]{6}$`)
	folderPattern    = regexp.MustCompile(`^fd-[A-Za-z0-9]{10}$`)
)

// maxDepth is how many levels of folders there can be below the root (vendor docs, resource directory limits).
const maxDepth = 5

func (d *Document) completeDirectories() error {
	ids, accounts := map[string]bool{}, map[string]bool{}
	for i := range d.Directories {
		r := &d.Directories[i]
		if err := d.completeDirectory(r); err != nil {
			return fmt.Errorf("directories[%d].%w", i, err)
		}
		names := []string{r.ID, r.Root}
		for _, f := range r.Folders {
			names = append(names, f.ID)
		}
		for _, id := range names {
			if ids[id] {
				return fmt.Errorf("directories[%d]: %s is there twice", i, id)
			}
			ids[id] = true
		}
		for _, id := range r.accounts() {
			if accounts[id] {
				return fmt.Errorf("directories[%d]: account %s belongs to a directory already", i, id)
			}
			accounts[id] = true
		}
	}
	return nil
}

func (d *Document) completeDirectory(r *Directory) error {
	switch {
	case !directoryPattern.MatchString(r.ID):
		return fmt.Errorf("id: %q is no ID of a directory", r.ID)
	case !rootPattern.MatchString(r.Root):
		return fmt.Errorf("root: %q is no ID of a root folder", r.Root)
	case d.account(r.Master) == nil:
		return fmt.Errorf("master: %q is not among the accounts", r.Master)
	}
	*r = r.clone() // the folders may be those of another document
	for i := range r.Folders {
		if err := r.completeFolder(&r.Folders[i]); err != nil {
			return fmt.Errorf("folders[%d].%w", i, err)
		}
	}
	for i := range r.Folders {
		if err := r.checkDepth(r.Folders[i].ID); err != nil {
			return fmt.Errorf("folders[%d].parent: %w", i, err)
		}
	}
	return d.completeMembers(r)
}

func (r *Directory) completeFolder(f *Folder) error {
	if !folderPattern.MatchString(f.ID) {
		return fmt.Errorf("id: %q is no ID of a folder", f.ID)
	}
	if f.Parent == "" {
		f.Parent = r.Root
	}
	if f.Parent != r.Root && r.folder(f.Parent) == nil {
		return fmt.Errorf("parent: there is no folder %q", f.Parent)
	}
	return nil
}

// checkDepth climbs from a folder to the root.
func (r *Directory) checkDepth(id string) error {
	for range maxDepth {
		f := r.folder(id)
		if f.Parent == r.Root {
			return nil
		}
		id = f.Parent
	}
	return errors.New("the folder is in itself, or too deep")
}

// completeMembers also sees to it that nobody is of another site than the master: that a directory cannot span sites is a guess.
func (d *Document) completeMembers(r *Directory) error {
	for i := range r.Members {
		m := &r.Members[i]
		if m.Folder == "" {
			m.Folder = r.Root
		}
		a := d.account(m.Account)
		switch {
		case a == nil:
			return fmt.Errorf("members[%d].account: %q is not among the accounts", i, m.Account)
		case a.Site != d.account(r.Master).Site:
			return fmt.Errorf("members[%d].account: %q is of another site than the master", i, m.Account)
		case r.trail(m.Folder) == nil:
			return fmt.Errorf("members[%d].folder: there is no folder %q", i, m.Folder)
		}
	}
	return nil
}
