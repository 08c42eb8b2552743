// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// maxReasons is how many ImageShares an entry of the role's ledger names.
const maxReasons = 3

// roleLedgerOf is the ledger of the encryption role as package share sees it.
func roleLedgerOf(sharer *v1alpha1.SharerAccount) share.RoleLedger {
	out := share.RoleLedger{Trust: map[share.Principal]share.RoleEntry{}, Keys: map[share.KeyID]share.RoleEntry{}}
	role := sharer.Status.Role
	if role == nil {
		return out
	}
	for id, entry := range role.Trust {
		out.Trust[share.Principal(id)] = share.RoleEntry{Origin: origins.in(entry.Origin), Stage: stages.in(entry.Stage)}
	}
	for id, entry := range role.Keys {
		if entry.Stage != "" {
			out.Keys[share.KeyID(id)] = share.RoleEntry{Origin: origins.in(entry.Origin), Stage: stages.in(entry.Stage)}
		}
	}
	if role.AllKeys.Stage != "" {
		out.AllKeys = &share.RoleEntry{Origin: origins.in(role.AllKeys.Origin), Stage: stages.in(role.AllKeys.Stage)}
	}
	return out
}

// setRoleLedger writes the ledger into a status, and leaves what else stands
// beside the entries as it is.
func setRoleLedger(into *v1alpha1.SharerAccount, ledger share.RoleLedger) {
	role := &v1alpha1.RoleStatus{}
	if into.Status.Role != nil {
		role = into.Status.Role.DeepCopy()
	}
	trust := make(map[string]v1alpha1.TrustEntry, len(ledger.Trust))
	for id, entry := range ledger.Trust {
		told := role.Trust[string(id)]
		told.Origin, told.Stage = origins.out(entry.Origin), stages.out(entry.Stage)
		trust[string(id)] = told
	}
	keys := make(map[string]v1alpha1.KeyEntry, len(ledger.Keys))
	for id, told := range role.Keys {
		told.Origin, told.Stage = "", ""
		if _, held := ledger.Keys[share.KeyID(id)]; !held && told.State != "" {
			keys[id] = told
		}
	}
	for id, entry := range ledger.Keys {
		told := role.Keys[string(id)]
		told.Origin, told.Stage = origins.out(entry.Origin), stages.out(entry.Stage)
		keys[string(id)] = told
	}
	role.Trust, role.Keys, role.AllKeys = orNone(trust), orNone(keys), v1alpha1.TrustEntry{}
	if ledger.AllKeys != nil {
		role.AllKeys = v1alpha1.TrustEntry{Origin: origins.out(ledger.AllKeys.Origin), Stage: stages.out(ledger.AllKeys.Stage)}
	}
	into.Status.Role = role
}

// orNone is a map, or nil for an empty one.
func orNone[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return m
}

// tellReasons writes into the ledger which ImageShares need each sharee.
func tellReasons(role *v1alpha1.RoleStatus, needs []share.Need) {
	for id, entry := range role.Trust {
		var names []string
		for _, n := range needs {
			if n.Trust.Has(share.Principal(id)) || n.Shields.Has(share.Principal(id)) {
				names = append(names, n.ID)
			}
		}
		slices.Sort(names)
		entry.Others = size(max(len(names)-maxReasons, 0))
		entry.ImageShares = names[:min(len(names), maxReasons)]
		if len(names) == 0 {
			entry.ImageShares = nil
		}
		role.Trust[id] = entry
	}
}

// leaveForGood marks what an ImageShare has of the role as Left, so that
// nobody takes it away after the ImageShare is gone. It reports whether that is
// a change.
func leaveForGood(role *v1alpha1.RoleStatus, left share.Principals, keys []string) bool {
	changed := false
	for id := range left.All() {
		if entry, there := role.Trust[string(id)]; there && entry.Origin != v1alpha1.OriginLeft {
			entry.Origin, changed = v1alpha1.OriginLeft, true
			role.Trust[string(id)] = entry
		}
	}
	for id, entry := range role.Keys {
		// Where nobody knows its keys, they may be any.
		concerned := len(keys) == 0 || slices.Contains(keys, id)
		if concerned && entry.Stage != "" && entry.Origin != v1alpha1.OriginLeft {
			entry.Origin, changed = v1alpha1.OriginLeft, true
			role.Keys[id] = entry
		}
	}
	if role.AllKeys.Stage != "" && role.AllKeys.Origin != v1alpha1.OriginLeft {
		role.AllKeys.Origin, changed = v1alpha1.OriginLeft, true
	}
	return changed
}
