// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"math"
	"sync"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// The account, and the key of its encrypted image.
const (
	sharerID  = "1000000000000009"
	region    = "cn-hangzhou"
	keyID     = region + "/key-1"
	operators = "us"
)

var theKey = share.NewSet[share.KeyID](keyID)

// roleEntry is an entry of the ledger of the role: none, or an origin and a stage
// and one.
type roleEntry uint8

func entryOfRole(e share.RoleEntry) roleEntry { return roleEntry(1 + int(e.Origin)*3 + int(e.Stage)) }

func (e roleEntry) shared() share.RoleEntry {
	return share.RoleEntry{Origin: share.Origin((e - 1) / 3), Stage: share.Stage((e - 1) % 3)}
}

// sharer is the stored SharerAccount: the ledger of the role.
type sharer struct {
	Trust   [len(sharees)]roleEntry
	Key     roleEntry
	Claimed bool
}

func (s sharer) ledger() share.RoleLedger {
	out := share.RoleLedger{Trust: map[share.Principal]share.RoleEntry{}, Keys: map[share.KeyID]share.RoleEntry{}}
	for i, e := range s.Trust {
		if e != 0 {
			out.Trust[share.Principal(sharees[i])] = e.shared()
		}
	}
	if s.Key != 0 {
		out.Keys[keyID] = s.Key.shared()
	}
	return out
}

// with is the SharerAccount with its ledger written anew.
func (s sharer) with(ledger share.RoleLedger) sharer {
	s.Trust, s.Key = [len(sharees)]roleEntry{}, 0
	for i, id := range sharees {
		if e, there := ledger.Trust[share.Principal(id)]; there {
			s.Trust[i] = entryOfRole(e)
		}
	}
	if e, there := ledger.Keys[keyID]; there {
		s.Key = entryOfRole(e)
	}
	return s
}

// given is whom the ledger tells to be trusted, and not about to go; nobody, as
// long as the key is not usable.
func (s sharer) given() (out who) {
	for i, e := range s.Trust {
		if e != 0 && e.shared().Stage == share.Given {
			out |= 1 << i
		}
	}
	if s.Key == 0 || s.Key.shared().Stage != share.Given {
		return nobody
	}
	return out
}

// role is the encryption role, and what is attached to it.
type role struct {
	Exists, Claimed, Made bool
	// Trust is its trust policy, and Policy the document of our one policy, by
	// their numbers; Policy is zero where there is none.
	Trust, Policy uint16
	Attached      bool
	// Stranger is true while a stranger's statements are in the trust policy.
	Stranger bool
	// Spoiled is whom, and SpoiledKey whether the key, a stranger took from the
	// role and nobody has put back yet. LeftOn is whom an ImageShare deleted with
	// Retain may have left on it, and LeftSpoiled who of them has not been able to
	// decrypt the image since, by what a stranger did: what they are given again,
	// for the sake of another ImageShare, goes with that.
	Spoiled             who
	SpoiledKey          bool
	LeftOn, LeftSpoiled who
}

// documents are all policy documents that there ever were, by their numbers, and
// whom or what they are about.
var documents struct {
	sync.RWMutex
	texts    []string
	numbers  map[string]uint16
	trusted  []who
	policies []share.TrustPolicy
}

// numberOf is the number of a document. Zero is none.
func numberOf(text string) uint16 {
	documents.RLock()
	n, there := documents.numbers[text]
	documents.RUnlock()
	if there {
		return n
	}
	documents.Lock()
	defer documents.Unlock()
	if n, there = documents.numbers[text]; there {
		return n
	}
	if documents.numbers == nil {
		documents.numbers = map[string]uint16{"": 0}
		documents.texts, documents.trusted, documents.policies = []string{""}, []who{nobody}, make([]share.TrustPolicy, 1)
	}
	if len(documents.texts) > math.MaxUint16 {
		panic("there are more documents than numbers")
	}
	policy, err := share.ParseTrustPolicy(text)
	trusted := nobody
	if err == nil {
		for i, id := range sharees {
			if policy.Has(share.Principal(id)) {
				trusted |= 1 << i
			}
		}
	}
	n = uint16(len(documents.texts))
	documents.texts, documents.trusted = append(documents.texts, text), append(documents.trusted, trusted)
	documents.policies = append(documents.policies, policy)
	documents.numbers[text] = n
	return n
}

func textOf(n uint16) string {
	documents.RLock()
	defer documents.RUnlock()
	if n == 0 {
		return ""
	}
	return documents.texts[n]
}

// trusted is whom the role trusts.
func (r role) trusted() who {
	if !r.Exists || r.Trust == 0 {
		return nobody
	}
	documents.RLock()
	defer documents.RUnlock()
	return documents.trusted[r.Trust]
}

func (r role) policy() share.TrustPolicy {
	if !r.Exists || r.Trust == 0 {
		return share.TrustPolicy{}
	}
	documents.RLock()
	defer documents.RUnlock()
	return documents.policies[r.Trust]
}

// hasKey reports whether the role may use the key of the image.
func (r role) hasKey() bool {
	return r.Exists && r.Attached && r.Policy == numberOf(keyDocument)
}

var keyDocument = share.NewKeyPolicy(sharerID, theKey).Document()
