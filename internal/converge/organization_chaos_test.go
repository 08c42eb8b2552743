// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Whatever people do to ImageShares and resource shares, and wherever calls are
// lost and the operator is killed: nobody is put on or taken off who should not
// be, and once faults stop there is one resource share, as declared.
func TestAnyHistoryOfResourceSharesEndsAsDeclared(t *testing.T) {
	for range 10 {
		rapid.Check(t, anyHistoryOfShares)
	}
}

func anyHistoryOfShares(t *rapid.T) {
	h := &shareHistory{resources: newResources()}
	h.doomed["fd-x"] = true
	h.lazy = rapid.Bool().Draw(t, "lazy")
	h.edit(t)
	h.round(t)
	t.Repeat(map[string]func(*rapid.T){
		"edit":     h.edit,
		"delete":   h.remove,
		"flip":     h.flip,
		"hand":     h.hand,
		"again":    h.hand,
		"stranger": h.stranger,
		"weather":  h.weather,
		"tick":     func(*rapid.T) { h.tick() },
		"round":    h.round,
		"pass":     h.passes,
		"next":     h.passes,
		"stale":    h.stalePass,
		"":         func(t *rapid.T) { h.mustBeSound(t) },
	})
	h.mend()
	h.clearSky()
	h.rest(t)
	h.mustBeSound(t)
	h.mustBeAsDeclared(t)
}

// shareHistory is resource shares, with what a cache last showed of the
// ImageShares.
type shareHistory struct {
	*resources
	cached snapshot
}

// edit, remove and flip are what people do to ImageShares, as in the histories
// of accounts.
func (h *shareHistory) edit(t *rapid.T) { (&history{world: h.world}).declare(t, handful) }

func (h *shareHistory) remove(t *rapid.T) { (&history{world: h.world}).remove(t) }

func (h *shareHistory) flip(t *rapid.T) { (&history{world: h.world}).flip(t) }

// weather changes what the cloud is like.
func (h *shareHistory) weather(t *rapid.T) {
	h.clearSky()
	switch rapid.IntRange(0, 4).Draw(t, "weather") {
	case 0:
		verb := rapid.SampledFrom([]string{"list", "create", "associate", "disassociate", "delete"}).Draw(t, "denied")
		h.denied[verb] = true
	case 1:
		h.room = 1
	case 2:
		h.doomed[theImage] = true
	case 3:
		h.stuck[rapid.SampledFrom(append(everybody[:2:2], theImage)).Draw(t, "stuck")] = true
	default:
	}
}

func (h *shareHistory) clearSky() {
	clear(h.denied)
	clear(h.stuck)
	delete(h.doomed, theImage)
	h.room, h.stale, h.slow = 100, false, false
}

// passes lets the controller look, with a fault at one of its calls, and an
// edit at another.
func (h *shareHistory) passes(t *rapid.T) {
	h.arm(t)
	h.pass(h.now())
	h.cached = h.now()
}

// round is a tick and a pass without trouble.
func (h *shareHistory) round(*rapid.T) {
	h.mend()
	h.stale, h.slow = false, false
	h.tick()
	h.pass(h.now())
	h.cached = h.now()
}

// stalePass lets the controller look at what the cache last showed.
func (h *shareHistory) stalePass(t *rapid.T) {
	h.arm(t)
	h.pass(h.cached)
}

func (h *shareHistory) arm(t *rapid.T) {
	h.stale, h.slow = rapid.Bool().Draw(t, "stale"), rapid.Bool().Draw(t, "slow")
	at, edit := rapid.IntRange(0, 12).Draw(t, "at"), rapid.IntRange(-12, 12).Draw(t, "edit at")
	kind := rapid.SampledFrom([]fault{fine, dropBefore, dropAfter, crashBefore, crashAfter, throttled}).Draw(t, "fault")
	n := 0
	h.fault = func(string) fault {
		n++
		if n == edit {
			h.edit(t)
		}
		if n == at {
			return kind
		}
		return fine
	}
}

func (h *shareHistory) mustBeSound(t *rapid.T) {
	if len(h.broken) > 0 {
		t.Fatalf("%s\ncalls were\n%s", strings.Join(h.broken, "\n"), h.story())
	}
}

func (h *shareHistory) mustBeAsDeclared(t *rapid.T) {
	group := h.group()
	for _, d := range group {
		h.ledgerMustMatch(t, d)
	}
	for _, s := range h.shares {
		for _, a := range s.Targets {
			if h.ours(s) && s.byUs[a.Entity] && isLive(a) && !shields(group, share.Sharee(a.Entity)) {
				t.Fatalf("we put %s on %s, nobody wants it, and it is still there:\n%s", a.Entity, s.ID, h.story())
			}
		}
	}
	if len(group) > 0 {
		h.mustBeOne(t, share.Combine(group).Grant)
	}
}

func (h *shareHistory) ledgerMustMatch(t *rapid.T, d share.Declaration) {
	declared := d.Sharees.Without(share.NewSharees("fd-x"))
	switch d.Standing {
	case share.Withdrawing, share.Leaving:
		t.Fatalf("%s is deleted and still there, with %s:\n%s", d.ID, d.Ledger, h.story())
	case share.Active:
		held := d.Ledger.Sharees()
		if !declared.Without(held).Empty() || !held.Without(d.Sharees).Empty() {
			t.Fatalf("%s declares %s and has %s in its ledger:\n%s", d.ID, d.Sharees, d.Ledger, h.story())
		}
	case share.Idle, share.Refused:
	}
}

// mustBeOne is for one resource share of ours that holds whom somebody wants.
// Others may be there for what other people have put on them.
func (h *shareHistory) mustBeOne(t *rapid.T, wanted share.Sharees) {
	declared := wanted.Without(share.NewSharees("fd-x"))
	var mains []*resourceShare
	for _, s := range h.shares {
		shared := stateOf(s.Images, theImage) == cloud.Associated && declared.Without(in(s.ResourceShare, cloud.Associated)).Empty()
		if h.ours(s) && shared && !wanted.Empty() {
			mains = append(mains, s)
		}
	}
	if declared.Empty() {
		mains = append(mains, nil)
	}
	if !slices.ContainsFunc(mains, h.onlyNeeded) {
		t.Fatalf("not one resource share has %s, but %d:\n%s", declared, len(mains), h.story())
	}
}

// onlyNeeded reports whether all resource shares of ours but one have to stay.
func (h *shareHistory) onlyNeeded(main *resourceShare) bool {
	for _, s := range h.shares {
		if h.ours(s) && s != main && !needed(s, main) {
			return false
		}
	}
	return true
}

// needed reports whether a resource share has to stay besides the main one:
// another image is on it, or somebody whom the main one does not share with.
func needed(s, main *resourceShare) bool {
	on := live(s.ResourceShare)
	if main != nil {
		on = on.Without(in(main.ResourceShare, cloud.Associated))
	}
	return present(s.Images, otherImage) || present(s.Images, theImage) && !on.Empty()
}
