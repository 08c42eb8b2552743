// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// The kinds, as labels name them.
const (
	kindShare  = "ImageShare"
	kindSharer = "SharerAccount"
)

// Metrics are all metrics of one operator.
type Metrics struct {
	*Calls
	*Looks

	edits   *edits
	objects *objects
}

// Source is where what is told comes from.
type Source struct {
	// Version is that of the program.
	Version string
	// Objects is the cache that the loops read from.
	Objects cache.Cache
	// Elected is closed once this replica leads.
	Elected <-chan struct{}
	// Now is the clock.
	Now func() time.Time
}

// New makes the metrics, registers them, and follows the objects.
func New(ctx context.Context, from Source, registry prometheus.Registerer) (*Metrics, error) {
	leads := func() bool {
		select {
		case <-from.Elected:
			return true
		default:
			return false
		}
	}
	m := &Metrics{
		Calls: newCalls(), Looks: newLooks(),
		edits:   newEdits(from.Now, leads),
		objects: &objects{reader: from.Objects, leads: leads},
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "imageshare_build_info", Help: "Always 1; the label tells the version of the operator.",
		ConstLabels: prometheus.Labels{"version": from.Version},
	})
	build.Set(1)
	leading := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "imageshare_leading", Help: "1 for the replica that works, 0 for those that wait for it to go.",
	}, func() float64 {
		if leads() {
			return 1
		}
		return 0
	})
	all := append([]prometheus.Collector{build, leading, m.edits.converged, m.objects}, m.Calls.collectors()...)
	var err error
	for _, c := range append(all, m.Looks.collectors()...) {
		err = errors.Join(err, registry.Register(c))
	}
	if err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, m.edits.follow(ctx, from.Objects, &v1alpha1.ImageShare{}, &v1alpha1.SharerAccount{})
}
