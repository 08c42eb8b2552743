// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// succeeded is that another operator has just begun to lead, or that it has led
// for so long that nothing of the one before can be late.
func (s *scene) succeeded(lately bool) { s.task.Alone, s.task.Sure = !lately, !lately }

func TestWhatTheOneBeforePutsBackLateIsTakenOffOnceMore(t *testing.T) {
	everything := cloud.PolicyRef{System: true, Name: AllKeysPolicy}
	for name, test := range map[string]struct {
		access share.KeyAccess
		// leaves is how it comes that something is taken away.
		leaves      func(*scene)
		trust, keys string
	}{
		"somebody who was trusted": {leaves: func(s *scene) { s.need("1", "k l") }, trust: "1 " + estateAccount, keys: "k l"},
		"a key":                    {leaves: func(s *scene) { s.need("1 2", "k") }, trust: "1 2 " + estateAccount, keys: "k"},
		"all of it":                {leaves: func(s *scene) { s.need("", "") }, trust: estateAccount},
		"all keys at once":         {access: share.AllKeys, leaves: func(s *scene) { s.task.Access = share.ImageKeys }, trust: "1 2 " + estateAccount, keys: "k l"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.adopted()
			s.task.Access = test.access
			s.need("1 2", "k l")
			s.rest(t)
			trust, policy, all := s.role.trust, s.policies[policyName(0)], s.role.attached[everything]
			s.succeeded(true)
			test.leaves(s)
			s.rest(t)
			s.want(t, test.trust, test.keys)
			s.role.trust = trust
			if all {
				s.role.attached[everything] = true
			} else {
				s.policies[policyName(0)], s.role.attached[cloud.PolicyRef{Name: policyName(0)}] = policy, true
			}
			s.succeeded(false)
			s.rest(t)
			s.want(t, test.trust, test.keys)
			if s.role.attached[everything] {
				t.Error("all keys are attached")
			}
			if test.keys == "" && (len(s.names()) > 0 || !s.ledger.Empty()) {
				t.Errorf("left are %q, and the ledger is %v", s.names(), s.ledger)
			}
		})
	}
}

func TestWhatIsGoneIsForgottenOnceNothingCanBeLate(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k l")
	s.rest(t)
	s.succeeded(true)
	s.need("1", "k")
	s.rest(t)
	if !s.ledger.Leaving().Has("2") || !s.ledger.LeavingKeys().Has("r/l") {
		t.Errorf("the ledger is %v", s.ledger)
	}
	s.pass()
	s.wantWrites(t)
	s.succeeded(false)
	s.rest(t)
	if len(s.ledger.Trust) != 1 || len(s.ledger.Keys) != 1 {
		t.Errorf("the ledger is %v", s.ledger)
	}
}

func TestAStrangersStatementThatNamesOneOfOursStaysAlsoWhileSomethingMayBeLate(t *testing.T) {
	const foreign = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["1@ecs.aliyuncs.com","9@ecs.aliyuncs.com"]}}`
	s := newScene()
	s.need("1 2", "k")
	s.rest(t)
	s.role.trust = strings.Replace(s.role.trust, "[", "["+foreign+",", 1)
	s.succeeded(true)
	s.need("2", "k")
	for _, lately := range []bool{true, true, false} {
		s.succeeded(lately)
		s.pass()
		if !strings.Contains(s.role.trust, foreign) {
			t.Fatalf("lately %t: the trust policy is %s, the ledger %v", lately, s.role.trust, s.ledger)
		}
	}
}

func TestWhoWasNeverConfirmedIsWrittenOffOnceWhileSomethingMayBeLate(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.rest(t)
	s.succeeded(true)
	s.need("1 2", "k")
	s.fares("set trust", lostLate)
	s.need("1", "k")
	s.pass()
	s.wantWrites(t, "look", "set trust")
	s.pass()
	s.wantWrites(t)
	if !s.ledger.Leaving().Has("2") {
		t.Errorf("the ledger is %v", s.ledger)
	}
	s.succeeded(false)
	s.rest(t)
	if len(s.ledger.Trust) != 1 {
		t.Errorf("the ledger is %v", s.ledger)
	}
}
