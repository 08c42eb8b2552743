// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// edit makes an ImageShare, or changes whom it declares and whether it is
// suspended.
func (h *roleHistory) edit(t *rapid.T) {
	name := rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(t, "name")
	s, there := h.shares[name]
	if !there {
		s = imageShare{name: name, image: rapid.SampledFrom([]string{"E1", "E1", "E2", "P"}).Draw(t, "image"), ledger: share.Ledger{}}
	}
	if s.deleted {
		return
	}
	s.sharees = share.NewSharees(rapid.SliceOfN(rapid.SampledFrom([]share.Sharee{"1", "2", "3"}), 0, 3).Draw(t, "sharees")...)
	s.suspended = rapid.IntRange(0, 3).Draw(t, "suspended") == 3
	h.encryptedEver = h.encryptedEver || s.image != "P"
	h.note("%s on %s declares %s, suspended %v", name, s.image, s.sharees, s.suspended)
	h.put(s)
}

// remove deletes an ImageShare. One that nobody holds is gone at once.
func (h *roleHistory) remove(t *rapid.T) {
	s, there := h.shares[rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(t, "name")]
	if !there || s.deleted {
		return
	}
	s.deleted, s.retained = true, rapid.IntRange(0, 2).Draw(t, "retain") == 2
	h.note("%s is deleted, retain %v", s.name, s.retained)
	if !s.held {
		delete(h.shares, s.name)
		return
	}
	h.put(s)
}

// flip changes the deletion policy of an ImageShare that is being deleted.
func (h *roleHistory) flip(t *rapid.T) {
	s, there := h.shares[rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(t, "name")]
	if !there || !s.deleted {
		return
	}
	s.retained = !s.retained
	h.note("%s is retained: %v", s.name, s.retained)
	h.put(s)
}

// foreignStatements are what strangers write into trust policies.
var foreignStatements = []string{
	`{"Effect":"Allow", "Action":"sts:AssumeRole", "Principal":{"RAM":["acs:ram::77:root"]}}`,
	`{"Action": "sts:AssumeRole","Effect":"Allow","Principal":{"Service":["oss.aliyuncs.com"]}}`,
}

// stranger does something to the role, or to an image, by hand. Between the
// second look at the trust policy and the write that follows it at once nobody
// can tell, and nobody acts here.
func (h *roleHistory) stranger(t *rapid.T) {
	if r := h.running[theRole]; r != nil && r.last == "role" && (r.pending == "set trust" || r.pending == "delete role") {
		return
	}
	what := rapid.SampledFrom([]string{"statement", "principal", "overwrite", "attach", "detach", "delete", "scribble", "make", "image"}).Draw(t, "stranger")
	h.note("a stranger: %s", what)
	h.meddled = h.meddled || what != "image"
	h.arrive()
	trusted, keys, own := h.trusted(), h.usableKeys(), h.usable()
	switch {
	case what == "image":
		h.takeOff(t)
	case what == "make" && h.role == nil:
		h.role = &ramRole{trust: share.TrustPolicy{}.With(share.NewSet[share.Principal](estateAccount), share.Principals{}).Document(),
			tags: map[string]string{}, attached: map[cloud.PolicyRef]bool{}}
		h.principals = share.NewSet[share.Principal](estateAccount)
	case h.role != nil:
		h.meddle(t, what)
	}
	h.damaged(trusted.Without(h.trusted()), keys.Without(h.usableKeys()).With(own.Without(h.usable())))
	h.check("a stranger: " + what)
}

func (h *roleHistory) meddle(t *rapid.T, what string) {
	switch what {
	case "statement":
		text := rapid.SampledFrom(foreignStatements).Draw(t, "statement")
		if !strings.Contains(h.role.trust, text) && h.write(strings.Replace(h.role.trust, "[", "["+text+",", 1)) {
			h.statements = append(h.statements, text)
		}
	case "principal":
		p := rapid.SampledFrom([]share.Principal{"1", "2", "9"}).Draw(t, "principal")
		if !h.planned(p) && !h.trusted().Has(p) && h.write(h.trustPolicy().With(share.NewSet(p), share.Principals{}).Document()) {
			h.principals = h.principals.With(share.NewSet(p))
		}
	case "overwrite":
		kept := h.principals.With(share.NewSet[share.Principal]("9"))
		if h.write(h.trustPolicy().Without(h.trusted().Without(kept)).With(kept, share.Principals{}).Document()) {
			h.principals = kept
		}
	default:
		h.meddleWithPolicies(what)
	}
}

func (h *roleHistory) meddleWithPolicies(what string) {
	switch what {
	case "attach":
		h.role.attached[cloud.PolicyRef{Name: "Ops"}] = true
		h.attachments[cloud.PolicyRef{Name: "Ops"}] = true
	case "detach":
		delete(h.role.attached, cloud.PolicyRef{Name: ourPolicy})
		if !h.attachments[allKeysRef] {
			delete(h.role.attached, allKeysRef)
		}
	case "scribble":
		if policy, there := h.policies[ourPolicy]; there {
			policy.Document = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]}`
			h.policies[ourPolicy] = policy
		}
	case "delete":
		h.role = nil
		h.statements, h.principals, h.attachments = nil, share.Principals{}, map[cloud.PolicyRef]bool{}
	}
}

// write is a stranger's write to the trust policy.
func (h *roleHistory) write(document string) bool {
	if h.tooLong(document) {
		return false
	}
	h.role.trust = document
	return true
}

// planned reports whether the role was to trust somebody, or may be about to:
// who came first could not be told apart.
func (h *roleHistory) planned(p share.Principal) bool {
	_, intended := h.sharer.ledger.Trust[p]
	return intended || h.running[theRole] != nil
}

// damaged notes what a stranger has taken from the role. What was left for good
// is no longer to be expected.
func (h *roleHistory) damaged(trust share.Principals, keys share.Keys) {
	h.spoiled, h.spoiledKeys = h.spoiled.With(trust), h.spoiledKeys.With(keys)
	for at := range h.retained {
		if trust.Has(share.Principal(at.account)) || !h.images[at.image].keys.And(keys).Empty() {
			delete(h.retained, at)
		}
	}
}

// takeOff takes an account off an image that others are on too.
func (h *roleHistory) takeOff(t *rapid.T) {
	image := rapid.SampledFrom([]string{"E1", "E2"}).Draw(t, "image")
	if on := h.images[image].accounts(); on.Len() > 1 {
		at := onImage{image, rapid.SampledFrom(on.Sorted()).Draw(t, "taken off")}
		delete(h.images[image].on, at.account)
		delete(h.ours, at)
		delete(h.retained, at)
	}
}
