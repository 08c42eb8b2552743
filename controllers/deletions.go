// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// countdown is how long deletions are held that nobody approves. It is our own
// choice: long enough for somebody to notice, and short enough for a namespace
// that is deleted on purpose to go the same day.
const countdown = time.Hour

// maxHeldListed is how many held ImageShares a status lists.
const maxHeldListed = 100

// deletionGate lets deleted ImageShares take away what they have: so many of an
// account within a time. When one more asks, the gate closes: that one, all that
// ask later, and all that were let through and are not done wait until somebody
// approves or the countdown ends. It is the one place where they are counted,
// and every ImageShare is counted once. What it counts is lost with the process;
// what it holds stands in the status of the SharerAccount, and is taken over
// from there.
type deletionGate struct {
	now func() time.Time

	mu       sync.Mutex
	accounts map[types.UID]*deletions
}

// deletions is what the gate knows of one SharerAccount.
type deletions struct {
	// let is when each was let through, and released who was let go after having
	// been held.
	let      map[types.UID]time.Time
	released map[types.UID]bool
	// hold is set while the gate is closed.
	hold *deletionHold
	// ended is when the last hold began that is over, and going when one did
	// whose ImageShares were let go and are not all done.
	ended, going time.Time
}

// deletionHold is a gate that is closed.
type deletionHold struct {
	since, until time.Time
	limit        int
	// members are who is held, by name, and joined those of them who asked since
	// they were last reviewed.
	members map[types.UID]string
	joined  map[types.UID]bool
	// hash names the members, and named is who they were when it was made.
	hash  string
	named map[types.UID]bool
	// leaving are who is let go as soon as the status tells that they are. Who went
	// before could be missing when another process takes the hold over: it would
	// name the rest otherwise than what was approved.
	leaving map[types.UID]string
}

func newDeletionGate(now func() time.Time) *deletionGate {
	return &deletionGate{now: now, accounts: map[types.UID]*deletions{}}
}

// ask is asked before anything is taken away for a deleted ImageShare. It
// answers when a hold began and ends that keeps it from that; neither, if it may.
// Asking again counts for nothing. The SharerAccount is as it was read for this
// look: what its status tells to be held is, also when the gate is new.
func (g *deletionGate) ask(sharer *v1alpha1.SharerAccount, obj *v1alpha1.ImageShare) (since, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, a := g.now(), g.of(sharer)
	limit, window := deletionLimits(sharer)
	_, let := a.let[obj.UID]
	switch {
	case a.goes(obj):
		return since, until
	case a.hold != nil:
	case let:
		return since, until
	case a.recent(now, window) < limit:
		a.let[obj.UID] = now
		return since, until
	default:
		a.close(now, limit)
	}
	return a.hold.join(obj)
}

// review answers what a status is to tell: what is held of an account, and since
// when what is let go had been held. It is told every ImageShare that the gate
// has a say in, and looks whether what is held may go: it was approved, or the
// limit raised to as many, or the countdown is over.
func (g *deletionGate) review(sharer *v1alpha1.SharerAccount, deleted []*v1alpha1.ImageShare) (held v1alpha1.HeldDeletions, going time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.of(sharer)
	limit, window := deletionLimits(sharer)
	present, left := map[types.UID]string{}, false
	for _, obj := range deleted {
		if a.goes(obj) {
			a.released[obj.UID], left = true, true
		}
		present[obj.UID] = nameOf(obj)
	}
	a.prune(g.now(), window, present)
	if a.hold != nil {
		a.hold.leaving = nil
		a.hold.count(sharer, present, a.released)
		switch {
		case len(a.hold.members) == 0:
			a.ended, a.hold = a.hold.since, nil
		case approves(approvedBy(sharer), a.hold.hash), limit > a.hold.limit && limit >= len(a.hold.members):
			a.hold.leaving = maps.Clone(a.hold.members)
			return v1alpha1.HeldDeletions{}, a.hold.since
		}
	}
	if !left {
		a.going = time.Time{}
	}
	return a.hold.told(), a.going
}

// forget drops what is known of a SharerAccount that is no more.
func (g *deletionGate) forget(uid types.UID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.accounts, uid)
}

// of is what is known of an account, with what its status tells, by now. A hold
// that the status tells of and that is not known to be over was begun by a
// process before this one.
func (g *deletionGate) of(sharer *v1alpha1.SharerAccount) *deletions {
	a := g.accounts[sharer.UID]
	if a == nil {
		a = &deletions{let: map[types.UID]time.Time{}, released: map[types.UID]bool{}}
		g.accounts[sharer.UID] = a
		if going := sharer.Status.ReleasedDeletions; going != nil {
			a.going = going.Time
		}
	}
	told := sharer.Status.HeldDeletions
	if a.hold == nil && told.Hash != "" && told.Since.After(a.ended) {
		a.hold = &deletionHold{since: told.Since.Time, until: told.Until.Time, limit: int(told.Limit), members: map[types.UID]string{}, joined: map[types.UID]bool{}}
	}
	switch released := sharer.Status.ReleasedDeletions; {
	case a.hold == nil:
	case a.hold.leaving != nil && released != nil && released.Time.Equal(a.hold.since):
		a.release(a.hold.leaving)
	case !g.now().Before(a.hold.until):
		a.release(a.hold.members)
	}
	return a
}

