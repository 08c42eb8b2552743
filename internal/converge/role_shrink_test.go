// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestTakingIsAnnouncedLookedAtAndTakesTrustBeforeKeys(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k l")
	s.rest(t)
	s.need("1", "k")
	outcome := s.pass()
	s.wantWrites(t, "record", "look", "set trust", "set policy #1")
	s.want(t, "1 55", "k")
	if !outcome.Untrusted.Equal(share.As[share.Principal](accounts("2"))) || len(outcome.Ledger.Trust) != 1 || len(outcome.Ledger.Keys) != 1 {
		t.Errorf("untrusted are %q, the ledger is %v", outcome.Untrusted, outcome.Ledger)
	}
}

func TestWhatIsGoingIsInTheLedgerBeforeTheLook(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k l")
	s.rest(t)
	s.need("1", "k")
	s.fate("set trust", killedBefore)
	s.pass()
	if s.ledger.Trust["2"].Stage != share.Going || s.ledger.Keys["r/l"].Stage != share.Going || s.ledger.Trust["1"].Stage != share.Given {
		t.Errorf("the ledger is %v", s.ledger)
	}
}

func TestWhatTheLiveLookStillShowsIsNotTaken(t *testing.T) {
	for _, access := range []share.KeyAccess{share.ImageKeys, share.AllKeys} {
		s := newScene()
		s.adopted()
		s.task.Access = access
		s.need("1 2", "k l")
		s.rest(t)
		live := s.needed
		s.live = &live
		s.need("", "")
		s.pass()
		if s.hasAllKeys() != (access == share.AllKeys) || !s.trusted().Equal(share.As[share.Principal](accounts("1 2 55"))) {
			t.Errorf("access %d: trusted are %q, all keys %v, after %q", access, s.trusted(), s.hasAllKeys(), s.writes())
		}
		if access == share.ImageKeys {
			s.want(t, "1 2 55", "k l")
		}
	}
}

func TestSwitchingBackFromAllKeysSparesAKeyThatTheLiveLookShows(t *testing.T) {
	s := newScene()
	s.adopted()
	s.task.Access = share.AllKeys
	s.need("1", "k l")
	s.rest(t)
	live := s.needed
	s.need("1", "k")
	s.task.Access = share.ImageKeys
	s.pass()
	s.live = &live
	s.pass()
	if !s.usable().Has("r/l") && !s.hasAllKeys() {
		t.Errorf("the role has lost r/l, after %q", s.writes())
	}
}

func TestWithoutTakingNothingIsTaken(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k l")
	s.rest(t)
	s.task.Taking = false
	s.need("1", "k")
	s.pass()
	s.wantWrites(t)
	s.want(t, "1 2 55", "k l")
}

func TestARoleThatWeMadeGoesOnlyWhenNothingForeignIsOnIt(t *testing.T) {
	for name, put := range map[string]func(*scene){
		"nothing":     func(*scene) {},
		"a statement": func(s *scene) { s.role.trust = strings.Replace(s.role.trust, "[", "["+foreignStatements[0]+",", 1) },
		"a principal": func(s *scene) {
			s.role.trust = s.trustPolicy().With(share.As[share.Principal](accounts("9")), share.Principals{}).Document()
		},
		"a policy": func(s *scene) { s.role.attached[cloud.PolicyRef{Name: "Ops"}] = true },
		"all keys": func(s *scene) { s.role.attached[allKeysRef] = true },
	} {
		s := newScene()
		s.need("1", "k")
		s.rest(t)
		put(s)
		foreign := s.trustPolicy().Foreign()
		s.need("", "")
		s.rest(t)
		if (s.role == nil) != (name == "nothing") {
			t.Errorf("%s: the role is %v", name, s.role)
		}
		if s.usable().Len() > 0 || len(s.names()) > 0 || s.trusted().Has("1") || !s.ledger.Empty() {
			t.Errorf("%s: left are %q, %q, %v", name, s.usable(), s.names(), s.ledger)
		}
		if !slices.Equal(s.trustPolicy().Foreign(), foreign) {
			t.Errorf("%s: the stranger's statements are %q", name, s.trustPolicy().Foreign())
		}
	}
}

func TestAnAdoptedRoleIsLeftAsItWasWithoutOurClaim(t *testing.T) {
	s := newScene()
	s.adopted(foreignStatements...)
	before := s.role.trust
	s.need("1 2", "k")
	s.rest(t)
	s.need("", "")
	s.rest(t)
	if s.role == nil || s.role.trust != before || len(s.role.tags) > 0 || len(s.role.attached) > 0 || len(s.names()) > 0 {
		t.Errorf("it is %v, with %q; its trust was %s", s.role, s.names(), before)
	}
}

func TestTheLastTrustOfAnAdoptedRoleGivesWayToThePlaceholder(t *testing.T) {
	s := newScene()
	s.adopted()
	s.role.trust = share.TrustPolicy{}.Document()
	s.need("1", "k")
	s.rest(t)
	s.need("", "")
	s.rest(t)
	s.want(t, estateAccount, "")
}

func TestWhatWasFoundStaysWhenNobodyNeedsItAnyMore(t *testing.T) {
	s := newScene()
	s.adopted()
	s.role.trust = s.trustPolicy().With(share.As[share.Principal](accounts("1")), share.Principals{}).Document()
	s.need("1 2", "k")
	s.rest(t)
	s.need("", "")
	s.rest(t)
	s.want(t, "1 55", "")
}

func TestNoKeyIsTakenWhileTheLiveLookShowsAnImageShareOfWhichTheKeysAreNotKnown(t *testing.T) {
	for _, access := range []share.KeyAccess{share.ImageKeys, share.AllKeys} {
		s := newScene()
		s.adopted()
		s.task.Access = access
		s.need("1 2", "k")
		s.rest(t)
		fresh := share.CombineNeeds([]share.Need{{ID: "B", Shields: share.As[share.Principal](accounts("1")), ShieldsAllKeys: true}})
		s.live = &fresh
		s.need("", "")
		s.pass()
		if !s.trusted().Equal(share.As[share.Principal](accounts("1 55"))) || !s.hasAllKeys() && s.usable().Empty() {
			t.Errorf("access %d: trusted are %q, usable %q, all keys %v", access, s.trusted(), s.usable(), s.hasAllKeys())
		}
	}
}
