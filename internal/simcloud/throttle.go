// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"sync"
	"time"
)

// rateHeader is where the vendor's own clients look for a hint (openapi-core, throttling utilities). They say that TimeLeft is
// in milliseconds; the keys Limit and Remain are those of their tests.
const rateHeader = "x-ratelimit-user-api"

// meter counts calls per account, region and action in fixed windows: a throttled API works again from the next period (vendor
// docs, ECS API throttling).
type meter struct {
	mu      sync.Mutex
	windows map[[3]string]window
}

type window struct {
	start time.Time
	used  int
}

// rate finds the rate of an action; nil means that it is not throttled.
func (l *Limits) rate(action string) *Rate {
	var general *Rate
	for i := range l.Throttle {
		switch l.Throttle[i].Action {
		case action:
			return &l.Throttle[i]
		case "*":
			general = &l.Throttle[i]
		}
	}
	return general
}

// spend takes one call out of the budget and leaves the hint for the answer's headers.
func (m *meter) spend(c *call) *apiError {
	rate := c.doc.Limits.rate(c.op.action)
	if rate == nil {
		return nil
	}
	period := time.Duration(rate.PeriodSeconds) * time.Second
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.windows == nil {
		m.windows = map[[3]string]window{}
	}
	key := [3]string{c.account(), c.region(), c.op.action}
	win := m.windows[key]
	if start := c.now.Truncate(period); !win.start.Equal(start) {
		win = window{start: start}
	}
	denied := win.used >= rate.Limit
	if !denied {
		win.used++
	}
	m.windows[key] = win
	c.rate = rateHint(rate.Limit, rate.Limit-win.used, win.start.Add(period).Sub(c.now))
	if denied {
		return errThrottled()
	}
	return nil
}

func rateHint(limit, remain int, left time.Duration) string {
	return fmt.Sprintf("Limit:%d,Remain:%d,TimeLeft:%d", limit, remain, left.Milliseconds())
}
