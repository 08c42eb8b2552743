// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Whatever people do to ImageShares and strangers to the role, however the
// loops of images and the loop of the role get between each other's calls, and
// wherever calls are lost and the operator is killed: nobody is put on an image
// that they cannot decrypt, nothing of a stranger's is taken away, what was left
// for good stays good, and once faults stop everything comes to be as declared.
func TestAnyHistoryOfBothLoopsEndsAsDeclared(t *testing.T) { rapid.Check(t, bothLoops(false)) }

// The same where what a lost call does can come to be later, after others have
// looked: before the next write to the same thing at the latest.
func TestAnyHistoryWithLateEffectsEndsAsDeclared(t *testing.T) { rapid.Check(t, bothLoops(true)) }

func bothLoops(late bool) func(*rapid.T) {
	return func(t *rapid.T) {
		h := newRoleHistory(t, late)
		for range rapid.IntRange(5, 80).Draw(t, "events") {
			h.event(t)
			h.mustBeSound(t)
		}
		h.settleDown(t)
		h.mustBeAsNeeded(t)
		h.mustBeAsDeclaredOn(t)
	}
}

// roleHistory is an estate with what a cache last showed of it.
type roleHistory struct {
	*estate
	cached view
	fates  []mishap
}

func newRoleHistory(t *rapid.T, late bool) *roleHistory {
	h := &roleHistory{estate: newEstate()}
	h.fates = []mishap{well, well, well, lostBefore, lostAfter, denied, overBudget, slowedDown, killedBefore, killedAfter}
	if late {
		h.fates = append(h.fates, lostLate, lostLate)
	}
	h.tagsIgnored = rapid.IntRange(0, 4).Draw(t, "tags ignored") == 4
	h.tagsRefused = rapid.IntRange(0, 4).Draw(t, "tags refused") == 4
	h.arranged = rapid.IntRange(0, 4).Draw(t, "keys arranged by others") == 4
	h.trustLimit = rapid.SampledFrom([]int{0, 0, 0, 150, 175, 260}).Draw(t, "trust limit")
	h.cached = h.now()
	return h
}

func (h *roleHistory) event(t *rapid.T) {
	events := map[string]func(*rapid.T){
		"edit": h.edit, "delete": h.remove, "flip": h.flip, "access": h.switchAccess, "stranger": h.stranger,
		"refresh": func(*rapid.T) { h.cached = h.now() },
		"go":      func(t *rapid.T) { h.proceed(t, rapid.IntRange(1, 12).Draw(t, "calls"), well) },
		"finish":  func(t *rapid.T) { h.proceed(t, 100, well) },
		"round":   func(*rapid.T) { h.round(slices.Sorted(maps.Keys(h.images))) },
		"mishap": func(t *rapid.T) {
			h.proceed(t, rapid.IntRange(1, 4).Draw(t, "calls"), rapid.SampledFrom(h.fates).Draw(t, "fate"))
		},
		"spoilt": h.spoilWrite, "kill": h.killOne,
	}
	events[rapid.SampledFrom([]string{
		"edit", "edit", "edit", "delete", "flip", "access", "stranger", "refresh", "go", "go", "go", "go", "go", "go",
		"finish", "finish", "round", "round", "mishap", "spoilt", "spoilt", "kill",
	}).Draw(t, "event")](t)
}

func (h *roleHistory) note(format string, args ...any) {
	h.log = append(h.log, "-- "+fmt.Sprintf(format, args...))
}

// proceed starts a pass, or goes on with it; the last call has a fate. The two
// kinds have caches of their own, either of which may lag.
func (h *roleHistory) proceed(t *rapid.T, calls int, fate mishap) {
	what := rapid.SampledFrom([]string{theRole, theRole, "E1", "E2", "P"}).Draw(t, "pass")
	if h.running[what] == nil {
		from := h.now()
		if rapid.IntRange(0, 2).Draw(t, "stale shares") == 2 {
			from.shares = h.cached.shares
		}
		if rapid.IntRange(0, 2).Draw(t, "stale sharer") == 2 {
			from.sharer = h.cached.sharer
		}
		h.start(t, what, from)
	}
	for i := range calls {
		if h.running[what] == nil {
			return
		}
		next := well
		if i == calls-1 {
			next = fate
		}
		h.advance(what, next)
	}
}

