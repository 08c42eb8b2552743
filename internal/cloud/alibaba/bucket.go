// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"math"
	"time"

	"golang.org/x/time/rate"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// slowest is the part of its rate that a bucket keeps, however often it is
	// throttled, and step the part that it gets back with each success.
	slowest = 0.05
	step    = 0.05
	// backgroundShare is the part of the rate that background work may use.
	backgroundShare = 0.8
)

// bucket is the budget of one API in one region of one account. It halves when
// the vendor throttles and recovers step by step; the [budget] locks it.
//
// Background work takes from a second, smaller limiter besides, so that a
// fifth of the calls is always left to others.
type bucket struct {
	limits      Limits
	pace        float64
	all         *rate.Limiter
	waiting     *rate.Limiter
	closedUntil time.Time
	used        time.Time
}

// newBucket makes a full bucket at its full pace.
func newBucket(limits Limits) *bucket {
	return &bucket{
		limits:  limits,
		pace:    1,
		all:     rate.NewLimiter(rate.Limit(limits.Rate), limits.Burst),
		waiting: rate.NewLimiter(rate.Limit(limits.Rate*backgroundShare), background(limits.Burst)),
	}
}

// setPace sets the part of its full rate, and of its burst, that the bucket
// goes at.
func (b *bucket) setPace(now time.Time, pace float64) {
	b.pace = pace
	burst := max(int(math.Ceil(float64(b.limits.Burst)*pace)), 1)
	b.all.SetLimitAt(now, rate.Limit(b.limits.Rate*pace))
	b.all.SetBurstAt(now, burst)
	b.waiting.SetLimitAt(now, rate.Limit(b.limits.Rate*pace*backgroundShare))
	b.waiting.SetBurstAt(now, background(burst))
}

// take takes a token, or says after how long there may be some. A finishing call
// takes one on credit, but not while the vendor wants no calls at all.
func (b *bucket) take(now time.Time, urgency cloud.Urgency) time.Duration {
	if away := b.closedUntil.Sub(now); away > 0 {
		return away
	}
	away := time.Duration(0)
	switch urgency {
	case cloud.Routine:
		away = max(missing(b.all, now), missing(b.waiting, now))
	case cloud.Prompt:
		away = missing(b.all, now)
	case cloud.Finishing, cloud.FinishingRoutine:
	}
	if away > 0 {
		return away
	}
	b.all.ReserveN(now, 1)
	if urgency == cloud.Routine || urgency == cloud.FinishingRoutine {
		b.waiting.ReserveN(now, 1)
	}
	return 0
}

// missing is nothing while a limiter has a token, and otherwise the time until it
// has all of them, rounded up. Some looks take many calls of one API: one that
// came back for a single token would spend it on its first call, each time, and
// never get to its last.
func missing(limiter *rate.Limiter, now time.Time) time.Duration {
	tokens := limiter.TokensAt(now)
	if tokens >= 1 {
		return 0
	}
	lacking := float64(limiter.Burst()) - tokens
	seconds := lacking / float64(limiter.Limit())
	return time.Duration(math.Ceil(seconds*1000)) * time.Millisecond
}

// slowDown halves the pace and closes the bucket for as long as the vendor
// said. What was under way when it was throttled first counts as one with it.
func (b *bucket) slowDown(now time.Time, away time.Duration) {
	if !now.Before(b.closedUntil) {
		b.setPace(now, max(b.pace/2, slowest))
	}
	if until := now.Add(away); until.After(b.closedUntil) {
		b.closedUntil = until
	}
}

// recover gives back a part of the pace after a call that was let through.
func (b *bucket) recover(now time.Time) {
	if b.pace < 1 && !now.Before(b.closedUntil) {
		b.setPace(now, min(b.pace+step, 1))
	}
}
