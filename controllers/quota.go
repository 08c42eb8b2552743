// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// quotaTTL is for how long a quota is taken for true, and for how long one that
// may not be read is not asked for again, unless somebody asks for it.
// quotaPace is how often it is asked for while nobody answers.
const (
	quotaTTL  = time.Hour
	quotaPace = time.Minute
)

// shareeQuota is with how many accounts an image of one region can be shared,
// for all that is known.
type shareeQuota struct {
	count int
	// err is why it could not be read.
	err error
	// at is when it was asked for, and until how long what came of it holds.
	at, until time.Time
}

// silent reports whether it may be known before long: nobody answered.
func (q shareeQuota) silent() bool { return q.err != nil && q.until.Sub(q.at) < quotaTTL }

// quotaBook keeps the quotas of accounts, region by region: all images there
// share one.
type quotaBook struct {
	mu    sync.Mutex
	known map[pageKey]shareeQuota
}

func newQuotaBook() *quotaBook { return &quotaBook{known: map[pageKey]shareeQuota{}} }

// get is what is known of a quota; the default, if nothing is.
func (b *quotaBook) get(key pageKey) shareeQuota {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, known := b.known[key]; known {
		return found
	}
	return shareeQuota{count: cloud.DefaultShareeQuota}
}

func (b *quotaBook) put(key pageKey, found shareeQuota) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[key] = found
}

// doubt has a quota asked for anew the next time that it counts, though not
// more often than nobody's answering would.
func (b *quotaBook) doubt(key pageKey) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, known := b.known[key]; known && found.until.After(found.at.Add(quotaPace)) {
		found.until = found.at.Add(quotaPace)
		b.known[key] = found
	}
}

// forget drops what is known of an account that has no images any more.
func (b *quotaBook) forget(account share.AccountID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.known, func(key pageKey, _ shareeQuota) bool { return key.account == account })
}

// crowd is what a plan finds of places on the image.
type crowd struct {
	quota shareeQuota
	// wanted is how many accounts there would be if there were places for all,
	// and without those for whom there is none.
	wanted  int
	without share.Sharees
}

// quotaFor is the quota that a plan for a group goes by. It is looked up only
// where it decides something: nobody who shares with few pays a call.
func (p *pass) quotaFor(ctx context.Context, group []share.Declaration, seen share.Observed) shareeQuota {
	book, key := p.reconciler.memory.quotas, p.page()
	known := book.get(key)
	grant := share.Combine(group).Grant.Without(seen.Sharees.With(p.ownAccount()))
	decides := seen.Sharees.Len()+grant.Len() > min(known.count, cloud.DefaultShareeQuota)
	if p.image != nil || !seen.Known || seen.Gone || grant.Empty() || !decides {
		return shareeQuota{count: cloud.DefaultShareeQuota}
	}
	if !p.started.Before(known.until) || p.asked() && !known.at.Equal(p.started) {
		count, err := p.session.ShareeQuota(ctx, p.key.Region)
		known = known.after(count, err, p.started)
		book.put(key, known)
	}
	if known.err != nil {
		// Whoever is there has a place: it cannot be fewer.
		known.count = max(known.count, seen.Sharees.Without(seen.Elsewhere).Len())
	}
	return known
}

// after is what is known once the cloud was asked. What may not be read, or is
// not listed, is the default; when nobody answers, it is what it was.
func (q shareeQuota) after(count int, err error, now time.Time) shareeQuota {
	found := shareeQuota{count: count, err: err, at: now, until: now.Add(quotaTTL)}
	switch kind := cloud.KindOf(err); {
	case err == nil:
	case kind == cloud.Denied || kind == cloud.NotFound || kind == cloud.Invalid:
		found.count = cloud.DefaultShareeQuota
	default:
		found.count, found.until = q.count, now.Add(quotaPace)
	}
	return found
}

// fit is a plan without those for whom there is no place on the image. It comes
// last: whoever is to leave and is held back leaves no place. Directories and
// folders take none.
func (w *way) fit(plan share.Plan, seen share.Observed) share.Plan {
	if w.targets {
		return plan
	}
	cut, without := plan.Fit(seen, w.crowd.quota.count)
	stay := seen.Sharees.Without(seen.Elsewhere)
	if plan.LeavingFirst {
		stay = stay.Without(plan.Revoke)
	}
	w.crowd.wanted, w.crowd.without = stay.With(plan.Grant).Len(), without
	return cut
}

// ownAccount is the account that owns the image, which is on no image of its own.
func (p *pass) ownAccount() share.Sharees { return share.NewSharees(share.Sharee(p.key.Account)) }

// placeless judges an account for which there is no place on the image. It was
// not tried.
func (p *pass) placeless() verdict {
	c := p.crowd
	v := verdict{class: fixCloud, reason: v1alpha1.ReasonQuotaExceeded, message: fmt.Sprintf(
		"Not tried: the image can be shared with %d accounts, and with all that are on it or declared there would be %d. "+
			"Raise the %q in Quota Center, share with a folder of the resource directory instead, or declare fewer",
		c.quota.count, c.wanted, cloud.ShareeQuotaName)}
	switch {
	case c.quota.silent():
		v.class = waiting
		v.message = fmt.Sprintf("Not tried: there is no place for it if the image can be shared with %d accounts. How many it is could not be looked up: %s",
			c.quota.count, cloud.AsError(c.quota.err))
	case c.quota.err != nil:
		v.message += fmt.Sprintf(". That it is %d is the default, since the quota could not be looked up: %s", c.quota.count, cloud.AsError(c.quota.err))
	}
	return v
}

// doubtQuota has the quota looked up anew where the cloud knows a smaller one.
func (p *pass) doubtQuota(outcome *converge.Outcome) {
	if slices.ContainsFunc(slices.Collect(maps.Values(outcome.Trouble)), func(err error) bool { return cloud.KindOf(err) == cloud.Quota }) {
		p.reconciler.memory.quotas.doubt(p.page())
	}
}
