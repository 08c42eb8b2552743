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

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// What make crash says.
var (
	every   = flag.Bool("every", false, "kill the operator at every point")
	groups  = flag.Int("together", 1, "at so many of them one after another in one play, and at those that it does not meet in plays of their own")
	few     = flag.Int("few", 3, "otherwise kill it at so many points of each scenario, at equal distances, one after another in one play")
	workers = flag.Int("workers", 2, "how many plays are on at a time, each in a cluster of its own")
	chosen  = flag.String("scenario", "", "play this scenario alone")
	point   = flag.String("point", "", "kill the operator at this point alone, or at several, with semicolons between them, in one play")
)

// missable is of how many points one may not be met again: work goes on at
// several things at a time, and no two plays are quite alike.
const missable = 20

// The operator is killed at points of each scenario and started anew, and each
// time the scenario comes to its end, without a wrong on the way.
func TestTheOperatorIsKilledAnywhereAndConverges(t *testing.T) {
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
	if *every && total.missed*missable > total.killed {
		t.Errorf("%d points were not met again, against %d that were: the plays of a scenario differ too much", total.missed, total.killed)
	}
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
		for _, b := range next.targets {
			name += "; " + b.String()
		}
		g := newGate(next.targets)
		fine := t.Run(name, func(t *testing.T) { perform(t, cluster, next.entry.scenario, g) })
		killed, late, missed := g.fate()
		result := tally{killed: killed, late: late, took: time.Since(start)}
		switch {
		case len(missed) > 0 && *every && len(next.targets) > 1:
			q.again(next.entry, missed)
		case len(missed) > 0:
			result.missed = len(missed)
			next.entry.tell("not met", missed)
		}
		if !fine {
			result.failed = 1
			next.entry.tell("FAILED", next.targets)
		}
		if len(next.targets) == 0 {
			q.learned(next.entry, g.learned(), fine)
		}
		next.entry.count(result, len(next.targets) == 0)
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
func chosenPoints(t *testing.T) chooser {
	switch {
	case *point != "":
		var targets []boundary
		for text := range strings.SplitSeq(*point, ";") {
			b, err := parseBoundary(text)
			if err != nil || *chosen == "" {
				t.Fatalf("a point is one of a scenario that is named too: %v", err)
			}
			targets = append(targets, b)
		}
		return only(targets)
	case *every:
		return each(*groups)
	default:
		return some(*few)
	}
}
