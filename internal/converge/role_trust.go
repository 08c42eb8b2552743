// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// roleDescription is what people read beside the role.
const roleDescription = Mark + ": lets ECS of those with whom encrypted images are shared use the keys of the images"

// wanted is whom of the plan somebody still wants trusted.
func (r *roleRun) wanted() share.Principals { return r.plan.Trust.And(r.needed.Trust) }

// make makes the role, with its whole trust policy at once.
func (r *roleRun) make(ctx context.Context) {
	tags := map[string]string{TagOwner: r.task.Owner, TagMade: "true"}
	_, err := r.fill(ctx, share.TrustPolicy{}, r.wanted(), func(document string) error {
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
	if err != nil {
		r.troubled(err)
	}
	if r.outcome.Made {
		r.tag(ctx, tags)
	}
}

// claim says on the role that we write to it, and that we made it where only
// its description tells so yet.
func (r *roleRun) claim(ctx context.Context) {
	tags := map[string]string{}
	if r.start.ClaimedBy == "" {
		tags[TagOwner] = r.task.Owner
	}
	if r.start.Marked && !r.start.Made {
		tags[TagMade] = "true"
	}
	if r.start.Exists && len(tags) > 0 {
		r.tag(ctx, tags)
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
	now, err := r.trustNow(ctx)
	if err != nil {
		r.troubled(err)
		return
	}
	write := func(document string) error { return r.roles.SetTrust(ctx, r.task.Name, document) }
	unsure := wanted.And(now.Principals())
	took, err := r.fill(ctx, now, wanted, write)
	if err == nil && !took && !unsure.Empty() {
		// They are there, and a write that takes them out may be on its way: one
		// that comes after it settles that.
		if now, err = r.trustNow(ctx); err == nil {
			err = r.sent(write(now.Document()))
		}
	}
	if err != nil {
		r.troubled(err)
		return
	}
	r.trusted = unsure
}

// trustNow is the look at the trust policy immediately before it is written.
func (r *roleRun) trustNow(ctx context.Context) (share.TrustPolicy, error) {
	role, err := r.roles.Role(ctx, r.task.Name)
	if err != nil {
		return share.TrustPolicy{}, err
	}
	now, err := share.ParseTrustPolicy(role.Trust)
	if err != nil {
		return share.TrustPolicy{}, unreadable("the trust policy of role "+r.task.Name, err)
	}
	return now, nil
}

// fill writes a trust policy with as many of the wanted as there is room for.
// The vendor does not publish how long a trust policy may be, so the size that
// fits is found by halving; what was trusted before stays in any case. Every
// write but the first is made of a look of its own. It reports whether any was
// taken.
func (r *roleRun) fill(ctx context.Context, policy share.TrustPolicy, wanted share.Principals, write func(document string) error) (bool, error) {
	took, left := false, wanted.Without(policy.Principals())
	for most := left.Len(); !left.Empty() && most > 0; {
		next, fits := r.fitting(policy, left, most)
		if fits.Empty() {
			break
		}
		err := r.sent(write(next.Document()))
		switch {
		case cloud.KindOf(err) == cloud.TooLong:
			r.outcome.Refused = next.Size()
			most = fits.Len() / 2
		case err != nil:
			return took, err
		default:
			took, left = true, left.Without(fits)
			most = left.Len()
		}
		if policy, err = r.lookAgain(ctx, policy, left); err != nil {
			return took, err
		}
	}
	r.outcome.NoRoom = left.With(r.plan.NoRoom)
	return took, nil
}

// fitting is the policy with as many as there is room for, as far as that is
// known, and at most so many.
func (r *roleRun) fitting(policy share.TrustPolicy, left share.Principals, most int) (share.TrustPolicy, share.Principals) {
	own, fits := r.outcome.Ledger.Own(), left
	if r.outcome.Refused > 0 {
		fits = policy.Fit(left, own, r.outcome.Refused)
	}
	fits = fits.First(most)
	return policy.With(fits, own), fits
}

// lookAgain is the trust policy as it is by now, if there is anything left to
// put into it.
func (r *roleRun) lookAgain(ctx context.Context, before share.TrustPolicy, left share.Principals) (share.TrustPolicy, error) {
	if left.Empty() || !r.exists() {
		return before, nil
	}
	return r.trustNow(ctx)
}