// goes reports whether an ImageShare was held and let go.
func (a *deletions) goes(obj *v1alpha1.ImageShare) bool {
	marked := obj.Status.DeletionHeldSince
	return a.released[obj.UID] || marked != nil && !a.going.IsZero() && marked.Time.Equal(a.going)
}

// recent is how many were let through within the window.
func (a *deletions) recent(now time.Time, window time.Duration) int {
	count := 0
	for _, at := range a.let {
		if now.Sub(at) < window {
			count++
		}
	}
	return count
}

// close begins a hold. No two begin at the same second, by which they are told
// apart.
func (a *deletions) close(now time.Time, limit int) {
	since := now.Truncate(time.Second)
	if !since.After(a.ended) {
		since = a.ended.Add(time.Second)
	}
	a.hold = &deletionHold{since: since, until: since.Add(countdown), limit: limit, members: map[types.UID]string{}, joined: map[types.UID]bool{}}
}

// release ends the hold, and lets some go. Who else is held asks again.
func (a *deletions) release(members map[types.UID]string) {
	for uid := range members {
		a.released[uid] = true
	}
	a.ended, a.going, a.hold = a.hold.since, a.hold.since, nil
}

// prune forgets who is done, as soon as it does not count any more.
func (a *deletions) prune(now time.Time, window time.Duration, present map[types.UID]string) {
	maps.DeleteFunc(a.let, func(uid types.UID, at time.Time) bool { return present[uid] == "" && now.Sub(at) >= window })
	maps.DeleteFunc(a.released, func(uid types.UID, _ bool) bool { return present[uid] == "" })
}

// count finds out who is held: who is there and was not let go. One that has
// just asked may not be in the cache yet. As long as nobody is held who was not,
// the hash stays: whoever approves that approves these.
func (h *deletionHold) count(sharer *v1alpha1.SharerAccount, present map[types.UID]string, released map[types.UID]bool) {
	maps.DeleteFunc(h.members, func(uid types.UID, _ string) bool { return !h.joined[uid] })
	maps.Copy(h.members, present)
	maps.DeleteFunc(h.members, func(uid types.UID, _ string) bool { return released[uid] })
	h.joined = map[types.UID]bool{}
	renamed := h.hash == ""
	for uid := range h.members {
		renamed = renamed || !h.named[uid]
	}
	if !renamed {
		return
	}
	h.named = map[types.UID]bool{}
	lines := []string{string(sharer.Spec.AccountID), h.since.UTC().Format(time.RFC3339)}
	for _, uid := range slices.Sorted(maps.Keys(h.members)) {
		h.named[uid] = true
		lines = append(lines, string(uid))
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	h.hash = hex.EncodeToString(sum[:8])
}

// join holds one more, and answers since when and for how long. Who comes when the
// others are about to be let go is told a time of its own: it was not approved
// with them.
func (h *deletionHold) join(obj *v1alpha1.ImageShare) (since, until time.Time) {
	if _, among := h.leaving[obj.UID]; h.leaving != nil && !among {
		return h.since.Add(time.Second), h.until
	}
	h.members[obj.UID], h.joined[obj.UID] = nameOf(obj), true
	return h.since, h.until
}

// told is the hold as a status tells it.
func (h *deletionHold) told() v1alpha1.HeldDeletions {
	if h == nil {
		return v1alpha1.HeldDeletions{}
	}
	names := slices.Sorted(maps.Values(h.members))
	return v1alpha1.HeldDeletions{
		Hash: h.hash, Since: metav1.NewTime(h.since), Until: metav1.NewTime(h.until), Limit: size(h.limit),
		Count: size(len(names)), ImageShares: names[:min(len(names), maxHeldListed)],
	}
}

// deletionLimits are how many deleted ImageShares are let through, within which
// time.
func deletionLimits(sharer *v1alpha1.SharerAccount) (limit int, window time.Duration) {
	limit, seconds := v1alpha1.DefaultDeletions, int32(v1alpha1.DefaultDeletionWindowSeconds)
	if l := sharer.Spec.Limits.Deletions; l > 0 {
		limit = int(l)
	}
	if l := sharer.Spec.Limits.DeletionWindowSeconds; l > 0 {
		seconds = l
	}
	return limit, time.Duration(seconds) * time.Second
}
