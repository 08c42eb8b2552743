// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func (r *resources) breaks(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

func (r *resources) watchBatch(targets []string) {
	if len(targets) == 0 || len(targets) > cloud.AssociationBatch {
		r.breaks("a call with %d targets", len(targets))
	}
}

func (r *resources) watchName(name string) {
	if len(name) > 50 || !strings.HasPrefix(name, "imageshare-") {
		r.breaks("a resource share is called %q", name)
	}
}

func (r *resources) watchStranger(s *resourceShare) {
	if s.stranger {
		r.breaks("the resource share %s of somebody else was written", s.ID)
	}
}

// watchPut notes a target that is put on a resource share though no Active
// ImageShare declared it at the last live look, or none has it in its ledger.
func (r *resources) watchPut(targets []string) {
	r.watchBatch(targets)
	for _, target := range targets {
		if !r.lookedLive {
			r.breaks("%s was put on without a live look", target)
		}
		if !r.announced(share.Sharee(target)) {
			r.breaks("%s was put on though no ImageShare declared it and had it in its ledger", target)
		}
	}
}

func (r *resources) announced(id share.Sharee) bool {
	for _, d := range r.looked {
		if _, held := d.Ledger[id]; held && d.Grants(id) {
			return true
		}
	}
	return false
}

// ours reports whether a resource share is still to be known as ours: a hand
// may have taken away all that tells.
func (r *resources) ours(s *resourceShare) bool {
	renamed := present(s.Images, theImage) && !strings.HasPrefix(s.Name, "imageshare-")
	named := s.Name == "imageshare-"+theImage || renamed
	return !s.stranger && (s.ID == r.known || s.Tagged && named)
}

// has reports whether a target has the image by a resource share of ours, or is
// on one at least that has the image.
func (r *resources) has(target string) (access, on bool) {
	for _, s := range r.shares {
		if s.stranger || !r.ours(s) {
			continue
		}
		access = access || stateOf(s.Images, theImage) == cloud.Associated && stateOf(s.Targets, target) == cloud.Associated
		on = on || present(s.Images, theImage) && present(s.Targets, target)
	}
	return access, on
}

// watchTaking notes a target that loses the image by a write though somebody
// wants it, or though a hand has put it there and no ledger knows it as granted.
func (r *resources) watchTaking(verb string, write func()) {
	type standing struct{ access, on bool }
	before := map[string]standing{}
	for _, target := range everybody {
		access, on := r.has(target)
		before[target] = standing{access, on}
	}
	write()
	for _, target := range everybody {
		access, on := r.has(target)
		lost := before[target].access && !access || before[target].on && !on
		if lost && r.protected(share.Sharee(target)) {
			r.breaks("%s loses the image by a %s (tidying: %v)", target, verb, r.tidying)
		}
	}
}

// protected reports whether nobody may take a target off: an ImageShare wanted
// it at the last look, or it is not ours to take.
func (r *resources) protected(id share.Sharee) bool {
	if shields(r.looked, id) || r.tidying && shields(r.group(), id) {
		return true
	}
	return !r.provable(id)
}

func shields(group []share.Declaration, id share.Sharee) bool {
	for _, d := range group {
		_, held := d.Ledger[id]
		idle := d.Standing == share.Idle && (held || d.Sharees.Has(id))
		if idle || d.Standing == share.Leaving && held || d.Standing == share.Active && d.Sharees.Has(id) {
			return true
		}
	}
	return false
}
