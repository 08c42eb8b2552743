// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestWhenCredentialsAreRenewed(t *testing.T) {
	now := newClock().Now()
	for lasts, after := range map[time.Duration]time.Duration{
		6 * time.Hour:    4*time.Hour + 48*time.Minute,
		time.Hour:        48 * time.Minute,
		15 * time.Minute: 10 * time.Minute,
		4 * time.Minute:  -time.Minute,
	} {
		if got := renewAt(now, now.Add(lasts)).Sub(now); got != after {
			t.Errorf("%s: after %s, want %s", lasts, got, after)
		}
	}
}

func TestALeaseOfShortCredentialsIsNotRenewedAtEveryCall(t *testing.T) {
	clock, l := newClock(), &lease{}
	start := clock.Now()
	l.settle(start, issued{until: start.Add(4 * time.Minute), Credentials: testCredentials}, nil)
	for after, want := range map[time.Duration]bool{0: false, renewEvery - time.Second: false, renewEvery: true} {
		_, mine, err := l.claim(start.Add(after))
		if mine != want || err != nil {
			t.Errorf("after %s: %v, %v", after, mine, err)
		}
		if mine {
			l.settle(start, issued{until: start.Add(4 * time.Minute), Credentials: testCredentials}, nil)
		}
	}
}

func TestALeaseThatNobodyUsesIsForgotten(t *testing.T) {
	clock := newClock()
	c := New(Options{Clock: clock.Now})
	old := c.lease(cloud.Target{Name: "old"})
	if c.lease(cloud.Target{Name: "old", Endpoints: cloud.Endpoints{ECS: "elsewhere"}}) != old {
		t.Error("another lease for another endpoint of ECS")
	}
	if c.lease(cloud.Target{Name: "old", Endpoints: cloud.Endpoints{STS: "elsewhere"}}) == old {
		t.Error("the same lease for another endpoint of STS")
	}
	old.settle(clock.Now(), issued{until: clock.Now().Add(2 * time.Hour)}, nil)
	clock.advance(90 * time.Minute)
	c.lease(cloud.Target{Name: "new"})
	if len(c.leases) != 2 || c.leases[cloud.Target{Name: "old"}] != old {
		t.Errorf("%d leases are left", len(c.leases))
	}
	clock.advance(time.Hour)
	c.lease(cloud.Target{Name: "newer"})
	if len(c.leases) != 1 {
		t.Errorf("%d leases are left", len(c.leases))
	}
}

func TestALeaseComesBackAfterItsOwnBudget(t *testing.T) {
	clock, l := newClock(), &lease{}
	start := clock.Now()
	l.settle(start, issued{until: start.Add(time.Hour), Credentials: testCredentials}, nil)
	for err, after := range map[error]time.Duration{errors.New("away"): renewEvery, busy("for a moment"): busyAway} {
		if serve, good := l.settle(start, issued{}, err); !good || serve.Credentials != testCredentials {
			t.Errorf("%v: got %v", err, good)
		}
		if got := l.renew.Sub(start); got != after {
			t.Errorf("%v: comes back after %s", err, got)
		}
	}
}

func TestHowLongCredentialsLastIsReckonedByTheCloudsClock(t *testing.T) {
	clock := newClock()
	c, now := New(Options{Clock: clock.Now}), clock.Now()
	given := sts.Credentials{AccessKeyId: "a", AccessKeySecret: "b", SecurityToken: "c", Expiration: now.Add(time.Hour).Format(time.RFC3339)}
	for name, test := range map[string]struct {
		date  string
		lasts time.Duration
	}{
		"its clock is ours":         {now.Format(http.TimeFormat), time.Hour},
		"ours is behind":            {now.Add(10 * time.Minute).Format(http.TimeFormat), 50 * time.Minute},
		"ours is ahead":             {now.Add(-10 * time.Minute).Format(http.TimeFormat), 70 * time.Minute},
		"it does not show its own":  {"", time.Hour},
		"what it shows is no time":  {"soon", time.Hour},
		"they have expired already": {now.Add(time.Hour).Format(http.TimeFormat), 0},
	} {
		got, err := c.issue("a", http.Header{"Date": {test.date}}, given)
		if lasts := max(got.until.Sub(now), 0); lasts != test.lasts || (err == nil) != (test.lasts > 0) {
			t.Errorf("%s: %s, %v", name, lasts, err)
		}
	}
}
