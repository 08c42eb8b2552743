// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// anybodyObserves reports whether an ImageShare wants to see what would be done
// about the image.
func (p *pass) anybodyObserves() bool {
	for _, m := range p.members {
		if m.observing() {
			return true
		}
	}
	return false
}

// enforced is a group as it would be if nobody in it observed.
func (p *pass) enforced(group []share.Declaration) []share.Declaration {
	out := slices.Clone(group)
	for i, d := range out {
		if p.members[d.ID].observing() {
			out[i].Standing = share.Active
		}
	}
	return out
}

// wouldRevoke is what of a member that observes would be taken away if it were
// enforced, and it alone.
func (p *pass) wouldRevoke(m *member, w *way, seen share.Observed) share.Sharees {
	if !m.observing() {
		return share.Sharees{}
	}
	alone := w.group()
	at := slices.IndexFunc(alone, func(d share.Declaration) bool { return d.ID == nameOf(m.obj) })
	alone[at].Standing = share.Active
	alone[at].Ledger = share.TakeOver(alone, alone[at], seen, alone[at].Ledger).Ledger
	return share.Combine(alone).Revoke.And(alone[at].Ledger.Sharees()).Without(seen.Elsewhere)
}

// wouldRevoke adds those who would be taken away.
func (s *sharees) wouldRevoke(sharees share.Sharees) {
	for id := range sharees.All() {
		s.add(string(id), v1alpha1.ShareeWouldRevoke, verdict{class: resting, reason: v1alpha1.ReasonObserving, message: "Would be taken away: the mode is Observe"})
	}
}

// observed says what would be done on account of an ImageShare that observes.
func observed(s *sharees) verdict {
	var grant, revoke, others []string
	for _, one := range s.apart {
		switch one.State {
		case v1alpha1.ShareeWouldGrant:
			grant = append(grant, string(one.Sharee))
		case v1alpha1.ShareeWouldRevoke:
			revoke = append(revoke, string(one.Sharee))
		default:
			others = append(others, string(one.Sharee))
		}
	}
	var parts []string
	for _, part := range []struct {
		text string
		who  []string
	}{{"would share the image with %s", grant}, {"would stop sharing it with %s", revoke}, {"could not share it with %s, see status.notShared", others}} {
		if len(part.who) > 0 {
			parts = append(parts, fmt.Sprintf(part.text, some(part.who)))
		}
	}
	what := "everything is as declared, and nothing would be done"
	if len(parts) > 0 {
		what = "the operator " + strings.Join(parts, ", and ") + ", and does nothing"
	}
	return verdict{class: resting, reason: v1alpha1.ReasonObserving, message: "Observing: " + what}
}
