// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"sigs.k8s.io/yaml"
)

// maxHistory is how many former states a stale read can reach back.
const maxHistory = 64

// World is a running simulated cloud. All its methods may be called from any number of goroutines.
//
// The document is an immutable value: a write replaces it by an edited copy under the lock, so that a reader holds one
// consistent state for as long as it likes, and a stale read is nothing but an older value.
type World struct {
	clock  func() time.Time
	table  map[route]operation
	nonces nonces
	// sessions are the temporary keys that STS has given out. They are no part of the document.
	sessions sessionList
	meter    meter
	faults   faultList
	log      callLog

	mu      sync.RWMutex
	doc     *Document
	history []*Document
	journal []Entry
	lastSeq int
	// ramLog is what roles and policies were, from the state that has taken effect up to the present one.
	ramLog  []ramState
	persist func([]byte) error
}

// Load makes a world from a YAML file's content. The clock is what the cloud believes the time to be.
func Load(data []byte, clock func() time.Time) (*World, error) {
	doc, err := ParseDocument(data)
	if err != nil {
		return nil, err
	}
	return New(doc, clock)
}

// New makes a world from a document written in Go.
func New(doc Document, clock func() time.Time) (*World, error) {
	own := doc.clone()
	if err := own.complete(); err != nil {
		return nil, fmt.Errorf("make world: %w", err)
	}
	return &World{clock: clock, table: operationTable(), doc: own, ramLog: []ramState{own.ram()}}, nil
}

// Persist hands the whole world, as YAML, to save at once and after every change. A change that cannot be saved is an error
// for whoever made it, and is not kept.
func (w *World) Persist(save func(state []byte) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := saveDocument(w.doc, save); err != nil {
		return err
	}
	w.persist = save
	return nil
}

// State is the whole world as YAML; Load reads it back.
func (w *World) State() ([]byte, error) {
	data, err := yaml.Marshal(w.document())
	if err != nil {
		return nil, fmt.Errorf("marshal world: %w", err)
	}
	return data, nil
}

// Document is the whole world as a value. Nobody may change what it points to.
func (w *World) Document() Document { return *w.document().clone() }

func saveDocument(doc *Document, save func([]byte) error) error {
	data, err := yaml.Marshal(doc)
	if err != nil {
		return fmt.Errorf("marshal world: %w", err)
	}
	if err := save(data); err != nil {
		return fmt.Errorf("save world: %w", err)
	}
	return nil
}

// document is the present state. Nobody may change what it points to.
func (w *World) document() *Document {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.doc
}

// documentAgo is the state as it stood n writes ago, or the oldest that is remembered.
func (w *World) documentAgo(n int) *Document {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if n <= 0 || len(w.history) == 0 {
		return w.doc
	}
	return w.history[max(0, len(w.history)-n)]
}

// edit runs one change under the lock. The change works on a copy, which replaces the present state when it says so. The
// entry is completed with its effect, and journalled.
func (w *World) edit(entry Entry, change func(next *Document) (keep bool, err error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	base, next := w.doc, w.doc.clone()
	keep, err := change(next)
	if keep {
		if saveErr := w.replace(next); saveErr != nil {
			err = saveErr
		}
	}
	entry.effect(base, w.doc, w.clock())
	entry.Code = codeOf(err)
	w.record(entry)
	return err
}

func (w *World) replace(next *Document) error {
	if w.persist != nil {
		if err := saveDocument(next, w.persist); err != nil {
			return err
		}
	}
	w.history = append(w.history, w.doc)
	if len(w.history) > maxHistory {
		w.history = slices.Delete(w.history, 0, len(w.history)-maxHistory)
	}
	w.doc = next
	w.noteRAM(next)
	return nil
}
