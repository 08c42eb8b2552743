// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// lookLive is this pass as it would be if its caches were not behind. What is
// written to the image besides grants and revocations goes by it: the claim, and
// the resource shares that nobody needs.
func (p *pass) lookLive(ctx context.Context) (*pass, error) {
	now := *p
	if _, err := (&way{pass: &now}).Live(ctx); err != nil {
		return nil, err
	}
	return &now, nil
}

// wantsClaim reports whether the image is certainly still to be claimed, from the operator
// that a person has approved if from any: the account may be written to, and an
// ImageShare that this pass goes by gives or takes something there.
func (p *pass) wantsClaim(ctx context.Context, from string) bool {
	now, err := p.lookLive(ctx)
	if err != nil || !now.writable() || from != nobody && now.takenFrom() != from {
		return false
	}
	for id, m := range now.members {
		gives := m.standing() == share.Active && !m.mystery
		takes := m.takesAway() && len(m.obj.Status.Ledger) > 0
		if (gives || takes) && m.same(p.members[id]) {
			return true
		}
	}
	return false
}

// same reports whether an ImageShare is still the one that was planned from.
func (m *member) same(now *member) bool {
	return m != nil && now != nil && m.obj.UID == now.obj.UID && m.obj.ResourceVersion == now.obj.ResourceVersion
}

// behind is that the caches have not caught up, or that nobody could look
// whether they have.
func behind() verdict {
	return verdict{class: waiting, quiet: true, reason: v1alpha1.ReasonProgressing, after: againPace,
		message: "The ImageShares of the image, or its SharerAccount, have changed meanwhile: they are looked at again"}
}
