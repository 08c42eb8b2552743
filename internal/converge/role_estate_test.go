// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// estate is an account with everything in it, in memory, and both loops at
// work: images and whom they are shared with, the ImageShares, the
// SharerAccount, and RAM. It watches after every effect, and notes in broken
// what must never happen.
type estate struct {
	*ram
	images  map[string]*estateImage
	shares  map[string]imageShare
	sharer  sharerAccount
	version int
	// running are the passes under way, by what they are about: an image, or the
	// role.
	running map[string]*runner
	// refused is what the loop of the role remembers.
	refused int
	// arranged is true when somebody else has given the role every key.
	arranged bool

	watch
}

// estateImage is an image, and whom it is shared with.
type estateImage struct {
	keys share.Keys
	on   map[share.Sharee]bool
}

// imageShare is a stored ImageShare.
type imageShare struct {
	name, image                        string
	sharees                            share.Sharees
	suspended, deleted, retained, held bool
	ledger                             share.Ledger
	// encrypted and keys are what its status tells of the image: yes, no, or
	// nothing yet.
	encrypted string
	keys      share.Keys
	version   int
}

// sharerAccount is the stored SharerAccount.
type sharerAccount struct {
	// claimed is true while the role carries our claim.
	claimed bool
	ledger  share.RoleLedger
	access  share.KeyAccess
	version int
}

// view is what a cache shows: the objects as they once were.
type view struct {
	shares map[string]imageShare
	sharer sharerAccount
}

const (
	estateAccount = "55"
	theRole       = "role"
)

func newEstate() *estate {
	e := &estate{
		ram: newRAM(), shares: map[string]imageShare{}, running: map[string]*runner{},
		images: map[string]*estateImage{
			"E1": newImage("r/k1"), "E2": newImage("r/k2"), "P": newImage(),
		},
		watch: newWatch(),
	}
	e.after = e.wrote
	e.before = func(call string) mishap { return e.running[theRole].step(call) }
	return e
}

func newImage(keys ...share.KeyID) *estateImage {
	return &estateImage{keys: share.NewSet(keys...), on: map[share.Sharee]bool{}}
}

// now is the objects as they are. Nothing in them is ever changed in place.
func (e *estate) now() view { return view{shares: maps.Clone(e.shares), sharer: e.sharer} }

func (e *estate) next() int {
	e.version++
	return e.version
}

// put stores an ImageShare as people do, without any condition.
func (e *estate) put(s imageShare) {
	s.version = e.next()
	e.shares[s.name] = s
}

var errStale = fmt.Errorf("write: %w", &cloud.Error{Kind: cloud.Conflict, Message: "changed"})

// update stores an ImageShare on the condition that nobody has changed it.
func (e *estate) update(s *imageShare) error {
	stored, there := e.shares[s.name]
	if !there || stored.version != s.version {
		return errStale
	}
	s.version = e.next()
	e.shares[s.name] = *s
	return nil
}

// updateSharer stores the SharerAccount's status on the same condition.
func (e *estate) updateSharer(s *sharerAccount) error {
	if e.sharer.version != s.version {
		return errStale
	}
	s.version = e.next()
	e.log = append(e.log, fmt.Sprintf("   the role's ledger: %v %v %v", s.ledger.Trust, s.ledger.Keys, s.ledger.AllKeys))
	e.sharer = *s
	return nil
}

// runner is one pass under way. It stands still before each of its calls until
// it is let go on.
type runner struct {
	yield func(string) bool
	next  func() (string, bool)
	stop  func()
	// pending is the call that is about to be made, and last the one before.
	pending, last string
	fate          mishap
	dead          bool
}

// begin sets a pass going, up to its first call.
func (e *estate) begin(what string, pass func(*runner)) {
	r := &runner{}
	e.running[what] = r
	r.next, r.stop = iter.Pull(func(yield func(string) bool) {
		r.yield = yield
		pass(r)
	})
	e.advance(what, well)
}

// advance lets a pass make its pending call and go on to the next.
func (e *estate) advance(what string, fate mishap) {
	r := e.running[what]
	e.log = append(e.log, fmt.Sprintf("%s: %s (%d)", what, r.pending, fate))
	r.fate, r.last = fate, r.pending
	more := false
	if r.pending, more = r.next(); !more {
		delete(e.running, what)
	}
}

// kill ends a pass where it stands.
func (e *estate) kill(what string) {
	if r := e.running[what]; r != nil {
		r.stop()
		delete(e.running, what)
	}
}

// finish lets a pass run to its end.
func (e *estate) finish(what string) {
	for e.running[what] != nil {
		e.advance(what, well)
	}
}

// step waits before a call, and tells what is to befall it.
func (r *runner) step(call string) mishap {
	if r.dead || !r.yield(call) {
		r.dead = true
		return killedBefore
	}
	r.dead = r.fate == killedBefore || r.fate == killedAfter
	return r.fate
}

// ask makes a call of a pass to something other than RAM.
func (r *runner) ask(call string, effect func() error) error {
	switch fate := r.step(call); fate {
	case killedBefore:
		return errCrash
	case lostBefore, denied:
		return errLost
	case overBudget, slowedDown:
		return &cloud.Error{Kind: cloud.Throttled, Message: "slowly"}
	case well, lostAfter, lostLate, killedAfter:
		return answer(fate, effect())
	}
	return nil
}

// underWay are the passes under way, in order.
func (e *estate) underWay() []string { return slices.Sorted(maps.Keys(e.running)) }
