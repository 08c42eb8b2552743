// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// How much a call may name: ModifyImageSharePermission ten accounts to add and ten to remove, and drops the others without a word;
// Resource Sharing five targets and five resources (vendor docs, ModifyImageSharePermission and AssociateResourceShare).
const (
	mostAccounts = 10
	mostTargets  = 5
)

// judgeTen holds every call against how many it may name, whether or not it was refused for that.
func judgeTen(h *history) []Violation {
	var found []Violation
	for _, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		images := 0
		if e.Share != "" || len(e.Targets) > 0 {
			images = len(imagesOf(e))
		}
		for _, c := range []struct {
			what     string
			are, may int
		}{
			{"accounts to add", len(e.Add), mostAccounts}, {"accounts to remove", len(e.Remove), mostAccounts},
			{"targets", len(e.Targets), mostTargets}, {"images", images, mostTargets},
		} {
			if c.are > c.may {
				found = append(found, tooMany(e, c.what, c.are, c.may))
			}
		}
	}
	return found
}

func tooMany(e simcloud.Entry, what string, are, may int) Violation {
	return Violation{Law: LawTen, When: e.Time, Object: e.Action, Message: fmt.Sprintf("names %d %s, and may name %d", are, what, may),
		Evidence: []string{entryLine(e)}}
}
