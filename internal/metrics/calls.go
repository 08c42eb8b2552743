// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// mostCodes is how many codes are told apart. The vendor has a few dozen that
// the operator ever meets; what stands in for the vendor may have any number.
const mostCodes = 100

// The words for what is no code of the vendor.
const (
	codeFine  = "OK"
	codeNone  = "None"
	codeOther = "Other"
)

// outcomes are what a call came to, by the kind of its error.
var outcomes = map[cloud.Kind]string{
	cloud.Unknown: "Unknown", cloud.Unavailable: "Unavailable", cloud.Throttled: "Throttled", cloud.NotFound: "NotFound",
	cloud.Denied: "Denied", cloud.Unauthenticated: "Unauthenticated", cloud.Conflict: "Conflict", cloud.Quota: "Quota",
	cloud.Invalid: "Invalid", cloud.Exists: "Exists", cloud.Untrusted: "Untrusted", cloud.TooLong: "TooLong",
}

// Calls counts what is asked of the cloud.
type Calls struct {
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	waits    *prometheus.CounterVec
	renewals prometheus.Counter

	mutex sync.Mutex
	codes map[string]bool
}

func newCalls() *Calls {
	return &Calls{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "imageshare_cloud_calls_total",
			Help: "Calls to Alibaba Cloud that were sent, by what they came to: outcome is OK or the class of the error, " +
				"code the vendor's own, None where no answer with a code came, and Other beyond the first hundred codes.",
		}, []string{"product", "action", "outcome", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "imageshare_cloud_call_duration_seconds",
			Help:    "Time from when a call to Alibaba Cloud was let through by the budget until its answer was read, whatever it was.",
			Buckets: []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20},
		}, []string{"product", "action"}),
		waits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "imageshare_cloud_budget_waits_total",
			Help: "Calls to Alibaba Cloud that were put off since the operator's own budget of the account was used up; " +
				"one that is put off several times counts each time.",
		}, []string{"product", "action"}),
		renewals: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "imageshare_cloud_credentials_not_renewed_total",
			Help: "Times that temporary credentials could not be renewed while the last ones still served.",
		}),
		codes: map[string]bool{},
	}
}

func (c *Calls) collectors() []prometheus.Collector {
	return []prometheus.Collector{c.calls, c.duration, c.waits, c.renewals}
}

// Called counts a call that was sent.
func (c *Calls) Called(product, action string, took time.Duration, problem *cloud.Error) {
	outcome, code := codeFine, codeFine
	if problem != nil {
		outcome, code = outcomes[problem.Kind], c.known(problem.Code)
	}
	c.calls.WithLabelValues(product, action, outcome, code).Inc()
	c.duration.WithLabelValues(product, action).Observe(took.Seconds())
	// A budget that was never waited for is there from the first call on, at zero.
	c.waits.WithLabelValues(product, action)
}

// Waits counts a call that the budget did not let through.
func (c *Calls) Waits(product, action string) { c.waits.WithLabelValues(product, action).Inc() }

// NotRenewed counts temporary credentials that could not be renewed.
func (c *Calls) NotRenewed() { c.renewals.Inc() }

// known is a code as a label: itself if it is among the first.
func (c *Calls) known(code string) string {
	if code == "" {
		return codeNone
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.codes[code] && len(c.codes) >= mostCodes {
		return codeOther
	}
	c.codes[code] = true
	return code
}
