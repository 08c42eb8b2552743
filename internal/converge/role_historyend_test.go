// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// mustBeAsNeeded fails when the role is not what ImageShares need, and nothing
// more but what strangers put there and what was left for good.
func (h *roleHistory) mustBeAsNeeded(t *rapid.T) {
	needed, trusted := h.now().needs(), h.trusted()
	for p := range needed.Trust.Without(trusted).All() {
		if h.trustLimit == 0 || !h.tooLong(h.trustPolicy().With(share.NewSet(p), h.sharer.ledger.Own()).Document()) {
			t.Fatalf("%s is needed and not trusted\n%s", p, h.story())
		}
	}
	placeholder := share.NewSet[share.Principal](estateAccount)
	if extra := trusted.Without(needed.Shields).Without(h.left).Without(h.principals).Without(placeholder); !extra.Empty() {
		t.Fatalf("%s are trusted and nobody needs it\n%s", extra, h.story())
	}
	h.mustHaveKeys(t, needed)
	if h.hasAllKeys() && !h.leftAllKeys && (needed.Nothing() || h.sharer.access == share.ImageKeys && !needed.ShieldsAllKeys) {
		t.Fatalf("the policy for all keys is attached and nobody needs it\n%s", h.story())
	}
	if needed.Nothing() {
		h.mustBeGone(t)
	}
}

// mustHaveKeys fails when the role lacks a key, or has one that nobody needs.
func (h *roleHistory) mustHaveKeys(t *rapid.T, needed share.Needed) {
	usable := h.usableKeys()
	if h.sharer.access == share.ImageKeys {
		usable = h.usable()
	}
	if lost := needed.Keys.Without(usable); !lost.Empty() && h.role != nil {
		t.Fatalf("%s are needed and cannot be used\n%s", lost, h.story())
	}
	if extra := h.usable().Without(needed.ShieldsKeys).Without(h.leftKeys); !extra.Empty() && !needed.ShieldsAllKeys {
		t.Fatalf("%s can be used and nobody needs it\n%s", extra, h.story())
	}
}

// mustBeGone fails when something of ours is left though nobody needs it.
func (h *roleHistory) mustBeGone(t *rapid.T) {
	if !h.sharer.ledger.Empty() {
		t.Fatalf("nobody needs the role, and its ledger has %v\n%s", h.sharer.ledger, h.story())
	}
	if !h.left.Empty() || !h.leftKeys.Empty() {
		return
	}
	for _, name := range h.names() {
		if strings.HasPrefix(name, PolicyPrefix) {
			t.Fatalf("nobody needs the role, and policy %s is left\n%s", name, h.story())
		}
	}
	if h.role == nil || h.meddled {
		return
	}
	switch {
	case h.role.tags[TagMade] != "":
		t.Fatalf("nobody needs the role that we made, and it is there\n%s", h.story())
	case !h.tagsIgnored && !h.tagsRefused:
		t.Fatalf("the role is there without our tag, and nobody else was here\n%s", h.story())
	}
}

// mustBeAsDeclaredOn fails when an image is not shared as ImageShares declare.
func (h *roleHistory) mustBeAsDeclaredOn(t *rapid.T) {
	for name, s := range h.shares {
		switch s.standing() {
		case share.Active:
			missing := s.sharees.Without(h.images[s.image].accounts()).Filter(func(id share.Sharee) bool { return h.decryptable(s.image, id) })
			if !missing.Empty() {
				t.Fatalf("%s declares %s, which are not on %s\n%s", name, missing, s.image, h.story())
			}
		case share.Withdrawing, share.Leaving:
			t.Fatalf("%s is deleted and still there\n%s", name, h.story())
		case share.Idle, share.Refused:
		}
	}
	for at := range h.ours {
		if !h.wanted(at) {
			t.Fatalf("%s was put on %s by us, nobody wants it, and it is there\n%s", at.account, at.image, h.story())
		}
	}
}

// wanted reports whether an ImageShare shields an account on an image.
func (h *roleHistory) wanted(at onImage) bool {
	for _, s := range h.shares {
		_, holds := s.ledger[at.account]
		shields := s.sharees.Has(at.account) || holds && s.standing() == share.Idle
		if s.image == at.image && !s.deleted && shields {
			return true
		}
	}
	return false
}

var _ cloud.Roles = &ram{}
