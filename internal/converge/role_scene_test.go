// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// scene is a role whose loop runs alone: what ImageShares need is said.
type scene struct {
	*ram
	task   RoleTask
	needed share.Needed
	// live is what a live look shows, when that is something else.
	live   *share.Needed
	ledger share.RoleLedger
	// changed makes the ledger another than the one that was planned from, from
	// the next live look on.
	changed bool
	dead    bool
}

func newScene() *scene {
	s := &scene{ram: newRAM(), ledger: share.RoleLedger{}.Clone()}
	s.task = RoleTask{Name: "R", Account: estateAccount, Owner: "me", Taking: true, Sure: true, Alone: true}
	return s
}

// need says what ImageShares need: whom to trust, and which keys.
func (s *scene) need(trust, keys string) {
	s.needed = share.Needed{}
	if trust != "" {
		s.needed = share.CombineNeeds([]share.Need{{ID: "A", Trust: share.As[share.Principal](accounts(trust)), Keys: regionKeys(keys)}})
	}
}

func regionKeys(line string) share.Keys {
	var ids []share.KeyID
	for id := range strings.FieldsSeq(line) {
		ids = append(ids, share.KeyID("r/"+id))
	}
	return share.NewSet(ids...)
}

func (s *scene) RecordRole(_ context.Context, ledger share.RoleLedger) error {
	if s.dead {
		return errCrash
	}
	if !s.ledger.Equal(ledger) {
		s.calls = append(s.calls, "record")
		s.ledger = ledger
	}
	return nil
}

func (s *scene) LiveNeeds(context.Context) (share.Needed, error) {
	switch {
	case s.dead:
		return share.Needed{}, errCrash
	case s.changed:
		return share.Needed{}, errStale
	case s.live != nil:
		s.calls = append(s.calls, "look")
		return *s.live, nil
	}
	s.calls = append(s.calls, "look")
	return s.needed, nil
}

// pass is one look at the role.
func (s *scene) pass() *RoleOutcome {
	s.dead, s.calls = false, nil
	seen, err := ObserveRole(context.Background(), s.ram, s.task)
	if err != nil {
		return &RoleOutcome{Err: err}
	}
	plan := share.DiffRole(s.needed, s.task.Access, s.ledger, seen)
	outcome := RunRole(context.Background(), s.task, plan, seen, s.ram, s)
	if !s.dead {
		s.ledger, s.task.Refused = outcome.Ledger, outcome.Refused
	}
	return outcome
}

// rest passes until nothing is written, at most so often.
func (s *scene) rest(t *testing.T) {
	t.Helper()
	for range 8 {
		s.pass()
		if len(s.writes()) == 0 {
			return
		}
	}
	t.Errorf("it never comes to rest: %q", s.calls)
}

// writes are the calls of the last pass that may have changed something.
func (s *scene) writes() []string {
	return slices.DeleteFunc(slices.Clone(s.calls), func(call string) bool {
		return call == "role" || call == "tags" || call == "attached" || strings.HasPrefix(call, "policy")
	})
}

func (s *scene) wantWrites(t *testing.T, want ...string) {
	t.Helper()
	if got := s.writes(); !slices.Equal(got, want) {
		t.Errorf("it did %q, want %q", got, want)
	}
}

func (s *scene) want(t *testing.T, trust, keys string) {
	t.Helper()
	if got := s.trusted(); !got.Equal(share.As[share.Principal](accounts(trust))) {
		t.Errorf("the role trusts %q, want %q", got, trust)
	}
	if got := s.usable(); !got.Equal(regionKeys(keys)) {
		t.Errorf("the role has %q, want %q", got, keys)
	}
}

// fares makes one pass in which the first call of a name fares in some way.
func (s *scene) fares(call string, what mishap) {
	s.fate(call, what)
	s.pass()
	s.before = func(string) mishap { return well }
}

// fate makes the first call of a name fare in some way, from now on.
func (s *scene) fate(call string, what mishap) {
	done := false
	s.before = func(made string) mishap {
		if s.dead {
			return killedBefore
		}
		if made != call || done {
			return well
		}
		done, s.dead = true, what == killedBefore || what == killedAfter
		return what
	}
}

// adopted is a role that people have made, which trusts the account itself.
func (s *scene) adopted(statements ...string) {
	trust := share.TrustPolicy{}.With(share.As[share.Principal](accounts(estateAccount)), share.Principals{}).Document()
	for _, text := range statements {
		trust = strings.Replace(trust, "[", "["+text+",", 1)
	}
	s.role = &ramRole{trust: trust, tags: map[string]string{}, attached: map[cloud.PolicyRef]bool{}}
}
