// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestAnAdoptedRoleGetsTheKeyFirstAndTheTrustLast(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1 2", "k")
	s.pass()
	s.wantWrites(t, "record", "look", "tag", "create policy #1", "attach #1", "set trust")
	s.want(t, "1 2 55", "k")
	s.pass()
	s.wantWrites(t)
	if s.role.tags[TagOwner] != "me" || s.role.tags[TagMade] != "" {
		t.Errorf("its tags are %v", s.role.tags)
	}
}

func TestARoleThatIsNotThereIsMadeAndSoMarked(t *testing.T) {
	s := newScene()
	s.need("1", "k")
	outcome := s.pass()
	s.wantWrites(t, "record", "look", "create role", "tag", "create policy #1", "attach #1")
	s.want(t, "1", "k")
	if !outcome.Made || s.role.tags[TagMade] == "" || s.role.tags[TagOwner] != "me" {
		t.Errorf("made %v, with the tags %v", outcome.Made, s.role.tags)
	}
	if !outcome.Ledger.Trusted().Equal(share.As[share.Principal](accounts("1"))) || !outcome.Ledger.Usable().Equal(regionKeys("k")) {
		t.Errorf("the ledger is %v", outcome.Ledger)
	}
}

func TestARoleIsMadeAlsoWhereTagsAreRefused(t *testing.T) {
	s := newScene()
	s.tagsRefused = true
	s.need("1", "k")
	if outcome := s.pass(); !outcome.Made || outcome.Err != nil {
		t.Errorf("made %v, trouble %v", outcome.Made, outcome.Err)
	}
	s.pass()
	s.wantWrites(t)
	s.need("", "")
	s.rest(t)
	s.want(t, "55", "")
	if s.role == nil || len(s.names()) > 0 {
		t.Errorf("without a tag the role is deleted, or policies are left: %q", s.names())
	}
}

func TestNothingIsSentForWhatNobodyNeedsAnyMoreAtTheLiveLook(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.live = &share.Needed{}
	s.pass()
	s.wantWrites(t, "record", "look", "tag")
	s.want(t, "55", "")
}

func TestAfterAConflictNothingIsSent(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.changed = true
	outcome := s.pass()
	s.wantWrites(t, "record")
	if !outcome.Again || outcome.StoreErr != nil {
		t.Errorf("again %v, trouble %v", outcome.Again, outcome.StoreErr)
	}
}

func TestTheSecondLookKeepsWhatAStrangerHasWrittenMeanwhile(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	reads := 0
	s.before = func(call string) mishap {
		if call == "role" {
			reads++
		}
		if call == "role" && reads == 2 {
			trust, tags := s.role.trust, s.role.tags
			s.adopted(foreignStatements...)
			if trust == s.role.trust {
				t.Error("the stranger wrote nothing")
			}
			s.role.tags = tags
			s.role.attached[cloud.PolicyRef{Name: ourPolicy}] = true
		}
		return well
	}
	s.pass()
	s.want(t, "1 55", "k")
	if got := s.trustPolicy().Foreign(); len(got) != 2 || !slices.Contains(got, foreignStatements[0]) || !slices.Contains(got, foreignStatements[1]) {
		t.Errorf("of the stranger's there is %q", got)
	}
}

func TestAStrangersPolicyOfOurNameIsToldAndLeftAlone(t *testing.T) {
	for _, attached := range []bool{false, true} {
		s := newScene()
		s.adopted()
		theirs := cloud.Policy{Ref: cloud.PolicyRef{Name: ourPolicy}, Description: "mine", Document: "{}"}
		s.policies[ourPolicy] = theirs
		s.role.attached[theirs.Ref] = attached
		if !attached {
			delete(s.role.attached, theirs.Ref)
		}
		s.need("1", "k")
		outcome := s.pass()
		if e := cloud.AsError(outcome.Err); outcome.Err == nil || e.Kind != cloud.Exists || e.Code != "" || e.Subject != cloud.AboutPolicy {
			t.Errorf("it says %v", outcome.Err)
		}
		if s.policies[ourPolicy] != theirs || s.role.attached[theirs.Ref] != attached {
			t.Errorf("the stranger's policy is %v, attached %v", s.policies[ourPolicy], s.role.attached[theirs.Ref])
		}
		if outcome.Ledger.Usable().Has("r/k") {
			t.Error("the key is said to be given")
		}
		s.need("", "")
		s.rest(t)
		if s.policies[ourPolicy] != theirs {
			t.Error("the stranger's policy went with ours")
		}
	}
}

func TestAPolicyLeftOfARunThatWasKilledIsUsedAgain(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k")
	s.fares("attach #1", killedBefore)
	s.need("1", "l")
	s.rest(t)
	s.want(t, "1 55", "l")
	if got := s.names(); len(got) != 1 {
		t.Errorf("there are %q", got)
	}
}

func TestALostAnswerToCreateRoleIsNoSecondRole(t *testing.T) {
	for _, fate := range []mishap{lostBefore, lostAfter, lostLate, killedAfter} {
		s := newScene()
		s.need("1", "k")
		s.fares("create role", fate)
		s.rest(t)
		s.want(t, "1", "k")
		s.need("", "")
		s.rest(t)
		if s.role != nil || len(s.names()) > 0 || !s.ledger.Empty() {
			t.Errorf("fate %d: left are %v, %q, %v", fate, s.role, s.names(), s.ledger)
		}
	}
}

func TestKeysGivenAndTakenInOnePassDoNotTakeEachOther(t *testing.T) {
	s := newScene()
	s.adopted()
	s.need("1", "k m")
	s.rest(t)
	s.need("1", "l m")
	s.pass()
	s.want(t, "1 55", "l m")
	s.rest(t)
	s.need("1", "n")
	s.pass()
	s.want(t, "1 55", "n")
	if slices.Contains(s.writes(), "delete policy #1") {
		t.Errorf("the policy was deleted and has to be made again: %q", s.writes())
	}
}
