// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// When somebody else's rewriting of the trust policy is taken for a contest.
const (
	contendedAfter  = 3
	contendedWindow = time.Hour
	// contendedPace is how often the trust policy is put right in a contest.
	contendedPace = 30 * time.Minute
)

// latePatience is how long after it was sent a call whose answer was lost may
// still take effect: many times as long as a call may take.
const latePatience = 5 * time.Minute

// silence is for how long the keys of a region are not asked for after nobody
// has answered.
const silence = time.Minute

// roleMemory is what the loop of SharerAccounts remembers of their roles
// between two passes. Losing it costs a few calls.
type roleMemory struct {
	mu       sync.Mutex
	accounts map[types.UID]*roleNotes
}

// roleNotes are what is remembered of one role. One pass at a time holds them,
// since the queue hands out a SharerAccount to one worker at a time.
type roleNotes struct {
	// looked is when the role was last read, and took when something was last
	// taken off it, or nothing was there to take.
	looked, took time.Time
	// good is when all was last read to be as it should be.
	good time.Time
	// refused is a size of trust policy that was refused; zero if none was.
	refused int
	// restored is when what had vanished from the trust policy was put back.
	restored []time.Time
	// vanished is whom somebody else has taken out of it since the first of
	// those.
	vanished share.Principals
	// since is when these notes were begun.
	since time.Time
	// announced is when this operator last announced that it was about to change
	// the role, and others when another may last have been.
	announced, others time.Time
	// keys is what was found out about keys, and services which key is the
	// service key of a region.
	keys     map[share.KeyID]keyNote
	services map[string]share.KeyID
	// silent is until when the keys of a region are not asked for, since nobody
	// answered.
	silent map[string]time.Time
}

// keyNote is what was found out about a key, and when.
type keyNote struct {
	state v1alpha1.KeyState
	at    time.Time
}

func newRoleMemory() *roleMemory { return &roleMemory{accounts: map[types.UID]*roleNotes{}} }

// notes are those of one SharerAccount.
func (m *roleMemory) notes(uid types.UID, now time.Time) *roleNotes {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.accounts[uid] == nil {
		m.accounts[uid] = &roleNotes{since: now, keys: map[share.KeyID]keyNote{}, services: map[string]share.KeyID{}, silent: map[string]time.Time{}}
	}
	return m.accounts[uid]
}

// forget drops the notes of a SharerAccount that is no more.
func (m *roleMemory) forget(uid types.UID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.accounts, uid)
}

// contended reports whether somebody else keeps rewriting the trust policy and
// it is not yet time to put it right again. A contest is over when it was put
// right for the last time so long ago.
func (n *roleNotes) contended(now time.Time) bool {
	if count := len(n.restored); count > 0 && now.Sub(n.restored[count-1]) > contendedWindow {
		n.restored, n.vanished = nil, share.Principals{}
	}
	return len(n.restored) >= contendedAfter && now.Sub(n.restored[len(n.restored)-1]) < contendedPace
}

// see notes when another operator last announced that it was about to change the
// role, by its own clock at the latest by now. Where it left entries that it had
// not confirmed, it may have tried them again without a word until these notes
// were begun.
func (n *roleNotes) see(sharer *v1alpha1.SharerAccount, now time.Time) {
	role := sharer.Status.Role
	if role == nil || !role.ChangedAt.After(n.announced) {
		return
	}
	n.others = role.ChangedAt.Time
	if roleLedgerOf(sharer).Unsettled() && n.others.Before(n.since) {
		n.others = n.since
	}
	if n.others.After(now) {
		n.others = now
	}
}

// alone is when nothing that another operator sent can take effect any more.
func (n *roleNotes) alone() time.Time { return n.others.Add(latePatience) }
