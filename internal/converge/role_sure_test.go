// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestWhoIsWantedAgainIsGivenAlsoWhileThereIsNoRoomForOthers(t *testing.T) {
	s := newScene()
	s.need("1 2 3", "k")
	s.rest(t)
	s.trustLimit = len(s.role.trust) + 5
	s.need("1 2 3 4", "k")
	s.pass()
	s.need("2 3 4", "k")
	s.fares("set trust", lostBefore)
	s.need("1 2 3 4", "k")
	s.pass()
	if s.ledger.Trust["1"].Stage != share.Given {
		t.Errorf("the ledger is %v, after %q", s.ledger.Trust, s.calls)
	}
}

func TestARefusedWriteSettlesNothing(t *testing.T) {
	s := newScene()
	s.need("1 2 3", "k")
	s.rest(t)
	s.trustLimit = len(s.role.trust) + 5
	s.need("2 3", "k")
	s.fares("set trust", lostLate)
	s.need("1 2 3 4", "k")
	s.pass()
	if s.ledger.Trusted().Has("1") && s.writes()[len(s.writes())-1] != "set trust" {
		t.Errorf("1 is said to be trusted, after %q", s.writes())
	}
	s.arrive()
	if lost := s.ledger.Trusted().Without(s.trusted()); !lost.Empty() {
		t.Errorf("%s is said to be trusted, and the late write has come", lost)
	}
}

func TestAStrangersStatementThatNamesOneOfOursStaysWhenThatOneGoes(t *testing.T) {
	const foreign = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["1@ecs.aliyuncs.com","9@ecs.aliyuncs.com"]}}`
	s := newScene()
	s.need("1 2", "k")
	s.rest(t)
	s.role.trust = strings.Replace(s.role.trust, "[", "["+foreign+",", 1)
	s.need("2", "k")
	s.rest(t)
	if !strings.Contains(s.role.trust, foreign) || len(s.ledger.Trust) != 1 {
		t.Errorf("the trust policy is %s, the ledger %v", s.role.trust, s.ledger.Trust)
	}
}

func TestWhatWasLeftForGoodStaysAlsoWhenItHadToBePutBack(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k")
	s.rest(t)
	for id, entry := range s.ledger.Keys {
		entry.Origin = share.Left
		s.ledger.Keys[id] = entry
	}
	delete(s.role.attached, cloud.PolicyRef{Name: policyName(0)})
	s.rest(t)
	s.need("", "")
	s.rest(t)
	s.want(t, estateAccount, "k")
}

func TestAPolicyMadeForAnotherRoleIsSomebodyElses(t *testing.T) {
	s := newScene()
	s.need("1", "k")
	s.rest(t)
	s.task.Name, s.ledger = "Other", share.RoleLedger{}
	s.role = nil
	if outcome := s.pass(); cloud.KindOf(outcome.Err) != cloud.Exists || cloud.AsError(outcome.Err).Subject != cloud.AboutPolicy {
		t.Errorf("it says %v", outcome.Err)
	}
}
