// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package pulse_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/pulse"
)

const longest = 7 * time.Second

// scene is a process with a pulse that a test takes.
type scene struct {
	*pulse.Pulse
	ahead atomic.Int64
	beats chan time.Time
	ended chan error
}

func begin(t *testing.T) *scene {
	s := &scene{beats: make(chan time.Time), ended: make(chan error, 1)}
	start := time.Unix(1000, 0)
	s.Pulse = pulse.New(func() time.Time { return start.Add(time.Duration(s.ahead.Load())) }, longest)
	go func() { s.ended <- s.Watch(t.Context(), s.beats) }()
	return s
}

// beat is a beat, which may be taken a moment later; not one after the end.
func (s *scene) beat() {
	select {
	case s.beats <- time.Time{}:
	case err := <-s.ended:
		s.ended <- err
	}
}

func (s *scene) forward(d time.Duration) { s.ahead.Add(int64(d)) }

func TestAProcessThatRunsHasAPulse(t *testing.T) {
	s := begin(t)
	for range 20 {
		s.beat()
		s.forward(longest / 2)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPauseIsNoticedByWhoeverAsksFirst(t *testing.T) {
	s := begin(t)
	s.beat()
	s.beat()
	s.forward(longest + time.Second)
	if s.Check() == nil {
		t.Error("who asks before the next beat is told that all is well")
	}
	s.beat()
	if err := <-s.ended; err == nil {
		t.Error("the watch goes on")
	}
	if s.Check() == nil {
		t.Error("what was noticed is forgotten")
	}
}

func TestAPauseIsNoticedByTheNextBeat(t *testing.T) {
	s := begin(t)
	s.beat()
	s.beat()
	s.forward(longest + time.Second)
	s.beat()
	if err := <-s.ended; err == nil {
		t.Error("the watch goes on")
	}
	if s.Check() == nil {
		t.Error("who asks after that beat is told that all is well")
	}
}

// A candidate that waits for the lease makes no call.
func TestNobodyIsPausedWhoIsNotWatched(t *testing.T) {
	ahead := time.Duration(0)
	p := pulse.New(func() time.Time { return time.Unix(1000, 0).Add(ahead) }, longest)
	ahead = time.Hour
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}
