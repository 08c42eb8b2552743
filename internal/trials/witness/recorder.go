// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// Recorder records what the API server's objects were, and what the operator's live reads were answered. All its methods may be
// called from any number of goroutines.
type Recorder struct {
	now func() time.Time

	mu       sync.Mutex
	versions []Version
	// latest is the newest version of each object, by kind and name.
	latest map[objectKey]Version
	looks  []Look
	writes []Exchange
	texts  map[string][]byte
	// begun are the kinds of which everything is seen from now on.
	begun map[string]bool
	// gaps are what the record misses, in words.
	gaps []string
	// changed is closed, and made anew, whenever something has come.
	changed chan struct{}
}

// objectKey names an object.
type objectKey struct{ kind, namespace, name string }

func (v Version) key() objectKey { return objectKey{v.Kind, v.Namespace, v.Name} }

// NewRecorder makes a recorder whose clock is that of the simulated cloud and of the proxy.
func NewRecorder(now func() time.Time) *Recorder {
	return &Recorder{now: now, latest: map[objectKey]Version{}, texts: map[string][]byte{}, begun: map[string]bool{}, changed: make(chan struct{})}
}

// Answered is told of every request of the operator, by the proxy in front of the API server, once it is over. A watch, and any
// other read that can come from a cache, is let pass. Writes that were not carried out are kept as well.
func (r *Recorder) Answered(e Exchange) {
	look := lookOf(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if look != nil {
		r.looks = append(r.looks, *look)
	}
	if e.writes() {
		r.writes = append(r.writes, e)
	}
}

// Text keeps one more text to be scanned for secrets, such as a log or a page of metrics, under a name.
func (r *Recorder) Text(name string, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.texts[name] = append(r.texts[name], text...)
}

// Gap notes that something of the run is not in the record. A record with a gap is reported as [LawWitness].
func (r *Recorder) Gap(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gaps = append(r.gaps, fmt.Sprintf(format, args...))
}

// saw keeps a version, unless it is known.
func (r *Recorder) saw(v Version, raw any) {
	text, err := json.Marshal(raw)
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.latest[v.key()]; ok && known.Resource >= v.Resource {
		return
	}
	r.latest[v.key()] = v
	r.versions = append(r.versions, v)
	if err == nil && v.Kind != kindSecret {
		name := fmt.Sprintf("%s %s/%s at %d", v.Kind, v.Namespace, v.Name, v.Resource)
		r.texts[name] = text
	}
	r.tell()
}

// begin notes that everything of a kind is seen from now on.
func (r *Recorder) begin(kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun[kind] = true
	r.tell()
}

// tell wakes whoever waits for the recorder; the caller holds the lock.
func (r *Recorder) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Record is what was recorded so far, with the cloud's journal, call log and secrets. The rest of it is for the trial to fill in.
func (r *Recorder) Record(world *simcloud.World) Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := Record{
		Versions: slices.Clone(r.versions), Looks: slices.Clone(r.looks), Writes: slices.Clone(r.writes),
		Texts: map[string][]byte{}, Gaps: slices.Clone(r.gaps), World: world, End: r.now(),
	}
	for name, text := range r.texts {
		rec.Texts[name] = slices.Clone(text)
	}
	if world != nil {
		rec.Journal, rec.Calls, rec.Secrets = world.Journal(), world.Calls(), world.Secrets()
	}
	slices.SortStableFunc(rec.Versions, func(a, b Version) int { return cmp.Compare(a.Resource, b.Resource) })
	return rec
}
