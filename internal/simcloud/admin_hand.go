// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"net/http"
)

// roleJSON is a change of a role: what is left out stays as it is.
type roleJSON struct {
	Account     string  `json:"account"`
	Role        string  `json:"role"`
	Trust       *string `json:"trust,omitempty"`
	Description *string `json:"description,omitempty"`
	Tags        *[]Tag  `json:"tags,omitempty"`
}

type policyJSON struct {
	Account string `json:"account"`
	Policy  string `json:"policy"`
}

type attachmentJSON struct {
	Account string `json:"account"`
	Role    string `json:"role"`
	Type    string `json:"type"`
	Policy  string `json:"policy"`
}

type keyJSON struct {
	Region string  `json:"region"`
	Key    string  `json:"key"`
	State  string  `json:"state,omitempty"`
	Policy *string `json:"policy,omitempty"`
}

type snapshotJSON struct {
	Region   string `json:"region"`
	Snapshot string `json:"snapshot"`
	Key      string `json:"key"`
}

// adminHands adds the pages for what a person does in the consoles of RAM and KMS.
func (w *World) adminHands(mux *http.ServeMux) {
	mux.HandleFunc("PUT /_sim/roles", post(func(r Role) (any, error) { return r, w.AddRole(r) }))
	mux.HandleFunc("PATCH /_sim/roles", post(func(r roleJSON) (any, error) { return r, w.adminRole(r) }))
	mux.HandleFunc("DELETE /_sim/roles", post(func(r roleJSON) (any, error) { return r, w.DeleteRole(r.Account, r.Role) }))
	mux.HandleFunc("PUT /_sim/policies", post(func(p Policy) (any, error) { return p, w.AddPolicy(p) }))
	mux.HandleFunc("DELETE /_sim/policies", post(func(p policyJSON) (any, error) { return p, w.DeletePolicy(p.Account, p.Policy) }))
	mux.HandleFunc("POST /_sim/attachments", post(func(a attachmentJSON) (any, error) {
		return a, w.AttachByHand(a.Account, a.Role, a.Type, a.Policy)
	}))
	mux.HandleFunc("DELETE /_sim/attachments", post(func(a attachmentJSON) (any, error) {
		return a, w.DetachByHand(a.Account, a.Role, a.Type, a.Policy)
	}))
	mux.HandleFunc("PUT /_sim/keys", post(func(k Key) (any, error) { return k, w.AddKey(k) }))
	mux.HandleFunc("PATCH /_sim/keys", post(func(k keyJSON) (any, error) { return k, w.adminKey(k) }))
	mux.HandleFunc("PATCH /_sim/snapshots", post(func(s snapshotJSON) (any, error) { return s, w.SetSnapshotKey(s.Region, s.Snapshot, s.Key) }))
	mux.HandleFunc("GET /_sim/decrypts", func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		writeJSON(rw, map[string]bool{"decrypts": w.Decrypts(q.Get("region"), q.Get("image"), q.Get("account"))})
	})
}

// adminImage changes the state of an image, or gives it these tags and no other.
func (w *World) adminImage(i imageJSON) error {
	if (i.Status == "") == (i.Tags == nil) {
		return errors.New("give either status or tags")
	}
	if i.Tags != nil {
		return w.SetImageTags(i.Region, i.Image, *i.Tags)
	}
	return w.SetImageStatus(i.Region, i.Image, i.Status)
}

func (w *World) adminRole(c roleJSON) error {
	if c.Trust == nil && c.Description == nil && c.Tags == nil {
		return errors.New("nothing to change: give trust, description or tags")
	}
	return w.SetRole(c.Account, c.Role, func(r *Role) {
		if c.Trust != nil {
			r.Trust = *c.Trust
		}
		if c.Description != nil {
			r.Description = *c.Description
		}
		if c.Tags != nil {
			r.Tags = *c.Tags
		}
	})
}

func (w *World) adminKey(c keyJSON) error {
	if (c.State == "") == (c.Policy == nil) {
		return errors.New("give either state or policy")
	}
	if c.Policy != nil {
		return w.SetKeyPolicy(c.Region, c.Key, *c.Policy)
	}
	return w.SetKeyState(c.Region, c.Key, c.State)
}
