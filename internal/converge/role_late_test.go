// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import "testing"

func TestWhatIsUnsureIsWrittenOffByAWriteThatSettlesIt(t *testing.T) {
	for _, others := range []string{"", "2"} {
		s := newScene()
		s.adopted()
		s.need(others, "k")
		s.rest(t)
		s.need("1 "+others, "k")
		s.fares("set trust", lostLate)
		s.need(others, "k")
		s.rest(t)
		s.arrive()
		if s.trusted().Has("1") || len(s.ledger.Trust) != len(others) {
			t.Errorf("beside %q: trusted are %q, the ledger is %v", others, s.trusted(), s.ledger)
		}
	}
}

func TestALateRoleAndALatePolicyAreNotForgotten(t *testing.T) {
	for _, call := range []string{"create role", "create policy #1", "attach #1"} {
		s := newScene()
		s.need("1", "k")
		s.fares(call, lostLate)
		s.need("", "")
		s.task.Sure = false
		s.pass()
		s.pass()
		s.arrive()
		s.task.Sure = true
		s.rest(t)
		if s.role != nil || len(s.names()) > 0 {
			t.Errorf("a late %q: left are %v and %q, and the ledger is %v", call, s.role, s.names(), s.ledger)
		}
	}
}

func TestTrustThatIsWantedAgainIsSureBeforeItIsSaidToBeGiven(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k")
	s.rest(t)
	s.need("1", "k")
	s.fares("set trust", lostLate)
	s.need("1 2", "k")
	s.rest(t)
	told := s.ledger.Trusted()
	s.arrive()
	if lost := told.Without(s.trusted()); !lost.Empty() {
		t.Errorf("%s is said to be trusted, and the untrusting that was under way has come", lost)
	}
}
