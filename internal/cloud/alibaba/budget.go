// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"maps"
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// Limits are the budget of one account. The vendor limits every API by
// account and region, and counts what the console and other programs call as
// well; its figures are not published. So they are our own choice, well below
// the few hundred a minute that are usual, and feel their way down from there.
type Limits struct {
	// Rate is how many calls a second one API of one region may have.
	Rate float64
	// Burst is how many of them may come at once.
	Burst int
	// InFlight is how many calls of all APIs and regions may be under way.
	InFlight int
}

// DefaultLimits are the limits that ship.
func DefaultLimits() Limits { return Limits{Rate: 5, Burst: 20, InFlight: 4} }

// orDefault fills in what was left out.
func (l Limits) orDefault() Limits {
	usual := DefaultLimits()
	if l.Rate <= 0 {
		l.Rate = usual.Rate
	}
	if l.Burst <= 0 {
		l.Burst = usual.Burst
	}
	if l.InFlight <= 0 {
		l.InFlight = usual.InFlight
	}
	return l
}

// background is what of a number background work may use: four fifths at most,
// always one less than there is, and never nothing.
func background(of int) int { return max(of-max(of/5, 1), 1) }

const (
	// busyAway is when to come back if only a call under way is in the way.
	busyAway = 200 * time.Millisecond
	// idleAfter is when a budget that nobody uses is forgotten, and
	// sweepEvery how often they are looked through.
	idleAfter  = time.Hour
	sweepEvery = 10 * time.Minute
)

// api is what the vendor counts by, within an account.
type api struct {
	product string
	region  string
	action  string
}

// budget holds the accounts' budgets. Nothing in it ever waits.
type budget struct {
	limits   Limits
	clock    func() time.Time
	observer Observer

	mutex    sync.Mutex
	accounts map[string]*account
	swept    time.Time
}

// account is the budget of one account.
type account struct {
	buckets  map[api]*bucket
	inFlight int
}

// turn is the permission to make one call. It must be given back with done.
type turn struct {
	budget  *budget
	account *account
	bucket  *bucket
	api     api
	taken   time.Time
}

// newBudget makes a budget that all accounts are new to.
func newBudget(limits Limits, clock func() time.Time) *budget {
	return &budget{limits: limits, clock: clock, observer: unobserved{}, accounts: map[string]*account{}, swept: clock()}
}

// take takes the permission to make one call now, or says when to come back.
func (b *budget) take(name string, key api, urgency cloud.Urgency) (*turn, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := b.clock()
	b.sweep(now)
	spender, calls := b.find(name, key, now)

	inFlight := b.limits.InFlight
	if urgency == cloud.Routine {
		inFlight = background(inFlight)
	}
	if spender.inFlight >= inFlight && !onCredit(urgency) {
		b.observer.Waits(key.product, key.action)
		return nil, busy("as many calls are under way in this account as are allowed; this goes on by itself")
	}
	if away := calls.take(now, urgency); away > 0 {
		b.observer.Waits(key.product, key.action)
		return nil, &cloud.Error{
			Kind:       cloud.Throttled,
			Message:    "the budget of calls to Alibaba Cloud is used up for now; this goes on by itself",
			RetryAfter: away,
			Local:      true,
		}
	}
	spender.inFlight++
	return &turn{budget: b, account: spender, bucket: calls, api: key, taken: now}, nil
}

// onCredit reports whether a call is made whatever is left of a budget.
func onCredit(urgency cloud.Urgency) bool {
	return urgency == cloud.Finishing || urgency == cloud.FinishingRoutine
}

// find finds an account's bucket for an API, or makes it.
func (b *budget) find(name string, key api, now time.Time) (*account, *bucket) {
	spender := b.accounts[name]
	if spender == nil {
		spender = &account{buckets: map[api]*bucket{}}
		b.accounts[name] = spender
	}
	calls := spender.buckets[key]
	if calls == nil {
		calls = newBucket(b.limits)
		spender.buckets[key] = calls
	}
	calls.used = now
	return spender, calls
}

// sweep forgets what has not been used for long.
func (b *budget) sweep(now time.Time) {
	if now.Sub(b.swept) < sweepEvery {
		return
	}
	b.swept = now
	maps.DeleteFunc(b.accounts, func(_ string, spender *account) bool {
		maps.DeleteFunc(spender.buckets, func(_ api, calls *bucket) bool {
			return now.Sub(calls.used) >= idleAfter
		})
		return len(spender.buckets) == 0 && spender.inFlight == 0
	})
}

// done gives the turn back and tells how the call went. Any answer but a
// throttling one shows that the pace is all right.
func (t *turn) done(err error) {
	t.budget.mutex.Lock()
	defer t.budget.mutex.Unlock()
	t.account.inFlight--
	now := t.budget.clock()
	found := cloud.AsError(err)
	t.budget.observer.Called(t.api.product, t.api.action, now.Sub(t.taken), found)
	switch {
	case found != nil && found.Kind == cloud.Throttled:
		t.bucket.slowDown(now, found.RetryAfter)
	case found == nil || found.Kind != cloud.Unavailable:
		t.bucket.recover(now)
	}
}

// busy is the error for what only a call under way keeps from being done.
func busy(message string) *cloud.Error {
	return &cloud.Error{Kind: cloud.Throttled, Message: message, RetryAfter: busyAway, Local: true}
}
