// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

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
		task: task, plan: plan, roles: roles, store: store, start: seen,
		outcome: &RoleOutcome{Seen: seen, Ledger: plan.Ledger, Refused: task.Refused},
	}
	if !r.record(ctx, plan.Ledger) {
		return r.outcome
	}
	r.give(ctx)
	full := !r.outcome.NoRoom.Empty()
	if plan.Takes() && (task.Taking || full) && r.take(ctx) && full {
		r.outcome.NoRoom = share.Principals{}
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
	start share.RoleSeen

	// needed is what ImageShares need, as of the last live look.
	needed share.Needed
	// untrusted and unkeyed are what was taken away, and answered.
	untrusted  share.Principals
	unkeyed    share.Keys
	unattached bool
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
	if r.plan.Make {
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

// wanted is whom of the plan somebody still wants trusted.
func (r *roleRun) wanted() share.Principals { return r.plan.Trust.And(r.needed.Trust) }

// roleDescription is what people read beside the role.
const roleDescription = Mark + ": lets ECS of those with whom encrypted images are shared use the keys of the images"

// make makes the role, with its whole trust policy at once.
func (r *roleRun) make(ctx context.Context) {
	wanted := r.wanted()
	if wanted.Empty() {
		return
	}
	tags := map[string]string{TagOwner: r.task.Owner, TagMade: "true"}
	r.fill(share.TrustPolicy{}, wanted, func(document string) error {
		if r.outcome.Made {
			return r.roles.SetTrust(ctx, r.task.Name, document)
		}
		role := cloud.NewRole{Name: r.task.Name, Trust: document, Tags: tags, Description: roleDescription}
		err := r.roles.CreateRole(ctx, role)
		if refusal(err) && cloud.KindOf(err) != cloud.Denied {
			// Some RAMs may not take tags with a new role.
			role.Tags = nil
			err = r.roles.CreateRole(ctx, role)
		}
		r.outcome.Made = err == nil
		return err
	})
	if r.outcome.Made {
		r.tag(ctx, tags)
	}
}

// claim says on the role that we write to it.
func (r *roleRun) claim(ctx context.Context) {
	if r.start.Exists && r.start.ClaimedBy == "" {
		r.tag(ctx, map[string]string{TagOwner: r.task.Owner})
	}
}

// tag sets tags, where that is possible: nothing depends on them but that the
// role can be deleted, and that a second operator keeps off it.
func (r *roleRun) tag(ctx context.Context, tags map[string]string) {
	if err := r.roles.TagRole(ctx, r.task.Name, tags); err != nil && !refusal(err) {
		r.troubled(err)
	}
}

// trust puts whom the plan says into the trust policy, as it is now and not as
// it was when the plan was made: others write to it too.
func (r *roleRun) trust(ctx context.Context) {
	wanted := r.wanted()
	if wanted.Empty() {
		return
	}
	now, ok := r.trustNow(ctx)
	if !ok {
		return
	}
	r.fill(now, wanted, func(document string) error { return r.roles.SetTrust(ctx, r.task.Name, document) })
}

// trustNow is the second look at the trust policy, immediately before it is
// written.
func (r *roleRun) trustNow(ctx context.Context) (share.TrustPolicy, bool) {
	role, err := r.roles.Role(ctx, r.task.Name)
	if err != nil {
		r.troubled(err)
		return share.TrustPolicy{}, false
	}
	now, err := share.ParseTrustPolicy(role.Trust)
	if err != nil {
		r.troubled(unreadable("the trust policy of role "+r.task.Name, err))
		return share.TrustPolicy{}, false
	}
	return now, true
}

// fill writes a trust policy with as many of the wanted as there is room for.
// The vendor does not publish how long a trust policy may be, so the size that
// fits is found by halving; what was trusted before stays in any case.
func (r *roleRun) fill(policy share.TrustPolicy, wanted share.Principals, write func(document string) error) {
	own := r.outcome.Ledger.Own()
	left := wanted.Without(policy.Principals())
	for most := left.Len(); !left.Empty() && most > 0; {
		fits := left.First(most)
		if r.outcome.Refused > 0 {
			fits = policy.Fit(left, own, r.outcome.Refused).First(most)
		}
		if fits.Empty() {
			break
		}
		next := policy.With(fits, own)
		err := r.sent(write(next.Document()))
		switch cloud.KindOf(err) {
		case cloud.TooLong:
			r.outcome.Refused = next.Size()
			most = fits.Len() / 2
			continue
		default:
			if err != nil {
				r.troubled(err)
				return
			}
		}
		policy, left = next, left.Without(fits)
		most = left.Len()
	}
	r.outcome.NoRoom = left
}

// settle reads the role again if anything was sent, and works out the ledger.
func (r *roleRun) settle(ctx context.Context) {
	if !r.outcome.Wrote && r.untrusted.Empty() && r.unkeyed.Empty() && !r.unattached {
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
	r.outcome.Trusted = seen.Trust.Principals().And(r.plan.Trust).Without(before)
	r.outcome.Untrusted = r.untrusted.Without(seen.Trust.Principals()).And(before)
	r.outcome.Deleted = r.start.Exists && !seen.Exists
	if r.stuck {
		// Something is left to take away: the ledger tells of it until it is.
		r.outcome.Ledger = after
		return
	}
	r.outcome.Ledger = after.Without(
		r.untrusted.Without(seen.Trust.Principals()).Without(r.needed.Shields),
		r.unkeyed.Without(seen.Keys()).Without(r.needed.Keys).Without(r.needed.ShieldsKeys),
		r.unattached && !seen.AllKeys)
}

// sent notes that something was sent which may have changed the role.
func (r *roleRun) sent(err error) error {
	r.outcome.Wrote = r.outcome.Wrote || !cloud.AsError(err).NotSent()
	return err
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
