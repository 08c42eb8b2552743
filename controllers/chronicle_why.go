// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// maxWord is as much of somebody else's word as a line of the log holds.
const maxWord = 128

// why says for which ImageShares some sharees are given the image, or why they
// lose it, by the last look at the ImageShares.
func (p *pass) why(sharees share.Sharees, gives bool) []string {
	var out []string
	strangers := share.Sharees{}
	for _, id := range slices.Sorted(maps.Keys(p.members)) {
		m := p.members[id]
		strangers = strangers.With(m.ledger().Strangers().And(sharees))
		switch {
		case gives && m.standing() == share.Active && !m.declared().And(sharees).Empty():
			out = append(out, "declared by "+author(m.obj))
		case !gives && !m.ledger().Own().And(sharees).Empty():
			out = append(out, m.whyGoes(sharees))
		}
	}
	if !gives && !strangers.Empty() {
		out = append(out, "nobody declares "+strangers.String())
	}
	return out
}

// reachedBy is whom a resource share reaches, as it was last read.
func (p *pass) reachedBy(resourceShare string) share.Sharees {
	return p.org.way.View().On(resourceShare)
}

// whyGoes is why sharees lose what they had by an ImageShare.
func (m *member) whyGoes(sharees share.Sharees) string {
	switch {
	case m.deleting():
		return "deleted: " + author(m.obj)
	case m.expired:
		return "expired: " + author(m.obj)
	case m.standing() == share.Refused:
		return "not allowed by the rules of the SharerAccount: " + author(m.obj)
	case !m.declared().And(sharees).Empty():
		return "still declared by " + author(m.obj)
	}
	return "no longer declared by " + author(m.obj)
}

// author says which state of an ImageShare something is done for, and who has
// written it: the revision that its annotation names, and the field manager that
// changed its spec last.
func author(obj *v1alpha1.ImageShare) string {
	text := fmt.Sprintf("%s (generation %d", nameOf(obj), obj.Generation)
	if revision := obj.Annotations[v1alpha1.Revision]; revision != "" {
		text += ", revision " + clipTo(revision, maxWord)
	}
	if writer := writerOf(obj); writer != "" {
		text += ", written by " + clipTo(writer, maxWord)
	}
	return text + ")"
}

// writerOf is the field manager that changed the spec last, as far as the API
// server tells.
func writerOf(obj *v1alpha1.ImageShare) string {
	last := -1
	fields := obj.ManagedFields
	for i, f := range fields {
		if f.Subresource != "" || f.FieldsV1 == nil || !bytes.Contains(f.FieldsV1.GetRawBytes(), []byte(`"f:spec"`)) {
			continue
		}
		if last < 0 || fields[last].Time.Before(f.Time) {
			last = i
		}
	}
	if last < 0 {
		return ""
	}
	return fields[last].Manager
}

// why says which ImageShares need somebody to be trusted, or that none does.
func (p *rolePass) why(sharees share.Sharees, gives bool) []string {
	principals := share.As[share.Principal](sharees)
	if principals.Empty() {
		return nil
	}
	if !gives {
		return []string{"no ImageShare needs them"}
	}
	var out []string
	for _, need := range p.needs {
		if !need.Trust.And(principals).Empty() {
			out = append(out, "needed by "+need.ID)
		}
	}
	return out
}
