// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// FaultKind is what goes wrong with a call.
type FaultKind string

// The faults that can be injected.
const (
	// Latency delays the call by Fault.Delay and then lets it go on.
	Latency FaultKind = "latency"
	// Hang holds the call until the fault is removed, or the caller gives up.
	Hang FaultKind = "hang"
	// Refuse resets the connection at once; nothing happens.
	Refuse FaultKind = "refuse"
	// DropBefore ends the connection without an answer; nothing happens.
	DropBefore FaultKind = "dropBefore"
	// DropAfter lets the call take effect and loses the answer.
	DropAfter FaultKind = "dropAfter"
	// ServerError answers 500 InternalError.
	ServerError FaultKind = "error500"
	// Unavailable answers 503 ServiceUnavailable.
	Unavailable FaultKind = "error503"
	// Throttled answers Throttling.User, with Fault.Delay as the hint.
	Throttled FaultKind = "throttled"
	// StaleRead answers a read from the state of Fault.WritesAgo writes ago.
	StaleRead FaultKind = "staleRead"
	// NumericCode answers an error whose Code is a number.
	NumericCode FaultKind = "numericCode"
	// OddDetail answers an error whose AccessDeniedDetail is no object.
	OddDetail FaultKind = "oddDetail"
	// Empty answers 200 with no body at all.
	Empty FaultKind = "empty200"
	// HTML answers 200 with a web page.
	HTML FaultKind = "html200"
	// Truncated answers 200 with JSON that ends too early.
	Truncated FaultKind = "truncated"
	// Giant answers 200 with sixteen megabytes of JSON.
	Giant FaultKind = "giant"
)

// FaultKinds lists every kind of fault.
func FaultKinds() []FaultKind {
	return []FaultKind{Latency, Hang, Refuse, DropBefore, DropAfter, ServerError, Unavailable, Throttled, StaleRead,
		NumericCode, OddDetail, Empty, HTML, Truncated, Giant}
}

// Fault says what goes wrong with which calls. An empty matcher matches every call; only calls that passed the signature
// check are matched.
type Fault struct {
	Kind    FaultKind `json:"kind"`
	Product string    `json:"product,omitempty"`
	Action  string    `json:"action,omitempty"`
	Account string    `json:"account,omitempty"`
	Region  string    `json:"region,omitempty"`
	Image   string    `json:"image,omitempty"`
	// Skip lets so many matching calls pass first; Times is how many are hit after that, zero meaning all.
	Skip  int `json:"skip,omitempty"`
	Times int `json:"times,omitempty"`
	// Delay is the length of Latency, and the hint of Throttled (one second when zero).
	Delay time.Duration `json:"-"`
	// WritesAgo is how far StaleRead reaches back; zero means one write.
	WritesAgo int `json:"writesAgo,omitempty"`
	// Effect lets the call take effect before an error or a hostile body is answered in its place.
	Effect bool `json:"effect,omitempty"`
}

func (f *Fault) validate() error {
	if !slices.Contains(FaultKinds(), f.Kind) {
		return fmt.Errorf("kind: %q is none of %q", f.Kind, FaultKinds())
	}
	if f.Skip < 0 || f.Times < 0 || f.WritesAgo < 0 || f.Delay < 0 {
		return errors.New("skip, times, writesAgo and delay cannot be negative")
	}
	return nil
}

// Injected is a fault at work.
type Injected struct {
	id      int
	fault   Fault
	list    *faultList
	seen    int
	hits    int
	removed chan struct{}
}

type faultList struct {
	mu     sync.Mutex
	active []*Injected
	lastID int
}

// Inject puts a fault to work until it is used up or removed. An unknown kind never does anything.
func (w *World) Inject(f Fault) *Injected {
	return w.faults.add(f)
}

// ClearFaults removes every fault, and lets go of the calls that hang.
func (w *World) ClearFaults() {
	for _, i := range w.faults.list() {
		i.Remove()
	}
}

func (l *faultList) add(f Fault) *Injected {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastID++
	if !slices.Contains(FaultKinds(), f.Kind) {
		f.Kind = ""
	}
	i := &Injected{id: l.lastID, fault: f, list: l, removed: make(chan struct{})}
	l.active = append(l.active, i)
	return i
}

func (l *faultList) list() []*Injected {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.active)
}

// Remove ends the fault and lets go of the calls that it holds. Removing twice is harmless.
func (i *Injected) Remove() {
	i.list.mu.Lock()
	defer i.list.mu.Unlock()
	if at := slices.Index(i.list.active, i); at >= 0 {
		i.list.active = slices.Delete(i.list.active, at, at+1)
		close(i.removed)
	}
}

// Hits counts the calls that the fault has hit so far.
func (i *Injected) Hits() int {
	i.list.mu.Lock()
	defer i.list.mu.Unlock()
	return i.hits
}

// matches is asked once per call, under the lock; it counts the call.
func (i *Injected) matches(c *call) bool {
	f := i.fault
	for _, m := range [][2]string{{f.Product, c.op.product}, {f.Action, c.op.action}, {f.Account, c.account()},
		{f.Region, c.region()}, {f.Image, c.image()}} {
		if m[0] != "" && m[0] != m[1] {
			return false
		}
	}
	if f.Kind == StaleRead && c.op.write {
		return false
	}
	i.seen++
	return i.seen > f.Skip && (f.Times == 0 || i.hits < f.Times)
}
