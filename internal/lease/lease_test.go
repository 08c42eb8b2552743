// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package lease_test

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"github.com/imageshare-operator/imageshare-operator/internal/lease"
)

const lasts = 10 * time.Second

// scene is a lease, those who want it, and a clock that is put forward by hand.
type scene struct {
	*testing.T
	at time.Time
	// cut is true while nobody reaches the API server, and slow is how long an
	// answer of it takes.
	cut  bool
	slow time.Duration
	one  *lease.Lock
	two  *lease.Lock
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{T: t, at: time.Unix(1_800_000_000, 0)}
	api := fake.NewClientset()
	api.PrependReactor("*", "leases", func(clienttesting.Action) (bool, runtime.Object, error) {
		s.at = s.at.Add(s.slow)
		return s.cut, nil, errors.New("cut off")
	})
	want := func(name string) *lease.Lock {
		return lease.Watch(&resourcelock.LeaseLock{
			LeaseMeta: metav1.ObjectMeta{Namespace: "system", Name: "operator"}, Client: api.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		}, func() time.Time { return s.at }, lasts)
	}
	s.one, s.two = want("one"), want("two")
	return s
}

// takes has one take the lease or renew it, as leader election does.
func (s *scene) takes(l *lease.Lock) error {
	now := resourcelock.LeaderElectionRecord{HolderIdentity: l.Identity(), LeaseDurationSeconds: int(lasts.Seconds())}
	before, _, err := l.Get(s.Context())
	if err != nil {
		return l.Create(s.Context(), now)
	}
	now.LeaderTransitions = before.LeaderTransitions
	if before.HolderIdentity != l.Identity() {
		now.LeaderTransitions++
	}
	return l.Update(s.Context(), now)
}

func (s *scene) mustTake(l *lease.Lock) {
	s.Helper()
	if err := s.takes(l); err != nil {
		s.Fatal(err)
	}
}

// givesBack has one give the lease back.
func (s *scene) givesBack(l *lease.Lock) error {
	before, _, err := l.Get(s.Context())
	if err != nil {
		return err
	}
	return l.Update(s.Context(), resourcelock.LeaderElectionRecord{LeaderTransitions: before.LeaderTransitions, LeaseDurationSeconds: 1})
}

func (s *scene) expect(l *lease.Lock, leads bool, why string) {
	s.Helper()
	if err := l.Check(); (err == nil) != leads {
		s.Errorf("%s leads: %t (%v); it should be %t: %s", l.Identity(), err == nil, err, leads, why)
	}
}

func TestWhoLeads(t *testing.T) {
	for what, play := range map[string]func(s *scene){
		"nobody before they have the lease": func(s *scene) {
			s.expect(s.one, false, "nobody has asked for it")
			s.mustTake(s.one)
			s.expect(s.one, true, "it has it")
			s.expect(s.two, false, "another has it")
		},
		"nobody for longer than the lease lasts": func(s *scene) {
			s.mustTake(s.one)
			s.at = s.at.Add(lasts - 1)
			s.expect(s.one, true, "nobody else can have it yet")
			s.at = s.at.Add(1)
			s.expect(s.one, false, "another may have it")
			s.mustTake(s.one)
			s.expect(s.one, true, "nobody had taken it")
		},
		"nobody by a renewal that failed": func(s *scene) {
			s.mustTake(s.one)
			s.at = s.at.Add(lasts / 2)
			s.cut = true
			if s.takes(s.one) == nil {
				s.Fatal("it was not cut off")
			}
			s.expect(s.one, true, "the last one is good still")
			s.at = s.at.Add(lasts / 2)
			s.expect(s.one, false, "the last one is too old")
		},
		"somebody from when the renewal was sent, not from when it was answered": func(s *scene) {
			s.slow = lasts
			s.mustTake(s.one)
			s.expect(s.one, false, "the answer came late")
		},
		"nobody who has given it back": func(s *scene) {
			s.mustTake(s.one)
			if err := s.givesBack(s.one); err != nil {
				s.Fatal(err)
			}
			s.expect(s.one, false, "another may take it at once")
		},
		"nobody who has tried to give it back": func(s *scene) {
			s.mustTake(s.one)
			s.cut = true
			_ = s.one.Update(s.Context(), resourcelock.LeaderElectionRecord{})
			s.expect(s.one, false, "that may have arrived")
		},
		"nobody for a second time once another has": func(s *scene) {
			s.mustTake(s.one)
			s.at = s.at.Add(lasts)
			s.mustTake(s.two)
			if err := s.givesBack(s.two); err != nil {
				s.Fatal(err)
			}
			if s.takes(s.one) == nil {
				s.Error("it took up where it was, though another has led")
			}
			s.expect(s.one, false, "another has led")
		},
	} {
		t.Run(what, func(t *testing.T) { play(newScene(t)) })
	}
}
