// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"time"
)

// How often the claim of one image is written.
const (
	// claimWrites is how many writes need no pause: the first, and the first
	// that puts the claim back.
	claimWrites = 2
	// claimPause is the pause after those, so that whoever keeps taking the tag
	// off is not met with a write each time; takeOverPause is that of changes of
	// hands, which a person has approved.
	claimPause    = time.Hour
	takeOverPause = time.Minute
	// unclaimPatience is for how long a deleted ImageShare waits for its claim
	// to be taken off.
	unclaimPatience = time.Minute
)

// claimNotes is what is remembered of the claim on one image.
type claimNotes struct {
	// holder is who was last read to hold it, if it was read.
	holder string
	read   bool
	// wrote is when our claim was last sent, and writes how often it was.
	wrote  time.Time
	writes int
	// refused is why it could not be written, and at when that was.
	refused *verdict
	at      time.Time
	// leaving is since when it is being taken off.
	leaving time.Time
}

// mayWrite reports whether the claim may be written again now, given the pause
// between two writes.
func (n claimNotes) mayWrite(now time.Time, pause time.Duration) bool {
	return n.writes < claimWrites || now.Sub(n.wrote) >= pause
}

// refusedLately is why the claim could not be written a short time ago, or nil.
func (n claimNotes) refusedLately(now time.Time) *verdict {
	if now.Sub(n.at) >= fixPace {
		return nil
	}
	return n.refused
}

// claim is what is remembered of the claim on an image.
func (m *memory) claim(key ImageKey) claimNotes {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.images[key].claim
}

// noteClaim changes it.
func (m *memory) noteClaim(key ImageKey, change func(*claimNotes)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	change(&known.claim)
	m.images[key] = known
}
