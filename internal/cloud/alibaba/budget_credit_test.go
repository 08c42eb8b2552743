// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// A look may take as many calls of one API as may come at once, and has to begin
// anew when one of them is put off.
func TestALookOfManyCallsComesToItsEnd(t *testing.T) {
	for _, urgency := range []cloud.Urgency{cloud.Routine, cloud.Prompt} {
		clock := newClock()
		b := newBudget(DefaultLimits(), clock.Now)
		spend(t, b, "a", testAPI, urgency)
		for tries, calls := 0, 0; calls < background(DefaultLimits().Burst); tries++ {
			turn, err := b.take("a", testAPI, urgency)
			if err != nil {
				clock.advance(cloud.AsError(err).RetryAfter)
				calls = 0
			} else {
				turn.done(nil)
				calls++
			}
			if tries > 100 {
				t.Fatalf("urgency %d: after 100 tries it is not at its end", urgency)
			}
		}
	}
}

func TestAFinishingCallIsMadeOnCredit(t *testing.T) {
	clock := &fakeClock{now: time.Unix(0, 0)}
	b := newBudget(Limits{Rate: 1, Burst: 2, InFlight: 100}, clock.Now)
	for range 2 {
		if _, err := b.take("a", testAPI, cloud.Prompt); err != nil {
			t.Fatal(err)
		}
	}
	turn, err := b.take("a", testAPI, cloud.Finishing)
	if err != nil {
		t.Fatalf("the look after a write was refused: %v", err)
	}
	_, err = b.take("a", testAPI, cloud.Prompt)
	if away := cloud.AsError(err).RetryAfter; away != 3*time.Second {
		t.Errorf("the next call may come back after %s, want 3s: one for the credit and two for a whole look", away)
	}
	turn.done(&cloud.Error{Kind: cloud.Throttled, RetryAfter: time.Minute})
	if _, err := b.take("a", testAPI, cloud.Finishing); err == nil {
		t.Error("a call was made while the vendor wants none")
	}
}

// Routine looks that read long lists leave its fifth to who changes something.
func TestTheRestOfARoutineListIsPaidByRoutineLooks(t *testing.T) {
	clock := newClock()
	b := newBudget(Limits{Rate: 10, Burst: 10, InFlight: 100}, clock.Now)
	page := func(ctx context.Context) *cloud.Error {
		turn, err := b.take("a", testAPI, cloud.UrgencyOf(ctx))
		if err == nil {
			turn.done(nil)
		}
		return cloud.AsError(err)
	}
	ctx := cloud.WithUrgency(t.Context(), cloud.Routine)
	for range 15 {
		if err := page(ctx); err != nil {
			t.Fatal(err)
		}
		ctx = cloud.Begun(ctx)
	}
	clock.advance(650 * time.Millisecond)
	if err := page(cloud.WithUrgency(t.Context(), cloud.Routine)); err == nil || err.RetryAfter < time.Second {
		t.Errorf("the next routine look is told %v", err)
	}
	if err := page(t.Context()); err != nil {
		t.Errorf("somebody who waits is told %v", err)
	}
}
