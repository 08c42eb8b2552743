// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func many(from, to int) string {
	var ids []string
	for i := range to - from {
		ids = append(ids, fmt.Sprintf("%016d", from+i))
	}
	return strings.Join(ids, " ")
}

func (s *scene) count(call string) int {
	count := 0
	for _, made := range s.calls {
		if made == call {
			count++
		}
	}
	return count
}

func TestAsManyAreTrustedAsThereIsRoomForInFewCalls(t *testing.T) {
	for _, made := range []bool{false, true} {
		for _, limit := range []int{600, 2048, 4096, 6144} {
			s := newScene()
			if !made {
				s.adopted()
			}
			s.trustLimit = limit
			s.need(many(0, 300), "k")
			outcome := s.pass()
			calls := s.count("set trust") + s.count("create role")
			if calls > 24 {
				t.Errorf("limit %d: it took %d calls", limit, calls)
			}
			one := outcome.NoRoom.First(1)
			if one.Empty() || !s.tooLong(s.trustPolicy().With(one, s.ledger.Own()).Document()) {
				t.Errorf("limit %d: %d are trusted in %d characters, and one more fits", limit, s.trusted().Len(), len(s.role.trust))
			}
			s.pass()
			if s.count("set trust") > 0 {
				t.Errorf("limit %d: what is known to be refused is tried again: %q", limit, s.writes())
			}
		}
	}
}

func TestNobodyWhoIsTrustedLosesAnythingByALimit(t *testing.T) {
	s := newScene()
	s.adopted(foreignStatements...)
	s.need(many(0, 8), "k")
	s.rest(t)
	s.trustLimit = len(s.role.trust) + 10
	s.need(many(0, 40), "k")
	s.pass()
	if lost := share.As[share.Principal](accounts(many(0, 8))).Without(s.trusted()); !lost.Empty() {
		t.Errorf("%s are lost", lost)
	}
	if got := s.trustPolicy().Foreign(); len(got) != 2 {
		t.Errorf("of the strangers' there is %q", got)
	}
}

func TestASwapAtTheLimitWorksAlsoWhenItIsNotTimeToTake(t *testing.T) {
	for _, taking := range []bool{false, true} {
		s := newScene()
		s.adopted()
		s.need(many(0, 10), "k")
		s.rest(t)
		s.trustLimit, s.task.Taking = len(s.role.trust), taking
		s.need(many(1, 11), "k")
		outcome := s.pass()
		s.want(t, many(1, 11)+" "+estateAccount, "k")
		if !outcome.NoRoom.Empty() {
			t.Errorf("taking %v: there is no room for %s", taking, outcome.NoRoom)
		}
	}
}

// Every write is made of a look immediately before it.
func TestTheSearchForTheLimitKeepsWhatAStrangerWritesMeanwhile(t *testing.T) {
	s := newScene()
	s.adopted()
	s.trustLimit = 600
	s.need(many(0, 40), "k")
	last, wrote := "", false
	s.before = func(call string) mishap {
		if call == "set trust" && last == "set trust" && !wrote {
			longer := strings.Replace(s.role.trust, "[", "["+foreignStatements[0]+",", 1)
			wrote, s.role.trust = true, longer
		}
		last = call
		return well
	}
	s.pass()
	if !wrote {
		return
	}
	if !slices.Contains(s.trustPolicy().Foreign(), foreignStatements[0]) {
		t.Errorf("the stranger's statement is gone, after %q", s.writes())
	}
}
