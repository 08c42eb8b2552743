// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// killAt kills the operator before its call of this number; odd ones after the
// call half as late.
func (s *scene) killAt(at int) {
	n, when, what := 0, at/2, killedBefore
	if at%2 == 1 {
		what = killedAfter
	}
	s.before = func(string) mishap {
		n++
		if s.dead {
			return killedBefore
		}
		if n-1 != when {
			return well
		}
		s.dead = true
		return what
	}
}

func TestWhereverTheOperatorIsKilledTheNextRunsConverge(t *testing.T) {
	for at := range 60 {
		for _, access := range []share.KeyAccess{share.ImageKeys, share.AllKeys, share.Unmanaged} {
			s := newScene()
			s.task.Access = access
			if at%3 == 0 {
				s.adopted(foreignStatements...)
			}
			s.mustSurvive(t, at)
		}
	}
}

// mustSurvive kills the operator at its call of some number in growth, in a
// change, and in leaving.
func (s *scene) mustSurvive(t *testing.T, at int) {
	adopted, others := s.role != nil, s.trusted()
	for _, step := range []string{"1 2", "2 3", ""} {
		s.need(step, "k"+step[:min(1, len(step))])
		s.killAt(at)
		s.pass()
		s.before = func(string) mishap { return well }
		s.rest(t)
		if got, want := s.trusted(), share.As[share.Principal](accounts(step)).With(others); !got.Equal(want) {
			t.Errorf("killed at %d, access %d: trusted are %q, want %q", at, s.task.Access, got, want)
		}
		if lost := s.needed.Keys.Without(s.usable()); s.task.Access == share.ImageKeys && !lost.Empty() {
			t.Errorf("killed at %d: %s is lost", at, lost)
		}
	}
	if (s.role != nil) != adopted || len(s.names()) > 0 || !s.ledger.Empty() || s.hasAllKeys() {
		t.Errorf("killed at %d, access %d: left are %v, %q, %v", at, s.task.Access, s.role, s.names(), s.ledger)
	}
}

func TestThrottledByOurOwnBudgetNothingIsTakenForWritten(t *testing.T) {
	s := newScene()
	s.adopted()
	s.role.tags[TagOwner] = "me"
	s.need("1", "k")
	s.before = func(call string) mishap {
		if call == "create policy #1" || call == "set trust" {
			return overBudget
		}
		return well
	}
	if outcome := s.pass(); outcome.Wrote || outcome.Err == nil || outcome.Ledger.Trusted().Has("1") {
		t.Errorf("it says wrote %v, trouble %v, ledger %v", outcome.Wrote, outcome.Err, outcome.Ledger)
	}
}

func TestEveryPolicyOfOursGoesWhereverTheOperatorIsKilled(t *testing.T) {
	var many []string
	for i := range 60 {
		many = append(many, fmt.Sprintf("key-%030d", i))
	}
	for at := range 40 {
		s := newScene()
		s.adopted()
		s.need("1", strings.Join(many, " "))
		s.rest(t)
		if len(s.names()) < 2 {
			t.Fatalf("there are only %q", s.names())
		}
		s.need("", "")
		s.killAt(at)
		s.pass()
		s.before = func(string) mishap { return well }
		s.rest(t)
		s.want(t, estateAccount, "")
		if len(s.names()) > 0 || !s.ledger.Empty() {
			t.Errorf("killed at call %d: left are %q and %v", at, s.names(), s.ledger)
		}
	}
}

func TestARoleThatMayNotBeDeletedTrustsNobody(t *testing.T) {
	s := newScene()
	s.need("1", "k")
	s.rest(t)
	s.need("", "")
	s.fate("delete role", denied)
	if outcome := s.pass(); outcome.Err == nil {
		t.Error("nothing is told")
	}
	s.want(t, estateAccount, "")
	if len(s.names()) > 0 {
		t.Errorf("left are %q", s.names())
	}
}

func TestWhatCouldNotBeTakenStaysInTheLedgerUntilItIs(t *testing.T) {
	for _, call := range []string{"detach #1", "delete policy #1", "delete role"} {
		s := newScene()
		s.need("1", "k")
		s.rest(t)
		s.need("", "")
		s.fate(call, denied)
		if outcome := s.pass(); outcome.Err == nil || s.ledger.Empty() {
			t.Errorf("%q denied: trouble %v, the ledger is %v", call, outcome.Err, s.ledger)
		}
		s.before = func(string) mishap { return well }
		s.rest(t)
		if s.role != nil || len(s.names()) > 0 || !s.ledger.Empty() {
			t.Errorf("%q was denied: left are %v, %q, %v", call, s.role, s.names(), s.ledger)
		}
	}
}

func TestWhatSomebodyAddsToOurPolicyIsTakenOutAgain(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.rest(t)
	policy := s.policies[ourPolicy]
	exact := policy.Document
	policy.Document = strings.Replace(exact, "[", `[{"Action":"oss:*","Resource":"*","Effect":"Allow"},`, 1)
	s.policies[ourPolicy] = policy
	s.rest(t)
	if got := s.policies[ourPolicy].Document; got != exact {
		t.Errorf("it says %s", got)
	}
}
