// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

var testAPI = api{"ecs", "cn-hangzhou", "DescribeImages"}

// spend makes calls until the budget says no, and counts those it let through.
func spend(t *testing.T, b *budget, account string, key api, urgency cloud.Urgency) (int, cloud.Error) {
	t.Helper()
	for n := 0; ; n++ {
		turn, err := b.take(account, key, urgency)
		if err != nil {
			return n, mustBe(t, err, cloud.Throttled)
		}
		turn.done(nil)
	}
}

func TestBudgetSaysWhenToComeBack(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 5, Burst: 3, InFlight: 1}, clock.Now)
	n, refused := spend(t, b, "a", testAPI, cloud.Prompt)
	if n != 3 || !refused.Local || refused.RetryAfter != 600*time.Millisecond {
		t.Fatalf("%d calls, then %+v", n, refused)
	}
	clock.advance(refused.RetryAfter)
	if n, _ := spend(t, b, "a", testAPI, cloud.Prompt); n != 3 {
		t.Fatalf("in time, and %d let through", n)
	}
}

func TestBudgetsAreApart(t *testing.T) {
	b := newBudget(Limits{Rate: 1, Burst: 2, InFlight: 1}, newClock().Now)
	for _, other := range []struct {
		account string
		key     api
	}{
		{"a", testAPI},
		{"b", testAPI},
		{"a", api{"ecs", "cn-beijing", "DescribeImages"}},
		{"a", api{"ecs", "cn-hangzhou", "ModifyImageSharePermission"}},
		{"a", api{"sts", "cn-hangzhou", "DescribeImages"}},
	} {
		if n, _ := spend(t, b, other.account, other.key, cloud.Prompt); n != 2 {
			t.Errorf("%v: %d calls", other, n)
		}
	}
}

func TestBackgroundLeavesAFifth(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 10, Burst: 20, InFlight: 1}, clock.Now)
	if n, _ := spend(t, b, "a", testAPI, cloud.Routine); n != 16 {
		t.Errorf("%d calls in the background, want 16", n)
	}
	if n, _ := spend(t, b, "a", testAPI, cloud.Prompt); n != 4 {
		t.Errorf("%d calls left for others, want 4", n)
	}
	inBackground := 0
	for range 100 {
		clock.advance(100 * time.Millisecond)
		n, _ := spend(t, b, "a", testAPI, cloud.Routine)
		inBackground += n
	}
	if inBackground != 80 {
		t.Errorf("%d of 100 calls in the background, want 80", inBackground)
	}
	if n, _ := spend(t, b, "a", testAPI, cloud.Prompt); n < 19 {
		t.Errorf("%d calls left for others", n)
	}
}

func TestSmallBudgetsLeaveRoomForBackground(t *testing.T) {
	b := newBudget(Limits{Rate: 1, Burst: 1, InFlight: 1}, newClock().Now)
	if n, _ := spend(t, b, "a", testAPI, cloud.Routine); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestCallsInFlightAreCapped(t *testing.T) {
	b := newBudget(Limits{Rate: 100, Burst: 100, InFlight: 5}, newClock().Now)
	var turns []*turn
	hold := func(urgency cloud.Urgency) cloud.Error {
		for region := 0; ; region++ {
			turn, err := b.take("a", api{"ecs", fmt.Sprintf("cn-%d", region), "DescribeImages"}, urgency)
			if err != nil {
				return mustBe(t, err, cloud.Throttled)
			}
			turns = append(turns, turn)
		}
	}
	if refused := hold(cloud.Routine); len(turns) != 4 || !refused.Local || refused.RetryAfter != busyAway {
		t.Fatalf("%d in the background, then %+v", len(turns), refused)
	}
	if hold(cloud.Prompt); len(turns) != 5 {
		t.Fatalf("%d under way", len(turns))
	}
	if _, err := b.take("b", testAPI, cloud.Prompt); err != nil {
		t.Errorf("another account: %v", err)
	}
	turns[0].done(nil)
	if _, err := b.take("a", testAPI, cloud.Prompt); err != nil {
		t.Errorf("one has come back, and still %v", err)
	}
}

func TestBackgroundNeverTakesTheLast(t *testing.T) {
	for of, want := range map[int]int{1: 1, 2: 1, 4: 3, 5: 4, 10: 8, 20: 16} {
		if got := background(of); got != want {
			t.Errorf("of %d background work may use %d, want %d", of, got, want)
		}
	}
	if usual := DefaultLimits(); background(usual.InFlight) >= usual.InFlight || background(usual.Burst) >= usual.Burst {
		t.Errorf("the budget that ships keeps nothing back: %+v", usual)
	}
}

func TestIdleBudgetsAreForgotten(t *testing.T) {
	clock := newClock()
	b := newBudget(DefaultLimits(), clock.Now)
	for i := range 100 {
		spend(t, b, fmt.Sprintf("a%d", i), testAPI, cloud.Prompt)
	}
	held, err := b.take("held", testAPI, cloud.Prompt)
	if err != nil {
		t.Fatal(err)
	}
	clock.advance(idleAfter)
	spend(t, b, "new", testAPI, cloud.Prompt)
	if len(b.accounts) != 2 {
		t.Fatalf("%d accounts are kept, want the new one and the one with a call under way", len(b.accounts))
	}
	held.done(nil)
}

// What the sessions of one Cloud spend, they spend together.
func TestSessionsShareTheBudget(t *testing.T) {
	for name, second := range map[string]cloud.Target{
		"one SharerAccount with a new key":   {Name: "default", Credentials: cloud.Credentials{AccessKeyID: "LTAIanother", AccessKeySecret: "x"}},
		"one SharerAccount and the same key": {Name: "default", Credentials: testCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
			shared := New(Options{Transport: v.transport(t), Clock: newClock().Now, Limits: Limits{Rate: 1, Burst: 3}})
			first := shared.Open(cloud.Target{Name: "default", Credentials: testCredentials})
			for range 2 {
				if err := first.Grant(t.Context(), testImage, oneMore); err != nil {
					t.Fatal(err)
				}
			}
			if err := shared.Open(second).Revoke(cloud.WithUrgency(t.Context(), cloud.Routine), testImage, oneMore); err != nil {
				t.Fatal(err)
			}
			found := mustBe(t, shared.Open(second).Revoke(t.Context(), testImage, oneMore), cloud.Throttled)
			if !found.Local || found.RetryAfter != 3*time.Second || len(v.calls()) != 3 {
				t.Errorf("%+v after %d calls", found, len(v.calls()))
			}
		})
	}
}
