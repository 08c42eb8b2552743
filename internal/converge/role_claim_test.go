// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The ledger is what makes somebody look at a role that nobody needs: it is not
// empty before our claim is off the role. The model has found that.
func TestOurClaimIsOffTheRoleBeforeTheLedgerForgetsIt(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.rest(t)
	for id, entry := range s.ledger.Trust {
		s.ledger.Trust[id] = share.RoleEntry{Origin: share.Left, Stage: entry.Stage}
	}
	for id, entry := range s.ledger.Keys {
		s.ledger.Keys[id] = share.RoleEntry{Origin: share.Left, Stage: entry.Stage}
	}
	s.need("", "")
	s.fate("untag", killedBefore)
	s.pass()
	if s.role.tags[TagOwner] == "" || s.ledger.Empty() {
		t.Errorf("killed before the claim is off: the tags are %v, and the ledger is %v", s.role.tags, s.ledger)
	}
	s.before = func(string) mishap { return well }
	s.rest(t)
	if s.role.tags[TagOwner] != "" || !s.ledger.Empty() {
		t.Errorf("in the end the tags are %v, and the ledger is %v", s.role.tags, s.ledger)
	}
	s.want(t, "1 55", "k")
}
