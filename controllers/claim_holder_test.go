// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// A holder whose name was longer than a status can hold was written into a held
// plan as it was, which the API server refuses with all else that the status says.
func TestAHeldPlanNamesNoHolderThatAStatusCannotHold(t *testing.T) {
	for _, tag := range []string{strings.Repeat("x", 257), strings.Repeat("é", 5000)} {
		image := cloud.Image{Tags: map[string]string{converge.TagOwner: tag}}
		p := &pass{reconciler: &ImageShareReconciler{}, started: time.Unix(0, 0)}
		p.conclude(p.othersClaim(holderOf(image)))
		plan := p.heldPlan([]share.Change{{Sharee: "1100000000000001", Revoke: true, Reason: share.HeldChangesHands}})
		if count := utf8.RuneCountInString(plan.From); count == 0 || count > maxHolder {
			t.Errorf("the holder has %d characters", count)
		}
	}
}
