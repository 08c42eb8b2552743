// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import "slices"

// forgotten says whether somebody else than the operator has taken an entry out of the ledger of an object that is in these versions, as a
// status from a backup does, or a lost one. The operator cannot know then that it was the one who gave the access.
func (h *history) forgotten(versions []Version, who string) bool {
	for i := 1; i < len(versions); i++ {
		was, is := versions[i-1], versions[i]
		if was.Gone || is.Gone || was.UID != is.UID {
			continue
		}
		_, had := was.ImageShare.Status.Ledger[who]
		_, has := is.ImageShare.Status.Ledger[who]
		if had && !has && !h.wrote(is) {
			return true
		}
	}
	return false
}

// wrote says whether a version of an object is what the operator has made of it.
func (h *history) wrote(v Version) bool {
	return slices.ContainsFunc(h.Writes, func(e Exchange) bool {
		if !e.carriedOut() || addressOf(e.Path).kind() != v.Kind || addressOf(e.Path).name != v.Name {
			return false
		}
		made, ok := versionOf(v.Kind, e.Response, v.Seen)
		return ok && made.Resource == v.Resource
	})
}
