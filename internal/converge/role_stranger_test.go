// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"
	"strings"
	"testing"
)

func TestAStatementWrittenWhileTheRoleIsBeingEmptiedKeepsTheRole(t *testing.T) {
	s := newScene()
	s.need("1", "k")
	s.rest(t)
	s.need("", "")
	s.before = func(call string) mishap {
		if call == "delete policy #1" {
			s.role.trust = strings.Replace(s.role.trust, "[", "["+foreignStatements[0]+",", 1)
		}
		return well
	}
	s.pass()
	if !slices.Contains(s.trustPolicy().Foreign(), foreignStatements[0]) {
		t.Errorf("the stranger's statement is gone, after %q", s.writes())
	}
}

func TestAPolicyOfOursThatSomebodyHasOverwrittenGoesWithTheRest(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.rest(t)
	policy := s.policies[ourPolicy]
	policy.Document = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}`
	s.policies[ourPolicy] = policy
	s.need("", "")
	s.rest(t)
	if len(s.names()) > 0 || len(s.role.attached) > 0 {
		t.Errorf("left are %q, and attached %v", s.names(), s.role.attached)
	}
}
