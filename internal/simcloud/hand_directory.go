// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// Directory is a copy of a resource directory as it is now; false means that there is none.
func (w *World) Directory(id string) (Directory, bool) {
	r := w.document().directory(id)
	if r == nil {
		return Directory{}, false
	}
	return r.clone(), true
}

// AddDirectory makes a resource directory, with what is in it.
func (w *World) AddDirectory(r Directory) error {
	r = r.clone()
	return w.byHand(Entry{Action: "AddDirectory", Directory: r.ID, Account: r.Master}, func(next *Document) error {
		next.Directories = append(next.Directories, r)
		return next.completeDirectories()
	})
}

// SetDirectorySharing enables resource sharing for a directory, or disables it. Shares that are there stay and go on to reach whom they
// reach.
func (w *World) SetDirectorySharing(directory string, enabled bool) error {
	return w.byHandOnDirectory("SetDirectorySharing", directory, Entry{}, func(r *Directory) error {
		r.Sharing = enabled
		return nil
	})
}

// AddFolder makes a folder.
func (w *World) AddFolder(directory string, f Folder) error {
	return w.byHandOnDirectory("AddFolder", directory, Entry{Folder: f.ID}, func(r *Directory) error {
		r.Folders = append(r.Folders, f)
		return nil
	})
}

// MoveFolder puts a folder, with all that is in it, into another one; empty means the root folder.
func (w *World) MoveFolder(folder, parent string) error {
	return w.byHandOnDirectory("MoveFolder", w.directoryWith(folder), Entry{Folder: folder}, func(r *Directory) error {
		r.folder(folder).Parent = parent
		return nil
	})
}

// DeleteFolder makes a folder go away, unless something is in it.
func (w *World) DeleteFolder(folder string) error {
	return w.byHandOnDirectory("DeleteFolder", w.directoryWith(folder), Entry{Folder: folder}, func(r *Directory) error {
		r.Folders = slices.DeleteFunc(r.Folders, func(f Folder) bool { return f.ID == folder })
		return nil
	})
}

// JoinDirectory lets an account join a directory, in a folder of it; empty means the root folder.
func (w *World) JoinDirectory(directory, account, folder string) error {
	return w.byHandOnDirectory("JoinDirectory", directory, Entry{Account: account, Folder: folder}, func(r *Directory) error {
		r.Members = append(r.Members, Member{Account: account, Folder: folder, Joined: w.clock()})
		return nil
	})
}

// MoveMember puts a member into another folder of its directory; empty means the root folder.
func (w *World) MoveMember(account, folder string) error {
	return w.byHandOnDirectory("MoveMember", w.directoryWith(account), Entry{Account: account, Folder: folder}, func(r *Directory) error {
		r.member(account).Folder = folder
		return nil
	})
}

// LeaveDirectory lets a member leave its directory. The master cannot.
func (w *World) LeaveDirectory(account string) error {
	return w.byHandOnDirectory("LeaveDirectory", w.directoryWith(account), Entry{Account: account}, func(r *Directory) error {
		r.Members = slices.DeleteFunc(r.Members, func(m Member) bool { return m.Account == account })
		return nil
	})
}

// directoryWith is the ID of the directory that a member or folder is in.
func (w *World) directoryWith(id string) string {
	for _, r := range w.document().Directories {
		if r.member(id) != nil || r.folder(id) != nil {
			return r.ID
		}
	}
	return ""
}

func (w *World) byHandOnDirectory(action, directory string, e Entry, change func(r *Directory) error) error {
	e.Action, e.Directory = action, directory
	return w.byHand(e, func(next *Document) error {
		r := next.directory(directory)
		if r == nil {
			return fmt.Errorf("%s: there is no such directory, folder or member", action)
		}
		*r = r.clone()
		if err := change(r); err != nil {
			return err
		}
		return next.completeDirectories()
	})
}
