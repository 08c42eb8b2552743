// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// settle reports to every ImageShare of the group. An entry leaves a ledger
// here and only here.
func (r *run) settle(ctx context.Context) {
	group := r.recorded()
	for _, d := range group {
		book := share.Settled(group, d, r.removed, r.outcome.Seen)
		if err := r.store.Settle(ctx, d.ID, book, r.outcome); err != nil {
			r.unrecorded = append(r.unrecorded, d.ID)
			r.failed(err)
			continue
		}
		r.ledgers[d.ID] = book.Ledger
	}
}

// release lets one deleted ImageShare go if nothing of it is left that anyone
// would have to look after: a Withdrawing one with an empty ledger; a Leaving
// one when every other ledger is written, since those tell from then on that
// what it leaves is not ours to take away. One that has changed its mind since
// the plan was made is planned for anew.
func (r *run) release(ctx context.Context, id string) {
	index := slices.IndexFunc(r.group, func(d share.Declaration) bool { return d.ID == id })
	if index < 0 {
		return
	}
	d := r.group[index]
	if d.Standing != r.planned[id] {
		r.outcome.Again = true
		return
	}
	if !r.releasable(d) {
		return
	}
	if err := r.store.Release(ctx, id); err != nil {
		r.failed(err)
		return
	}
	r.outcome.Released = append(r.outcome.Released, id)
	r.outcome.Again = r.outcome.Again || (d.Standing == share.Leaving && len(r.group) > 1)
}

func (r *run) releasable(d share.Declaration) bool {
	switch d.Standing {
	case share.Withdrawing:
		return len(r.ledgers[d.ID]) == 0
	case share.Leaving:
		return len(r.unrecorded) == 0 && !r.leftBefore(d)
	case share.Active, share.Idle, share.Refused:
		return false
	}
	return false
}

// leftBefore reports whether a Leaving ImageShare that comes before is still
// there: they go one after the other, so that one at least can tell whose the
// access was.
func (r *run) leftBefore(d share.Declaration) bool {
	return slices.ContainsFunc(r.group, func(other share.Declaration) bool {
		return other.Standing == share.Leaving && other.ID < d.ID && !slices.Contains(r.outcome.Released, other.ID)
	})
}
