// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "net/http"

type directoryJSON struct {
	Directory string `json:"directory"`
	Sharing   bool   `json:"sharing"`
}

type folderJSON struct {
	Folder
	Directory string `json:"directory"`
}

type folderMoveJSON struct {
	Folder string `json:"folder"`
	Parent string `json:"parent"`
}

type memberJSON struct {
	Directory string `json:"directory,omitempty"`
	Account   string `json:"account"`
	Folder    string `json:"folder,omitempty"`
}

type shareRefJSON struct {
	Share  string `json:"share"`
	Entity string `json:"entity,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// adminSharing adds the pages for what happens in a resource directory, and by hand in resource sharing.
func (w *World) adminSharing(mux *http.ServeMux) {
	mux.HandleFunc("PUT /_sim/directories", post(func(r Directory) (any, error) { return r, w.AddDirectory(r) }))
	mux.HandleFunc("PATCH /_sim/directories", post(func(r directoryJSON) (any, error) { return r, w.SetDirectorySharing(r.Directory, r.Sharing) }))
	mux.HandleFunc("PUT /_sim/folders", post(func(f folderJSON) (any, error) { return f, w.AddFolder(f.Directory, f.Folder) }))
	mux.HandleFunc("PATCH /_sim/folders", post(func(f folderMoveJSON) (any, error) { return f, w.MoveFolder(f.Folder, f.Parent) }))
	mux.HandleFunc("DELETE /_sim/folders", post(func(f folderMoveJSON) (any, error) { return f, w.DeleteFolder(f.Folder) }))
	mux.HandleFunc("PUT /_sim/members", post(func(m memberJSON) (any, error) { return m, w.JoinDirectory(m.Directory, m.Account, m.Folder) }))
	mux.HandleFunc("PATCH /_sim/members", post(func(m memberJSON) (any, error) { return m, w.MoveMember(m.Account, m.Folder) }))
	mux.HandleFunc("DELETE /_sim/members", post(func(m memberJSON) (any, error) { return m, w.LeaveDirectory(m.Account) }))
	mux.HandleFunc("GET /_sim/shares", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.sharesNow()) })
	mux.HandleFunc("PUT /_sim/shares", post(func(s Share) (any, error) {
		id, err := w.AddShare(s)
		return shareRefJSON{Share: id}, err
	}))
	mux.HandleFunc("DELETE /_sim/shares", post(func(s shareRefJSON) (any, error) { return s, w.DeleteShare(s.Share) }))
	mux.HandleFunc("POST /_sim/shares/fail", post(func(s shareRefJSON) (any, error) { return s, w.FailAssociation(s.Share, s.Entity, s.Reason) }))
	mux.HandleFunc("POST /_sim/shares/finish", post(func(struct{}) (any, error) {
		err := w.FinishSharing()
		return w.sharesNow(), err
	}))
	mux.HandleFunc("GET /_sim/uses", func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		region, image, account := q.Get("region"), q.Get("image"), q.Get("account")
		writeJSON(rw, map[string]bool{"reaches": w.Reaches(region, image, account), "decrypts": w.Decrypts(region, image, account),
			"canUse": w.CanUse(region, image, account)})
	})
}
