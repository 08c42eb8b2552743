// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// RunRole carries out a plan for the encryption role. What is given comes
// before what is taken, except that where the trust policy has no room those
// who leave go first. Trouble with giving stops no taking.
//
// Nothing is sent before the ledger that announces it is written and the
// ImageShares were read live. A key policy comes before the trust that makes
// it of use, and goes after it.
func RunRole(ctx context.Context, task RoleTask, plan share.RolePlan, seen share.RoleSeen, roles cloud.Roles, store RoleStore) *RoleOutcome {
	r := &roleRun{
		task: task, plan: plan, roles: roles, store: store, start: seen, policies: slices.Clone(seen.Policies),
		outcome: &RoleOutcome{Seen: seen, Ledger: plan.Ledger, Refused: task.Refused, NoRoom: plan.NoRoom},
	}
	if !r.record(ctx, plan.Ledger) {
		return r.outcome
	}
	r.give(ctx)
	full := !r.outcome.NoRoom.Empty()
	if plan.Takes() && (task.Taking || full) && r.take(ctx) && full {
		r.outcome.NoRoom = plan.NoRoom
		r.trust(ctx)
	}
	r.settle(ctx)
	return r.outcome
}

// roleRun is the state of one run.
type roleRun struct {
	task  RoleTask
	plan  share.RolePlan
	roles cloud.Roles
	store RoleStore
	// start is the role as it was planned for, and policies those of ours as
	// they are by now.
	start    share.RoleSeen
	policies []share.OwnPolicy

	// needed is what ImageShares need, as of the last live look.
	needed share.Needed
	// trusted and keyed are what was Going and wanted again, and was given once
	// more by a write that was answered.
	trusted share.Principals
	keyed   share.Keys
	// rest is the trust policy as it was to be once somebody was taken out of
	// it; nil if nobody was.
	rest *share.TrustPolicy
	// untrusted and unkeyed are what was taken away, and answered; late is who of
	// the untrusted may come back, and stays in the ledger for that unless others
	// trust them all the same.
	untrusted  share.Principals
	unkeyed    share.Keys
	late       share.Principals
	unattached bool
	unclaimed  bool
	// stuck is true when something could not be taken away.
	stuck bool

	outcome *RoleOutcome
}

// record writes the ledger, and reports whether to go on.
func (r *roleRun) record(ctx context.Context, ledger share.RoleLedger) bool {
	err := r.store.RecordRole(ctx, ledger)
	if err != nil {
		r.failed(err)
		return false
	}
	r.outcome.Ledger = ledger
	return true
}

// look reads live what ImageShares need, and reports whether to go on.
func (r *roleRun) look(ctx context.Context) bool {
	needed, err := r.store.LiveNeeds(ctx)
	if err != nil {
		r.failed(err)
		return false
	}
	r.needed = needed
	return true
}

// give puts on the role what the plan says and somebody still needs.
func (r *roleRun) give(ctx context.Context) {
	if !r.plan.Gives() || !r.look(ctx) {
		return
	}
	if r.plan.Make && !r.wanted().Empty() {
		r.make(ctx)
	} else {
		r.claim(ctx)
	}
	if !r.exists() {
		return
	}
	r.writeKeys(ctx)
	r.attachAllKeys(ctx)
	if !r.plan.Make {
		r.trust(ctx)
	}
}

// exists reports whether there is a role by now.
func (r *roleRun) exists() bool { return r.start.Exists || r.outcome.Made }

// settle reads the role again if anything was sent, and works out the ledger.
func (r *roleRun) settle(ctx context.Context) {
	if !r.outcome.Wrote && r.untrusted.Without(r.late).Empty() && r.unkeyed.Empty() && !r.unattached && !r.unclaimed {
		return
	}
	seen, err := ObserveRole(cloud.WithUrgency(ctx, cloud.Finishing), r.roles, r.task)
	r.outcome.Seen = seen
	if err != nil {
		r.troubled(err)
		return
	}
	before := r.start.Trust.Principals()
	after := share.DiffRole(r.needed, r.task.Access, r.outcome.Ledger, seen).Ledger
	confirm(after.Trust, r.trusted)
	confirm(after.Keys, r.keyed)
	r.outcome.Trusted = seen.Trust.Principals().And(r.plan.Trust).Without(before)
	r.outcome.Untrusted = r.gone(seen).And(before)
	r.outcome.Deleted = r.start.Exists && !seen.Exists
	if r.stuck {
		// Something is left to take away: the ledger tells of it until it is.
		r.outcome.Ledger = after
		return
	}
	r.outcome.Ledger = after.Without(
		r.gone(seen).Without(r.needed.Shields).Without(r.late.Without(seen.Trust.Principals())),
		r.unkeyed.Without(seen.Keys()).Without(r.needed.Keys).Without(r.needed.ShieldsKeys),
		r.unattached && !seen.AllKeys)
	if r.rest != nil {
		takenOff(r.outcome.Ledger.Trust, r.late)
	}
}

// takenOff notes that what was never confirmed is not there, by a write that settled
// it, and might only come back.
func takenOff(entries map[share.Principal]share.RoleEntry, names share.Principals) {
	for name := range names.All() {
		if entry, there := entries[name]; there {
			entries[name] = share.RoleEntry{Origin: entry.Origin, Stage: share.Going}
		}
	}
}

// sent notes that something was sent which may have changed the role.
func (r *roleRun) sent(err error) error {
	r.outcome.Wrote = r.outcome.Wrote || !cloud.AsError(err).NotSent()
	return err
}

// confirm notes that what was Going is there, and stays.
func confirm[T ~string](entries map[T]share.RoleEntry, names share.Set[T]) {
	for name := range names.All() {
		if entry := entries[name]; entry.Stage == share.Going {
			entries[name] = share.RoleEntry{Origin: entry.Origin, Stage: share.Given}
		}
	}
}

// failed notes trouble with the store.
func (r *roleRun) failed(err error) {
	if cloud.KindOf(err) == cloud.Conflict {
		r.outcome.Again = true
		return
	}
	if r.outcome.StoreErr == nil {
		r.outcome.StoreErr = err
	}
}

// troubled notes trouble with the cloud.
func (r *roleRun) troubled(err error) {
	if r.outcome.Err == nil {
		r.outcome.Err = err
	}
}
