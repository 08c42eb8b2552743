// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// What make crash says.
var (
	every   = flag.Bool("every", false, "kill the operator at every point, not at a few of each scenario")
	workers = flag.Int("workers", 2, "how many plays are on at a time, each in a cluster of its own")
	chosen  = flag.String("scenario", "", "play this scenario alone")
	point   = flag.String("point", "", "kill the operator at this point alone")
)

// few is at how many points of each scenario the operator is killed in make
// test.
const few = 2

// The operator is killed at points of each scenario and started anew, and each
// time the scenario comes to its end, without a wrong on the way.
func TestTheOperatorIsKilledAnywhereAndConverges(t *testing.T) {
	log.SetLogger(logr.Discard())
	entries := chosenEntries(t)
	q := newQueue(entries, chosenPoints(t))
	start := time.Now()
	var done sync.WaitGroup
	for n := range *workers {
		done.Go(func() {
			t.Run(fmt.Sprintf("worker %d", n+1), func(t *testing.T) { work(t, q) })
		})
	}
	done.Wait()
	var total tally
	points := 0
	for _, e := range entries {
		total.add(e.tally)
		points += e.points
	}
	fmt.Printf("crash: %d scenarios, %d points: %s, in %s\n", len(entries), points, &total, time.Since(start).Round(time.Second))
}

// work performs plays, one after another, in a cluster.
func work(t *testing.T, q *queue) {
	cluster := stage.StartCluster(t)
	for {
		next, more := q.next()
		if !more {
			return
		}
		name, start := next.entry.scenario.name, time.Now()
		if next.target != nil {
			name += " killed " + next.target.String()
		}
		var g *gate
		fine := t.Run(name, func(t *testing.T) { g = perform(t, cluster, next.entry.scenario, next.target) })
		result := tally{took: time.Since(start)}
		switch killed, late := g.fate(); {
		case killed && late:
			result.killed, result.late = 1, 1
		case killed:
			result.killed = 1
		case next.target != nil:
			result.missed = 1
		}
		if !fine {
			result.failed = 1
			next.entry.fail(next.target)
		}
		if next.target == nil {
			q.learned(next.entry, g.learned())
		}
		next.entry.count(result, next.target == nil)
	}
}

// chosenEntries are the scenarios to be played.
func chosenEntries(t *testing.T) []*entry {
	var entries []*entry
	var names []string
	for _, sc := range scenarios() {
		names = append(names, sc.name)
		if *chosen == "" || *chosen == sc.name {
			entries = append(entries, &entry{scenario: sc})
		}
	}
	if len(entries) == 0 {
		t.Fatalf("there is no scenario %q; there are %s", *chosen, strings.Join(names, ", "))
	}
	return entries
}

// chosenPoints chooses the points of a scenario to be tried.
func chosenPoints(t *testing.T) func([]boundary) []boundary {
	switch {
	case *point != "":
		b, err := parseBoundary(*point)
		if err != nil || *chosen == "" {
			t.Fatalf("a point is one of a scenario: %v", err)
		}
		return only(b)
	case *every:
		return all
	default:
		return some(few)
	}
}
