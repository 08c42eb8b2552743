// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// serverRoots is what trusts a test server.
func serverRoots(server *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}

func TestEveryKindOfCredentialsSpeaks(t *testing.T) {
	w := newIssuing(t)
	for name, test := range map[string]struct {
		target cloud.Target
		arn    string
	}{
		"a RAM user":                     {userTarget(), "user/operator"},
		"a role of a RAM user":           {assuming(userTarget()), "assumed-role/sharing/from-test"},
		"pod identity":                   {podTarget(t), "assumed-role/pod/imageshare-operator"},
		"a role of pod identity":         {assuming(podTarget(t)), "assumed-role/sharing/from-test"},
		"an instance role":               {cloud.Target{Instance: cloud.InstanceRole{Use: true}}, "assumed-role/node/i-" + simOwner},
		"an instance role that is named": {cloud.Target{Instance: cloud.InstanceRole{Use: true, Name: "node"}}, "assumed-role/node/i-" + simOwner},
		"a role of an instance role":     {assuming(cloud.Target{Instance: cloud.InstanceRole{Use: true}}), "assumed-role/sharing/from-test"},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.open(test.target)
			speaksAs(t, s, test.arn)
			if strings.Contains(name, "role") || strings.Contains(name, "pod") {
				if _, err := s.Image(t.Context(), testImage); err != nil {
					t.Errorf("a call: %v", err)
				}
			}
		})
	}
	if told := w.told(); len(told) != 0 {
		t.Errorf("told %v", told)
	}
}

func TestCredentialsAreAskedForOnceAndRenewedInTime(t *testing.T) {
	w := newIssuing(t)
	w.at(-14 * time.Minute)
	for range 3 {
		speaksAs(t, w.open(assuming(userTarget())), "from-test")
	}
	for _, step := range []struct {
		at    time.Duration
		calls int
	}{
		{-14*time.Minute + 9*time.Minute + 50*time.Second, 1}, // of 15 minutes, 10 are used up before others are asked for
		{-14*time.Minute + 10*time.Minute + 1*time.Second, 2},
		{-14*time.Minute + 10*time.Minute + 2*time.Second, 2},
	} {
		w.at(step.at)
		speaksAs(t, w.open(assuming(userTarget())), "from-test")
		if got := w.asked("AssumeRole"); got != step.calls {
			t.Errorf("at %s: asked %d times, want %d", step.at, got, step.calls)
		}
	}
}

func TestTheLastGoodCredentialsServeUntilTheyExpire(t *testing.T) {
	w := newIssuing(t)
	w.at(-14 * time.Minute)
	s := w.open(assuming(userTarget()))
	speaksAs(t, s, "from-test")
	w.world.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "AssumeRole"})
	for _, step := range []struct {
		at    time.Duration
		calls int
	}{{10*time.Minute + 5*time.Second, 2}, {10*time.Minute + 20*time.Second, 2}, {10*time.Minute + 40*time.Second, 3}, {14*time.Minute + 50*time.Second, 4}} {
		w.at(step.at - 14*time.Minute)
		speaksAs(t, s, "from-test")
		if got := w.asked("AssumeRole"); got != step.calls {
			t.Errorf("at %s: asked %d times, want %d", step.at, got, step.calls)
		}
	}
	told := w.told()
	if len(told) != 3 || !strings.HasPrefix(told[0], "default: ") {
		t.Errorf("told %q", told)
	}
	w.at(2 * time.Minute)
	_, err := s.Identity(t.Context())
	mustBe(t, err, cloud.Unavailable)
	if calls := w.asked("GetCallerIdentity"); calls != 5 {
		t.Errorf("expired credentials were used: %d calls", calls)
	}
	w.world.ClearFaults()
	speaksAs(t, s, "from-test")
}

func TestNobodyWaitsForASlowRenewal(t *testing.T) {
	w := newIssuing(t)
	w.at(-14 * time.Minute)
	s := w.open(assuming(userTarget()))
	speaksAs(t, s, "from-test")
	w.at(-3 * time.Minute)
	fault := w.world.Inject(simcloud.Fault{Kind: simcloud.Hang, Action: "AssumeRole"})
	var renewing sync.WaitGroup
	renewing.Go(func() { speaksAs(t, s, "from-test") })
	for fault.Hits() == 0 {
		runtime.Gosched()
	}
	for range 5 {
		speaksAs(t, s, "from-test")
	}
	// Without any that serve, the others are sent away for a moment.
	w.at(2 * time.Minute)
	for range 5 {
		_, err := s.Identity(t.Context())
		if found := mustBe(t, err, cloud.Throttled); !found.Local || found.RetryAfter != busyAway {
			t.Errorf("got %+v", found)
		}
	}
	w.world.ClearFaults()
	renewing.Wait()
	if got := w.asked("AssumeRole"); got != 2 {
		t.Errorf("asked %d times", got)
	}
}

func TestManyAskForCredentialsAtOnce(t *testing.T) {
	w := newIssuing(t)
	w.options.Limits = Limits{Rate: 1e6, Burst: 1e6, InFlight: 1000}
	w.cloud = New(w.options)
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			target := podTarget(t)
			target.Pod.TokenFile = ""
			if i%2 == 0 {
				target = assuming(userTarget())
			}
			for range 20 {
				_, err := w.open(target).Identity(t.Context())
				if found := cloud.AsError(err); found != nil && i%2 == 0 && !found.Local {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	all.Wait()
	if got := w.asked("AssumeRole"); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

// What is wrong with a role to assume must not look like what the call is
// about: an encryption role that is not there would be made anew.
func TestARoleToAssumeIsNoEncryptionRole(t *testing.T) {
	w := newIssuing(t)
	w.options.Limits = Limits{Rate: 1e6, Burst: 1e6, InFlight: 1000}
	w.cloud = New(w.options)
	target := assuming(userTarget())
	target.Assume.RoleARN += "-none"
	s := w.open(target)
	for verb, do := range verbs {
		err := do(t.Context(), s)
		if found := mustBe(t, err, cloud.Unauthenticated); found.Subject != cloud.AboutCall || !strings.Contains(found.Message, target.Assume.RoleARN) {
			t.Errorf("%s: got %+v", verb, found)
		}
	}
	if calls := w.world.Calls(); slices.ContainsFunc(calls, func(c simcloud.Call) bool { return c.Action != "AssumeRole" }) {
		t.Errorf("something else was called: %+v", calls)
	}
}

func TestCredentialsThatAreRefusedAreGivenUp(t *testing.T) {
	w := newIssuing(t)
	s := w.open(podTarget(t))
	speaksAs(t, s, "pod/imageshare-operator")
	role, _ := w.world.Role(simOwner, "pod")
	if err := w.world.DeleteRole(simOwner, "pod"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Identity(t.Context())
	if found := mustBe(t, err, cloud.Unavailable); !strings.Contains(found.Message, "others are asked for") {
		t.Errorf("got %+v", found)
	}
	_, err = s.Identity(t.Context())
	mustBe(t, err, cloud.Unauthenticated)
	if err := w.world.AddRole(role); err != nil {
		t.Fatal(err)
	}
	speaksAs(t, s, "pod/imageshare-operator")
}

func TestWhatAPersonGaveStaysRefused(t *testing.T) {
	v := newVendor(t, func(url.Values) reply {
		return refusal(http.StatusBadRequest, "InvalidSecurityToken.Expired")
	})
	_, err := v.open(t, Options{}).Identity(t.Context())
	mustBe(t, err, cloud.Unauthenticated)
}
