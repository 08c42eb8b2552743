// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package lease knows until when this operator surely leads. A leader that was
// paused, or cut off, finds out that it leads no more when it next asks for its
// lease; by then it could have done what was decided by what is no longer so,
// while another leads. So whoever is about to act asks here first. The package
// must never say yes once another may have the lease.
package lease

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// Lock is a lock for leader election that remembers when it was last renewed.
type Lock struct {
	resourcelock.Interface
	now   func() time.Time
	lasts time.Duration

	mu sync.Mutex
	// renewed is when the last renewal that succeeded was sent, zero before the
	// first and after the lease was given back, and term counts leaders, as the
	// lease itself does.
	renewed time.Time
	term    int
	led     bool
}

// Open makes the lock of a lease in a namespace, for this process alone. It must
// be renewed within a time that is shorter than the lease lasts.
func Open(config *rest.Config, namespace, name string, now func() time.Time, lasts, renewed time.Duration) (*Lock, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	identity := resourcelock.ResourceLockConfig{Identity: host + "_" + string(uuid.NewUUID())}
	inner, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, namespace, name, identity, config, renewed)
	if err != nil {
		return nil, err
	}
	return Watch(inner, now, lasts), nil
}

// Watch makes a lock of a lease that others may take so long after it was last
// renewed. The clock is [time.Now], or a test's.
func Watch(inner resourcelock.Interface, now func() time.Time, lasts time.Duration) *Lock {
	return &Lock{Interface: inner, now: now, lasts: lasts}
}

// errLost is why a lease is not taken a second time.
var errLost = errors.New("another operator has led meanwhile: this one has to begin anew")

// Create makes the lease.
func (l *Lock) Create(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(ctx, record, l.Interface.Create)
}

// Update takes the lease, renews it, or gives it back. One that another has had
// meanwhile is not taken again: what this process is in the middle of was decided
// before that. It fails then, and the process stops.
func (l *Lock) Update(ctx context.Context, record resourcelock.LeaderElectionRecord) error {
	return l.write(ctx, record, l.Interface.Update)
}

func (l *Lock) write(ctx context.Context, record resourcelock.LeaderElectionRecord, send func(context.Context, resourcelock.LeaderElectionRecord) error) error {
	sent, held := l.now(), record.HolderIdentity == l.Identity()
	if held && l.lost(record.LeaderTransitions) {
		return errLost
	}
	if !held {
		l.note(time.Time{}, record.LeaderTransitions)
	}
	if err := send(ctx, record); err != nil {
		return err
	}
	if held {
		l.note(sent, record.LeaderTransitions)
	}
	return nil
}

// lost reports whether another has led since this one first did.
func (l *Lock) lost(term int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.led && term != l.term
}

func (l *Lock) note(renewed time.Time, term int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.renewed = renewed
	if !renewed.IsZero() {
		l.term, l.led = term, true
	}
}

// Check is an error unless this operator surely leads: whoever else wants the
// lease waits until nobody has renewed it for as long as it lasts.
func (l *Lock) Check() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.renewed.IsZero() {
		return errors.New("this operator does not lead")
	}
	if gone := elapsed(l.renewed, l.now()); gone >= l.lasts {
		return fmt.Errorf("the lease was last renewed %s ago, and another operator may lead by now", gone.Round(time.Second))
	}
	return nil
}

// elapsed is how long a time was. A machine that is suspended may stop the clock
// that goes on, and not the one on the wall, which may be put right at any time.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
