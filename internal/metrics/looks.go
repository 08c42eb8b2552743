// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Looks counts what looks at objects came to, and what they put right.
type Looks struct {
	results     *prometheus.CounterVec
	corrections *prometheus.CounterVec
}

func newLooks() *Looks {
	return &Looks{
		results: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "imageshare_reconcile_results_total",
			Help: "Looks at objects that had something to tell, by what is to be done next: Done (nothing), Resting (nothing is wanted), " +
				"Waiting, SlowDown (too many calls), Retry (the cloud or the network failed), FixCloud and FixSpec (somebody has to change something).",
		}, []string{"kind", "result"}),
		corrections: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "imageshare_drift_corrections_total",
			Help: "Times that the operator put right what somebody else had changed in the cloud, for one object: Restored what was taken away, " +
				"Reverted what nobody declares, ClaimRestored the operator's tag. One for each event of that reason.",
		}, []string{"kind", "reason"}),
	}
}

func (l *Looks) collectors() []prometheus.Collector {
	return []prometheus.Collector{l.results, l.corrections}
}

// Looked counts what a look came to.
func (l *Looks) Looked(kind, result string) { l.results.WithLabelValues(kind, result).Inc() }

// Corrected counts drift that was put right.
func (l *Looks) Corrected(kind, reason string) { l.corrections.WithLabelValues(kind, reason).Inc() }

// Expect has a counter at zero for each result that there can be, and for each
// reason of an event that tells of drift put right.
func (l *Looks) Expect(results, corrections []string) {
	for _, kind := range []string{kindShare, kindSharer} {
		for _, result := range results {
			l.results.WithLabelValues(kind, result)
		}
		for _, reason := range corrections {
			l.corrections.WithLabelValues(kind, reason)
		}
	}
}