// spoilWrite lets something befall the next write of a pass under way.
func (h *roleHistory) spoilWrite(t *rapid.T) {
	under := h.underWay()
	if len(under) == 0 {
		return
	}
	what, fate := rapid.SampledFrom(under).Draw(t, "pass"), rapid.SampledFrom(h.fates).Draw(t, "fate")
	for h.running[what] != nil && isRead(h.running[what].pending) {
		h.advance(what, well)
	}
	if h.running[what] != nil {
		h.advance(what, fate)
	}
}

func isRead(call string) bool {
	reads := []string{"", "role", "tags", "attached", "permissions", "inspect", "list", "look at the sharer"}
	return slices.Contains(reads, call) || strings.HasPrefix(call, "policy")
}

func (h *roleHistory) start(t *rapid.T, what string, from view) {
	h.note("%s begins", what)
	if what != theRole {
		h.begin(what, h.shareImage(what, from))
		return
	}
	taking := rapid.IntRange(0, 3).Draw(t, "taking") < 3
	h.begin(what, h.lookAfterRole(from, taking, rapid.IntRange(0, 9).Draw(t, "held") == 9))
}

func (h *roleHistory) killOne(t *rapid.T) {
	if under := h.underWay(); len(under) > 0 {
		what := rapid.SampledFrom(under).Draw(t, "killed")
		h.note("%s is killed", what)
		h.kill(what)
	}
}

// settleDown ends all passes and lets the loops run without faults until
// nothing changes any more.
func (h *roleHistory) settleDown(t *rapid.T) {
	for _, what := range h.underWay() {
		h.finish(what)
	}
	h.note("faults stop")
	h.arrive()
	for range 30 {
		before := h.state()
		h.round(slices.Sorted(maps.Keys(h.images)))
		h.mustBeSound(t)
		if h.state() == before {
			return
		}
	}
	t.Fatalf("it never comes to rest\n%s", h.story())
}

// round lets every image and the role have a whole pass, after what is under
// way.
func (h *roleHistory) round(images []string) {
	for _, image := range images {
		h.finish(image)
		h.begin(image, h.shareImage(image, h.now()))
		h.finish(image)
	}
	h.finish(theRole)
	h.begin(theRole, h.lookAfterRole(h.now(), true, false))
	h.finish(theRole)
}

// state is a text that is the same while nothing is written.
func (h *roleHistory) state() string {
	out := fmt.Sprint(h.version, h.policies)
	if h.role != nil {
		out += fmt.Sprint(*h.role)
	}
	for _, image := range slices.Sorted(maps.Keys(h.images)) {
		out += h.images[image].accounts().String() + ";"
	}
	return out
}

func (h *roleHistory) story() string { return strings.Join(h.log[max(0, len(h.log)-120):], "\n") }

func (h *roleHistory) mustBeSound(t *rapid.T) {
	if len(h.broken) > 0 {
		t.Fatalf("%s\n%s", strings.Join(h.broken, "\n"), h.story())
	}
}

// switchAccess changes how the role gets at the keys. That nobody looks after
// the keys makes sense only where others have arranged for them.
func (h *roleHistory) switchAccess(t *rapid.T) {
	ways := []share.KeyAccess{share.ImageKeys, share.AllKeys}
	if h.arranged {
		ways = append(ways, share.Unmanaged)
	}
	h.sharer.access = rapid.SampledFrom(ways).Draw(t, "access")
	h.sharer.version = h.next()
	h.note("access is %d", h.sharer.access)
}
