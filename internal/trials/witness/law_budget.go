// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// usualBudget is the budget that ships (internal/cloud/alibaba, DefaultLimits): five calls a second of one API in one region for
// each account, twenty at once.
var usualBudget = Budget{Rate: 5, Burst: 20}

// How many further reads one turn may bring with it, that go on credit: what completes a look and would be worth nothing else. A look at
// resource shares lists them up to three times and asks for both kinds of associations; the look after a write reads everything that the
// write may have changed, which of a role is up to ten policies.
const (
	readsOfALook  = 3
	readsOfAWrite = 10
)

// apiKey is what the vendor counts by.
type apiKey struct{ account, product, region, action string }

// judgeBudget holds the calls of every API, region and account against the token bucket that the operator is to take them from. In any
// span of a bucket's life there are at most its burst and what has come in by its rate; a process has buckets of its own, so that one that
// is started brings a burst with it. Writes are held to that strictly, but for what the slack of the clocks makes of the rate. Reads that
// complete a look, or that follow a write, go on credit; so of reads there may be three times as many, and ten more for each write of the
// account in the span. Further pages of a list do not count.
//
// It cannot see the pace at which a budget that was throttled recovers, nor the fifth that routine work leaves to others, nor how many
// calls are under way at once. Calls to STS, and calls of which the cloud does not know whose they are, are held against the budgets of all
// SharerAccounts together.
func judgeBudget(h *history) []Violation {
	if h.Budget == (Budget{}) {
		h.Budget = usualBudget
	}
	calls := map[apiKey][]simcloud.Call{}
	writes := map[string][]time.Time{}
	for _, c := range h.Calls {
		if h.strangers[c.AccessKey] || c.Action == "" {
			continue
		}
		if key := (apiKey{c.Account, c.Product, c.Region, c.Action}); !c.Continued {
			calls[key] = append(calls[key], c)
		}
		if !readOnly(c.Action) {
			writes[c.Account] = append(writes[c.Account], c.Time)
		}
	}
	for _, times := range writes {
		slices.SortFunc(times, time.Time.Compare)
	}
	var found []Violation
	for _, key := range slices.SortedFunc(maps.Keys(calls), func(a, b apiKey) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
		if v := h.overspent(key, calls[key], writes[key.account]); v != nil {
			found = append(found, *v)
		}
	}
	return found
}

// readOnly says whether an action changes nothing, by the vendor's names.
func readOnly(action string) bool {
	for _, verb := range []string{"Describe", "List", "Get", "Check"} {
		if strings.HasPrefix(action, verb) {
			return true
		}
	}
	return false
}

// overspent finds the span in which the calls of one API exceed their budget the most.
func (h *history) overspent(key apiKey, calls []simcloud.Call, writes []time.Time) *Violation {
	slices.SortStableFunc(calls, func(a, b simcloud.Call) int { return a.Time.Compare(b.Time) })
	var worst *Violation
	most := 0.0
	for from := range calls {
		begin := calls[from].Time
		for to := from; to < len(calls); to++ {
			over := float64(to-from+1) - h.allowed(key, begin, calls[to].Time, writes)
			if over > most {
				most = over
				worst = &Violation{Law: LawBudget, When: begin, Object: strings.Join([]string{key.action, key.region, key.account}, " "),
					Message: fmt.Sprintf("was called %d times from %s to %s, which is %.1f more than the budget allows",
						to-from+1, clockTime(begin), clockTime(calls[to].Time), over)}
			}
		}
	}
	return worst
}

// allowed is how many calls of one API there may be in a span.
func (h *history) allowed(key apiKey, from, to time.Time, writes []time.Time) float64 {
	turns := 0.0
	for _, p := range h.spenders() {
		begin, end := later(p.Started, from), to
		if !p.Stopped.IsZero() && p.Stopped.Before(end) {
			end = p.Stopped
		}
		if !end.Before(begin) {
			turns += float64(h.Budget.Burst) + h.Budget.Rate*(end.Sub(begin)+h.Slack).Seconds()
		}
	}
	if key.product == "Sts" || key.account == "" {
		turns *= float64(max(len(h.sharers), 1))
	}
	if !readOnly(key.action) {
		return turns
	}
	first, _ := slices.BinarySearchFunc(writes, from.Add(-h.Slack), time.Time.Compare)
	last, _ := slices.BinarySearchFunc(writes, to.Add(h.Slack), time.Time.Compare)
	return turns*readsOfALook + float64(readsOfAWrite*max(last-first, 0))
}

// spenders are the processes that have budgets: those of the record, or one.
func (h *history) spenders() []Process {
	if len(h.Processes) > 0 {
		return h.Processes
	}
	return make([]Process, max(len(h.minds), 1))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
