// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Whatever people do to ImageShares and image, and wherever calls are lost and
// the operator is killed: nobody is granted or revoked who should not be, and
// once faults stop everything comes to be as declared.
func TestAnyHistoryEndsAsDeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{world: newWorld()}
		h.unknown = accounts("7")
		t.Repeat(map[string]func(*rapid.T){
			"edit":     h.edit,
			"delete":   h.remove,
			"flip":     h.flip,
			"stranger": h.stranger,
			"pass":     h.pass,
			"stale":    h.stalePass,
			"":         func(t *rapid.T) { h.mustBeSound(t) },
		})
		h.fault = func(string) fault { return fine }
		h.until(t)
		h.mustBeSound(t)
		h.mustBeAsDeclared(t)
	})
}

// history is a world with what a cache last showed of it.
type history struct {
	*world
	cached snapshot
	// strangers are on the image by somebody else's hand.
	strangers share.Sharees
}

var names = []string{"A", "B", "C"}

func anyone(t *rapid.T) share.Sharees {
	return share.NewSharees(rapid.SliceOfN(rapid.SampledFrom([]share.Sharee{"1", "2", "3", "7"}), 0, 3).Draw(t, "accounts")...)
}

func (h *history) edit(t *rapid.T) { h.declare(t, anyone) }

// declare creates an ImageShare or changes it: its sharees, or whether it is
// suspended. A deleted one cannot come back.
func (h *history) declare(t *rapid.T, sharees func(*rapid.T) share.Sharees) {
	id := rapid.SampledFrom(names).Draw(t, "name")
	d := share.Declaration{ID: id, Ledger: share.Ledger{}}
	if o := h.objects[id]; o != nil {
		d = o.Declaration
		if d.Standing == share.Withdrawing || d.Standing == share.Leaving {
			return
		}
	}
	d.Sharees = sharees(t)
	d.Standing = rapid.SampledFrom([]share.Standing{share.Active, share.Active, share.Idle}).Draw(t, "standing")
	h.put(d)
}

// remove deletes an ImageShare.
func (h *history) remove(t *rapid.T) {
	o := h.objects[rapid.SampledFrom(names).Draw(t, "name")]
	if o == nil || o.Standing == share.Withdrawing || o.Standing == share.Leaving {
		return
	}
	d := o.Declaration
	d.Standing = rapid.SampledFrom([]share.Standing{share.Withdrawing, share.Withdrawing, share.Leaving}).Draw(t, "policy")
	if o.Standing == share.Idle {
		d.Standing = share.Leaving
	}
	h.put(d)
}

// flip changes the deletion policy of an ImageShare that is being deleted.
func (h *history) flip(t *rapid.T) {
	o := h.objects[rapid.SampledFrom(names).Draw(t, "name")]
	if o == nil || (o.Standing != share.Withdrawing && o.Standing != share.Leaving) {
		return
	}
	d := o.Declaration
	d.Standing = share.Withdrawing + share.Leaving - d.Standing
	h.put(d)
}

// stranger changes the image by hand.
func (h *history) stranger(t *rapid.T) {
	id := rapid.SampledFrom([]share.Sharee{"1", "2", "3", "9"}).Draw(t, "account")
	if h.image[id] {
		delete(h.image, id)
		delete(h.ours, id)
		h.strangers = h.strangers.Without(share.NewSharees(id))
		return
	}
	if h.intended(id) {
		return // A grant is on its way: who came first cannot be told apart.
	}
	h.image[id] = true
	h.strangers = h.strangers.With(share.NewSharees(id))
}

func (h *history) intended(id share.Sharee) bool {
	for _, o := range h.objects {
		if _, held := o.Ledger[id]; held {
			return true
		}
	}
	return false
}

// pass lets the operator look, with a fault at one of its calls.
func (h *history) pass(t *rapid.T) {
	h.arm(t)
	h.world.pass(h.now())
	h.cached = h.now()
}

// stalePass lets the operator look at what the cache last showed.
func (h *history) stalePass(t *rapid.T) {
	h.arm(t)
	h.world.pass(h.cached)
}

// arm makes one of the calls of the next pass fail.
func (h *history) arm(t *rapid.T) {
	at := rapid.IntRange(0, 12).Draw(t, "at")
	kind := rapid.SampledFrom([]fault{fine, dropBefore, dropAfter, crashBefore, crashAfter, throttled}).Draw(t, "fault")
	n := 0
	h.fault = func(string) fault {
		n++
		if n == at {
			return kind
		}
		return fine
	}
}

func (h *history) mustBeSound(t *rapid.T) {
	if len(h.broken) > 0 {
		t.Fatalf("%s\ncalls were\n%s", strings.Join(h.broken, "\n"), strings.Join(h.calls[max(0, len(h.calls)-25):], "\n"))
	}
}

func (h *history) mustBeAsDeclared(t *rapid.T) {
	group := h.group()
	var shielded share.Sharees
	for _, d := range group {
		switch d.Standing {
		case share.Active:
			if missing := d.Sharees.Without(h.accounts()).Without(h.unknown); !missing.Empty() {
				t.Fatalf("%s declares %s, which are not on the image", d.ID, missing)
			}
			shielded = shielded.With(d.Sharees)
		case share.Idle, share.Refused:
			shielded = shielded.With(d.Sharees).With(d.Ledger.Sharees())
		case share.Withdrawing, share.Leaving:
			t.Fatalf("%s is deleted and still there", d.ID)
		}
	}
	for id := range h.ours {
		if !shielded.Has(id) {
			t.Fatalf("%s was granted by us, nobody wants it, and it is still on the image", id)
		}
	}
	if lost := h.strangers.Without(h.accounts()); !lost.Empty() {
		t.Fatalf("%s were put there by others and are gone", lost)
	}
}
