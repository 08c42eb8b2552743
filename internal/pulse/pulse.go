// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package pulse notices that the process did not run for a while: its machine was
// suspended or moved, or somebody stopped it. Another operator may lead by then,
// and what this one was about to do was decided by what is no longer so. Losing
// the lease tells it that too, but not before it has done it.
package pulse

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Pulse is the pulse of a process. It says that all is well until it is watched.
type Pulse struct {
	now     func() time.Time
	longest time.Duration

	mu   sync.Mutex
	last time.Time
	err  error
}

// New makes a pulse that may miss beats for so long. The clock is [time.Now], or
// a test's.
func New(now func() time.Time, longest time.Duration) *Pulse {
	return &Pulse{now: now, longest: longest}
}

// Watch takes the beats, of which there must be several in the time that is
// allowed between two, until the context ends or the process was paused.
func (p *Pulse) Watch(ctx context.Context, beats <-chan time.Time) error {
	p.mu.Lock()
	p.last = p.now()
	p.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beats:
		}
		if err := p.check(true); err != nil {
			return err
		}
	}
}

// Check is an error once the process was paused, also when nobody else has
// noticed yet.
func (p *Pulse) Check() error { return p.check(false) }

func (p *Pulse) check(beat bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last.IsZero() || p.err != nil {
		return p.err
	}
	now := p.now()
	if gone := elapsed(p.last, now); gone > p.longest {
		p.err = fmt.Errorf("the process did not run for %s, and another operator may lead by now: it stops", gone.Round(time.Second))
	}
	if beat {
		p.last = now
	}
	return p.err
}

// elapsed is how long a time was. A machine that is suspended may stop the clock
// that goes on, and not the one on the wall, which may be put right at any time.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
