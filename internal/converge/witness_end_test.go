// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func (h *hearing) mustBeSound(t *rapid.T) {
	if len(h.broken) > 0 {
		t.Fatalf("%s\n%s", strings.Join(h.broken, "\n"), h.story())
	}
}

// story is what was done last, and how the ImageShares stand.
func (h *hearing) story() string {
	var books []string
	for _, d := range h.group() {
		books = append(books, fmt.Sprintf("%s declares %q and has %q", d.ID, d.Sharees, d.Ledger))
	}
	return "calls were\n" + strings.Join(slices.Concat(h.calls[max(0, len(h.calls)-25):], books), "\n")
}

// mustEndAsDeclared lets the operator finish with nothing in its way.
func (h *hearing) mustEndAsDeclared(t *rapid.T) {
	h.mend()
	h.claim = share.Ours
	before, granted := h.accounts(), share.NewSharees(slices.Collect(maps.Keys(h.ours))...)
	for rounds := 0; h.works() || len(h.held) > 0; rounds++ {
		h.mustBeSound(t)
		if rounds > 40 {
			t.Fatalf("it never comes to rest\n%s", h.story())
		}
		h.approved = share.Sorted(slices.Concat(h.approved, h.held))
	}
	h.mustBeSound(t)
	if lost := before.Without(h.accounts()).Without(granted); kept(h.group()) && !lost.Empty() {
		t.Fatalf("%s are gone, whom we did not grant\n%s", lost, h.story())
	}
	h.mustBeAsDeclared(t)
}

// mustBeAsDeclared holds once everything has come to rest.
func (h *hearing) mustBeAsDeclared(t *rapid.T) {
	group, now := h.group(), h.accounts()
	var declared, shielded share.Sharees
	watched := false
	for _, d := range group {
		switch d.Standing {
		case share.Active:
			declared = declared.With(d.Sharees)
			watched = watched || exact(group, d)
		case share.Idle:
			shielded = shielded.With(d.Sharees).With(d.Ledger.Own())
		case share.Withdrawing, share.Leaving:
			t.Fatalf("%s is deleted and still there\n%s", d.ID, h.story())
		case share.Refused:
		}
	}
	if missing := declared.Without(now).Without(h.unknown); !missing.Empty() {
		t.Fatalf("%s are declared and not on the image\n%s", missing, h.story())
	}
	if much := now.Without(declared).Without(shielded); watched && !much.Empty() {
		t.Fatalf("%s are on the image and nobody declares them\n%s", much, h.story())
	}
	ours := share.NewSharees(slices.Collect(maps.Keys(h.ours))...)
	if much := ours.Without(declared).Without(shielded); !much.Empty() {
		t.Fatalf("%s were granted by us, nobody wants them, and they are still on the image\n%s", much, h.story())
	}
}

// works lets the operator look once, and reports whether it has anything to do.
func (h *hearing) works() bool {
	before := len(h.calls)
	outcome := h.finish(h.now())
	return outcome.Again || slices.ContainsFunc(h.calls[before:], func(call string) bool {
		return call != "read" && call != "look" && call != "grant "+h.unknown.String()
	})
}
