// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

var (
	first   = flag.Uint64("first", 1, "the first seed")
	seeds   = flag.Int("seeds", 4, "how many seeds to run, from the first on")
	tell    = flag.Bool("tell", false, "tell what happened in runs that held, too")
	workers = flag.Int("workers", 2, "how many clusters play at a time")
)

// Everything goes wrong at a time, and comes right again, for every seed.
func TestChaos(t *testing.T) {
	next := make(chan uint64)
	go func() {
		defer close(next)
		for i := range *seeds {
			next <- *first + uint64(i)
		}
	}()
	all := &tally{}
	var workshop sync.WaitGroup
	for range min(*workers, *seeds) {
		cluster := stage.StartCluster(t)
		workshop.Go(func() {
			for seed := range next {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { all.try(t, cluster, seed) })
			}
		})
	}
	workshop.Wait()
	all.sum()
}

// tally counts what happened in all runs.
type tally struct {
	mu                               sync.Mutex
	seeds, steps, hits, calls, write int
	kills                            int64
	failed                           []string
	took                             time.Duration
}

// try runs a seed.
func (a *tally) try(t *testing.T, cluster *stage.Cluster, seed uint64) {
	p := &play{t: t, script: draw(seed), began: time.Now()}
	// Told of when the stage is struck, however the run ends.
	t.Cleanup(func() { a.count(p) })
	p.set(cluster)
	p.run()
	p.makePeace()
	quiet := p.end()
	record := p.Record()
	record.Settled, record.Quiet = !p.restless, quiet
	for _, v := range witness.Examine(record) {
		t.Errorf("%s\n%s", v, witness.Explain(record, v))
	}
}

// count counts a run that is over, and tells of it.
func (a *tally) count(p *play) {
	calls := p.Cloud.Calls()
	last := 0
	if len(calls) > 0 {
		last = calls[len(calls)-1].Seq
	}
	took := time.Since(p.began)
	result := "held"
	if p.t.Failed() {
		result = "FAILED"
	}
	if p.t.Failed() || *tell {
		p.t.Logf("seed %d %s. To run it again: make chaos SEED=%d\nThe world:\n  %s\nWhat happened:\n  %s", p.script.seed, result, p.script.seed,
			strings.Join(p.script.world, "\n  "), strings.Join(p.said, "\n  "))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seeds, a.steps, a.hits, a.calls, a.write = a.seeds+1, a.steps+len(p.script.steps), a.hits+p.hits(), a.calls+last, a.write+p.writes()
	a.kills, a.took = a.kills+p.kills.Load(), a.took+took
	if p.t.Failed() {
		a.failed = append(a.failed, strconv.FormatUint(p.script.seed, 10))
	}
	fmt.Printf("chaos: seed %-6d %-6s %3d operations %4d faults hit %2d kills %5d calls %4d writes %6.1f s\n",
		p.script.seed, result, len(p.script.steps), p.hits(), p.kills.Load(), last, p.writes(), took.Seconds())
}

// sum tells of all runs.
func (a *tally) sum() {
	fmt.Printf("chaos: %d seeds, %d operations, %d faults hit, %d kills, %d calls to the cloud of which %d writes, %s of play\n",
		a.seeds, a.steps, a.hits, a.kills, a.calls, a.write, a.took.Round(time.Second))
	if len(a.failed) > 0 {
		fmt.Printf("chaos: %d FAILED: seeds %s\n", len(a.failed), strings.Join(a.failed, " "))
	}
}
