// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// witness is a world whose plans are reviewed, and what an onlooker knows of it
// who has seen people come and go, and has never read a ledger to learn why
// somebody is on the image. What he is not sure of he says in the operator's
// favour: he may overlook a wrong, and never sees one that is none.
type witness struct {
	*world
	claim  share.Claim
	limits share.Limits
	// held is what waits for approval since the last pass, and approved what
	// somebody has approved and is not done.
	held, approved []share.Change

	// current is the ImageShares as the pass sees them, looked what its last live
	// look has shown, and sight what the image was like as it began.
	current, looked []share.Declaration
	sight           share.Observed
	// somebody is true when the pass has seen anybody on the image, and late is
	// who came after that.
	somebody bool
	late     map[share.Sharee]bool
	// reviewed is what the last plan was made under, and whole that plan with
	// what is held.
	reviewed terms
	whole    share.Plan
	// gave and took count what one pass has granted and revoked and nobody has
	// approved.
	gave, took int
	// disturbed is true when the pass has met a fault, or somebody's edit.
	disturbed bool

	// watchers are the ImageShares under which the image is exact, without a
	// break, and since a pass has seen it.
	watchers map[string]bool
	// known is whom each ImageShare has declared in a pass, and not lost with its
	// status.
	known map[string]map[share.Sharee]bool
	// fair is who came to the image while somebody watched.
	fair map[share.Sharee]bool
}

// terms are what a plan is reviewed under.
type terms struct {
	claim    share.Claim
	limits   share.Limits
	approved []share.Change
}

func (t terms) approve(id share.Sharee, revoke bool) bool {
	return share.Changed(t.approved, revoke).Has(id)
}

func newWitness() *witness {
	w := &witness{
		world: newWorld(), claim: share.Ours,
		watchers: map[string]bool{}, known: map[string]map[share.Sharee]bool{}, fair: map[share.Sharee]bool{},
	}
	w.granting, w.revoking = w.grants, w.revokes
	return w
}

// pass is one pass of the loop, planned from a snapshot of the ImageShares.
func (w *witness) pass(from snapshot) *Outcome {
	w.dead, w.disturbed, w.current, w.looked, w.held, w.gave, w.took = false, false, from.group, nil, nil, 0, 0
	w.somebody, w.late = false, map[share.Sharee]bool{}
	ctx := context.Background()
	seen, err := Observe(ctx, w, from.group, w.apart)
	if err != nil {
		seen = share.Observed{}
	}
	seen.Claim = w.claim
	w.planned, w.sawNobody, w.sight = maps.Clone(from.versions), seen.Sharees.Empty(), seen
	apart := w.apart
	outcome := Run(ctx, func(group []share.Declaration) share.Plan {
		w.notice(group)
		w.reviewed = terms{w.claim, w.limits, slices.Clone(w.approved)}
		w.whole = share.Diff(group, seen, 50).KeepApart(apart)
		plan, held := share.Review(group, w.whole, seen, w.limits, w.approved)
		w.held = held
		return plan
	}, from.group, seen, w, w)
	w.apart, w.current, w.somebody = outcome.Apart, nil, false
	if seen.Known {
		w.approved = slices.DeleteFunc(w.whole.Part(w.approved), func(c share.Change) bool {
			return c.Revoke && outcome.Revoked.Has(c.Sharee) || !c.Revoke && outcome.Granted.Has(c.Sharee)
		})
	}
	return outcome
}

// Live is what a live look shows.
func (w *witness) Live(ctx context.Context) ([]share.Declaration, error) {
	group, err := w.world.Live(ctx)
	if err == nil {
		w.current, w.looked = group, group
		w.watch()
	}
	return group, err
}

// notice notes whom the ImageShares declare as a pass sees them.
func (w *witness) notice(group []share.Declaration) {
	for _, d := range group {
		if w.known[d.ID] == nil {
			w.known[d.ID] = map[share.Sharee]bool{}
		}
		if !deleted(d) {
			for id := range d.Sharees.All() {
				w.known[d.ID][id] = true
			}
		}
	}
}

// Permissions reads the image. From a list that shows anybody on, whoever comes
// comes to an image that is watched.
func (w *witness) Permissions(ctx context.Context) (share.Sharees, error) {
	seen, err := w.world.Permissions(ctx)
	w.somebody = w.somebody || !seen.Empty()
	w.watch()
	return seen, err
}

// watch notes who watches the image, by what the pass has seen by now.
func (w *witness) watch() {
	for _, d := range w.current {
		if d.Standing == share.Active && exact(w.current, d) && w.somebody && w.objects[d.ID] != nil {
			w.watchers[d.ID] = true
		}
	}
	if len(w.watchers) > 0 {
		maps.Copy(w.fair, w.late)
	}
}

// settled notes what an undisturbed pass over the ImageShares as they are must
// have noticed: who watches no longer. When nobody does, nobody came fairly.
func (w *witness) settled(group []share.Declaration) {
	watching := map[string]bool{}
	for _, d := range group {
		watching[d.ID] = w.watchers[d.ID] && exact(group, d) && !deleted(d)
		holds := d.Standing == share.Idle || d.Standing == share.Refused
		for id := range w.known[d.ID] {
			if !d.Sharees.Has(id) && !holds && (!w.image[id] || kept(group) && !w.ours[id]) {
				delete(w.known[d.ID], id)
			}
		}
	}
	maps.DeleteFunc(w.watchers, func(id string, _ bool) bool { return !watching[id] })
	w.forget()
}

// forget forgets who came fairly when nobody watches.
func (w *witness) forget() {
	if len(w.watchers) == 0 {
		clear(w.fair)
	}
}

// lose takes the statuses of some ImageShares away. Whom we granted on their
// account nobody can tell from a stranger any more.
func (w *witness) lose(ids []string) {
	for _, id := range ids {
		d := w.objects[id].Declaration
		d.Ledger, d.Taken = share.Ledger{}, false
		w.put(d)
		delete(w.watchers, id)
	}
	for id := range maps.Clone(w.ours) {
		if !w.provable(id) {
			delete(w.ours, id)
		}
	}
	for _, name := range ids {
		// Somebody wanted them there, and whoever watches on had seen that.
		for id := range w.known[name] {
			w.fair[id] = w.fair[id] || len(w.watchers) > 0
		}
		delete(w.known, name)
	}
	w.forget()
}

func deleted(d share.Declaration) bool {
	return d.Standing == share.Withdrawing || d.Standing == share.Leaving
}

// kept reports whether one of the ImageShares that are there to stay wants
// strangers kept.
func kept(group []share.Declaration) bool {
	return slices.ContainsFunc(group, func(d share.Declaration) bool {
		return !d.Exact && !d.Over && (d.Standing == share.Active || d.Standing == share.Idle)
	})
}

// exact reports whether an ImageShare wants strangers off the image and nobody
// wants them kept.
func exact(group []share.Declaration, d share.Declaration) bool {
	return d.Exact && !d.Over && !kept(group)
}

func (w *witness) blame(words ...string) { w.broken = append(w.broken, strings.Join(words, " ")) }
