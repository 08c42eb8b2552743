// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// throttle makes one call that the vendor throttles.
func throttle(t *testing.T, b *budget, away time.Duration) {
	t.Helper()
	turn, err := b.take("a", testAPI, cloud.Prompt)
	if err != nil {
		t.Fatal(err)
	}
	turn.done(&cloud.Error{Kind: cloud.Throttled, RetryAfter: away})
}

func TestThrottlingSlowsDown(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 8, Burst: 16, InFlight: 10}, clock.Now)
	throttle(t, b, 5*time.Second)
	if n, refused := spend(t, b, "a", testAPI, cloud.Prompt); n != 0 || refused.RetryAfter != 5*time.Second || !refused.Local {
		t.Fatalf("%d calls, then %+v: closed until the hint has passed", n, refused)
	}
	if n, _ := spend(t, b, "a", api{"ecs", "cn-beijing", "DescribeImages"}, cloud.Prompt); n != 16 {
		t.Errorf("another region has %d calls", n)
	}
	clock.advance(5 * time.Second)
	_, calls := b.find("a", testAPI, clock.Now())
	if calls.pace != 0.5 || calls.all.Burst() != 8 || calls.all.Limit() != 4 {
		t.Fatalf("pace %v, burst %d, limit %v: halved", calls.pace, calls.all.Burst(), calls.all.Limit())
	}
	if calls.waiting.Burst() != 7 || calls.waiting.Limit() != 3.2 {
		t.Errorf("burst %d, limit %v: halved in the background too", calls.waiting.Burst(), calls.waiting.Limit())
	}
}

func TestThrottlingHasAFloorAndIsRecoveredFrom(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 8, Burst: 16, InFlight: 10}, clock.Now)
	for range 20 {
		throttle(t, b, time.Second)
		clock.advance(time.Minute)
	}
	_, calls := b.find("a", testAPI, clock.Now())
	if calls.pace != slowest || calls.all.Burst() != 1 {
		t.Fatalf("pace %v, burst %d: as slow as can be", calls.pace, calls.all.Burst())
	}
	for range 19 {
		clock.advance(time.Minute)
		turn, err := b.take("a", testAPI, cloud.Routine)
		if err != nil {
			t.Fatal(err)
		}
		before := calls.pace
		turn.done(nil)
		if grown := calls.pace - before; grown <= 0 || grown > step+1e-9 {
			t.Fatalf("pace grew by %v", grown)
		}
	}
	if calls.pace < 1-1e-9 || calls.all.Burst() != 16 {
		t.Fatalf("pace %v, burst %d: recovered", calls.pace, calls.all.Burst())
	}
}

func TestThrottledTogetherCountsOnce(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 8, Burst: 16, InFlight: 10}, clock.Now)
	var turns []*turn
	for range 8 {
		turn, err := b.take("a", testAPI, cloud.Prompt)
		if err != nil {
			t.Fatal(err)
		}
		turns = append(turns, turn)
	}
	for i, turn := range turns {
		turn.done(&cloud.Error{Kind: cloud.Throttled, RetryAfter: time.Duration(i+1) * time.Second})
	}
	_, calls := b.find("a", testAPI, clock.Now())
	if calls.pace != 0.5 || calls.closedUntil.Sub(clock.Now()) != 8*time.Second {
		t.Fatalf("pace %v, closed for %v", calls.pace, calls.closedUntil.Sub(clock.Now()))
	}
}

func TestFailuresThatAreNotThrottling(t *testing.T) {
	for name, test := range map[string]struct {
		err   error
		grows bool
	}{
		"a refusal shows that the pace is all right": {&cloud.Error{Kind: cloud.Quota}, true},
		"no answer shows nothing":                    {&cloud.Error{Kind: cloud.Unavailable}, false},
		"nor does a call that was given up":          {late("X", context.Canceled), false},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			b := newBudget(DefaultLimits(), clock.Now)
			throttle(t, b, time.Second)
			clock.advance(time.Second)
			turn, err := b.take("a", testAPI, cloud.Prompt)
			if err != nil {
				t.Fatal(err)
			}
			turn.done(test.err)
			if _, calls := b.find("a", testAPI, clock.Now()); calls.pace > 0.5 != test.grows {
				t.Errorf("pace %v", calls.pace)
			}
		})
	}
}

func TestVendorsThrottleClosesTheBucket(t *testing.T) {
	clock := newClock()
	v := newVendor(t, func(url.Values) reply { return reply{status: 400, body: `{"RequestId":"R","Code":"Throttling"}`} })
	session := v.open(t, Options{Clock: clock.Now})
	mustBe(t, session.Grant(t.Context(), testImage, oneMore), cloud.Throttled)
	if found := mustBe(t, session.Grant(t.Context(), testImage, oneMore), cloud.Throttled); !found.Local || found.RetryAfter != unsaidAway {
		t.Errorf("got %+v", found)
	}
	clock.advance(unsaidAway)
	if found := mustBe(t, session.Grant(t.Context(), testImage, oneMore), cloud.Throttled); found.Local || len(v.calls()) != 2 {
		t.Errorf("got %+v after %d calls", found, len(v.calls()))
	}
}
