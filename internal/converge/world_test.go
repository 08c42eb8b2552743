// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// errCrash is what a port answers after the operator has been killed.
var errCrash = errors.New("killed")

// world is an image and its ImageShares, in memory. It stands behind both
// ports, and it watches: what must never happen is noted in broken.
type world struct {
	image   map[share.Sharee]bool
	objects map[string]*object
	unknown share.Sharees // accounts that the cloud does not know
	// frozen are accounts that the cloud refuses with a code that nobody knows.
	frozen share.Sharees
	// stubborn are accounts that the cloud will not hear of, in any call.
	stubborn share.Sharees
	quota    int
	clock    int
	// sawNobody is true when the list was empty as the pass began.
	sawNobody bool
	// deaf makes the cloud say yes to a revoke and do nothing; blind makes it
	// show an empty list.
	deaf, blind bool

	// fault is asked before every call of either port.
	fault func(call string) fault
	dead  bool
	calls []string
	// planned are the versions of the ImageShares as the operator last read or
	// wrote them.
	planned map[string]int
	// apart is what the operator remembers from one pass to the next.
	apart share.Apart

	// ours is whom we have put on the image and not taken off.
	ours   map[share.Sharee]bool
	broken []string
	// granting and revoking are asked about every account that is granted or
	// revoked.
	granting, revoking func(share.Sharee)
}

// object is one stored ImageShare.
type object struct {
	share.Declaration
	version int
}

// snapshot is what a cache shows: the ImageShares as they once were.
type snapshot struct {
	group    []share.Declaration
	versions map[string]int
}

// fault is how a call fails, if it does.
type fault int

const (
	fine fault = iota
	dropBefore
	dropAfter
	crashBefore
	crashAfter
	throttled
	staleRead
)

func newWorld(onImage ...share.Sharee) *world {
	w := &world{
		image: map[share.Sharee]bool{}, objects: map[string]*object{}, planned: map[string]int{}, quota: 50,
		ours: map[share.Sharee]bool{}, fault: func(string) fault { return fine },
	}
	for _, id := range onImage {
		w.image[id] = true
	}
	w.granting, w.revoking = w.checkGrant, w.checkRevoke
	return w
}

func (w *world) put(d share.Declaration) {
	if d.Ledger == nil {
		d.Ledger = share.Ledger{}
	}
	w.objects[d.ID] = &object{Declaration: d, version: w.next()}
}

// fail makes one call fail from now on, and mend none.
func (w *world) fail(call string, kind fault) {
	w.fault = func(made string) fault {
		if made == call {
			return kind
		}
		return fine
	}
}

func (w *world) mend() { w.fault = func(string) fault { return fine } }

// edit changes an ImageShare as a person would.
func (w *world) edit(id string, change func(*share.Declaration)) {
	d := w.objects[id].Declaration
	change(&d)
	w.put(d)
}

// next is a version that no object ever had.
func (w *world) next() int {
	w.clock++
	return w.clock
}

func (w *world) group() []share.Declaration {
	var out []share.Declaration
	for _, id := range slices.Sorted(maps.Keys(w.objects)) {
		d := w.objects[id].Declaration
		d.Ledger = maps.Clone(d.Ledger)
		out = append(out, d)
	}
	return out
}

func (w *world) accounts() share.Sharees {
	return share.NewSharees(slices.Collect(maps.Keys(w.image))...)
}

// now is the ImageShares as they are.
func (w *world) now() snapshot {
	versions := map[string]int{}
	for id, o := range w.objects {
		versions[id] = o.version
	}
	return snapshot{w.group(), versions}
}

// pass is one pass of the loop over the world, planned from a snapshot of the
// ImageShares.
func (w *world) pass(from snapshot) *Outcome {
	w.dead = false
	seen, err := Observe(context.Background(), w, from.group, w.apart)
	if err != nil {
		seen = share.Observed{}
	}
	return w.run(from, seen)
}

// run is the part of a pass that comes after the look.
func (w *world) run(from snapshot, seen share.Observed) *Outcome {
	w.planned = maps.Clone(from.versions)
	w.sawNobody = seen.Sharees.Empty()
	apart := w.apart
	planner := func(group []share.Declaration) share.Plan { return share.Diff(group, seen, 50).KeepApart(apart) }
	outcome := Run(context.Background(), planner, from.group, seen, w, w)
	w.apart = outcome.Apart
	return outcome
}

// begin notes a call and lets it fail.
func (w *world) begin(call string) (after bool, err error) {
	if w.dead {
		return false, errCrash
	}
	w.calls = append(w.calls, call)
	switch w.fault(call) {
	case dropBefore:
		return false, &cloud.Error{Kind: cloud.Unavailable, Message: "dropped"}
	case dropAfter:
		return true, &cloud.Error{Kind: cloud.Unavailable, Message: "dropped"}
	case throttled:
		return false, &cloud.Error{Kind: cloud.Throttled, Message: "throttled"}
	case crashBefore:
		w.dead = true
		return false, errCrash
	case crashAfter:
		w.dead = true
		return true, errCrash
	case fine, staleRead:
	}
	return true, nil
}

// checkGrant notes a grant of an account that nobody wants, or that stands in
// no ledger.
func (w *world) checkGrant(id share.Sharee) {
	for _, o := range w.objects {
		_, held := o.Ledger[id]
		if held && o.Standing == share.Active && o.Sharees.Has(id) {
			return
		}
	}
	w.broken = append(w.broken, fmt.Sprintf("%s was granted though no ImageShare declares it and has it in its ledger", id))
}

// provable reports whether a ledger says that the account is granted by us.
// An account that was found, and is put back because a list was empty that
// should not have been, stays found: it may have been there all the time.
func (w *world) provable(id share.Sharee) bool {
	for _, o := range w.objects {
		if origin, held := o.Ledger[id]; held && origin == share.Granted {
			return true
		}
	}
	return false
}

// checkRevoke notes a revoke of an account that somebody wants, or that is not
// ours to take.
func (w *world) checkRevoke(id share.Sharee) {
	if w.image[id] && !w.ours[id] {
		w.broken = append(w.broken, fmt.Sprintf("%s was revoked though we did not grant it", id))
	}
	for _, o := range w.objects {
		if o.Standing == share.Active && o.Sharees.Has(id) {
			w.broken = append(w.broken, fmt.Sprintf("%s was revoked though %s declares it", id, o.ID))
		}
	}
}
