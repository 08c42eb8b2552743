// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// caller is what the controller remembers from one pass to the next.
type caller struct {
	org *Organization
	// known is the resource share that stands in the status.
	known string
	// unsettled is until when one that was asked for may come to be listed, and
	// tried when a target was last put on.
	unsettled int
	tried     map[string]int
	// looked is the ImageShares by the last look, and lookedLive tells that it
	// was a live one.
	looked     []share.Declaration
	lookedLive bool
	// tidying is true once the run is over.
	tidying bool
	err     error
}

// patience is for how many ticks a new resource share may not be listed, and
// whom the cloud has refused is not tried again.
const patience = 2

// pass is one pass of the controller.
func (r *resources) pass(from snapshot) *Outcome {
	ctx := context.Background()
	r.dead, r.tidying, r.lookedLive = false, false, false
	r.planned, r.looked = maps.Clone(from.versions), from.group
	task := ShareTask{Image: theImage, Known: r.known, Unsettled: r.ticks < r.unsettled}
	r.org = NewOrganization(r, task, func() share.Combined { return share.Combine(r.looked) })
	seen, err := Observe(ctx, r.org, from.group, r.apart)
	if err != nil {
		seen = share.Observed{}
	}
	outcome := Run(ctx, func(group []share.Declaration) share.Plan {
		plan := share.Diff(group, seen, math.MaxInt)
		return plan.HoldGrants(r.refusedLately(plan.Grant)).KeepApart(r.apart)
	}, from.group, seen, r.org, r)
	r.tidying = true
	r.err = r.org.Tidy(ctx)
	r.remember(outcome)
	return outcome
}

// remember keeps in memory what stands in no status. A controller that was
// killed remembers nothing, and waits for what it may have asked for.
func (r *resources) remember(outcome *Outcome) {
	if r.dead {
		r.apart, r.tried, r.unsettled = share.Apart{}, map[string]int{}, r.ticks+patience
		return
	}
	r.apart = outcome.Apart
	if r.org.Sent() {
		r.unsettled = r.ticks + patience
	}
	for id := range outcome.Sent.All() {
		r.tried[string(id)] = r.ticks
	}
}

// refusedLately is whom the cloud has refused a moment ago.
func (r *resources) refusedLately(grant share.Sharees) share.Sharees {
	return grant.Filter(func(id share.Sharee) bool {
		_, failed := r.org.View().Failed(id)
		at, tried := r.tried[string(id)]
		return failed && tried && r.ticks < at+patience
	})
}

func (r *resources) Live(ctx context.Context) ([]share.Declaration, error) {
	group, err := r.world.Live(ctx)
	if err == nil {
		r.looked, r.lookedLive = group, true
	}
	return group, err
}

func (r *resources) Settle(_ context.Context, id string, book share.Book, _ *Outcome) error {
	o := r.objects[id]
	known := r.org.Own()
	if o != nil && o.Ledger.Equal(book.Ledger) && o.Taken == book.Taken && r.planned[id] == o.version && r.known == known {
		return nil
	}
	before := r.clock
	err := r.store("settle "+id, id, book)
	if r.clock != before {
		r.known = known
	}
	return err
}

// Release lets an ImageShare go. What a Leaving one leaves is nobody's any more.
func (r *resources) Release(ctx context.Context, id string) error {
	o := r.objects[id]
	err := r.world.Release(ctx, id)
	if o != nil && r.objects[id] == nil && o.Standing == share.Leaving {
		for target := range o.Ledger {
			for _, s := range r.shares {
				s.byUs[string(target)] = false
			}
		}
	}
	return err
}

// rest passes, a tick at a time, until nothing is written any more.
func (r *resources) rest(t interface{ Fatalf(string, ...any) }) {
	quiet := 0
	for range 60 {
		r.tick()
		before := len(r.calls)
		outcome := r.pass(r.now())
		quiet++
		if outcome.Again || slices.ContainsFunc(r.calls[before:], r.matters) {
			quiet = 0
		}
		if quiet == 5 {
			return
		}
	}
	t.Fatalf("it never comes to rest:\n%s", r.story())
}

// matters reports whether a call writes, and is no vain attempt at a target that
// nobody can be shared with.
func (r *resources) matters(call string) bool {
	for target := range r.doomed {
		if strings.HasPrefix(call, "associate") && strings.HasSuffix(call, "["+target+"]") {
			return false
		}
	}
	return call != "list" && call != "look"
}

// story is what was called lately.
func (r *resources) story() string {
	return strings.Join(r.calls[max(0, len(r.calls)-30):], "\n")
}
