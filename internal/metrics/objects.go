// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// objects tells how the objects stand, from what the cache holds when it is
// asked.
type objects struct {
	reader client.Reader
	leads  func() bool
}

// patience is how long the cache may take to answer, which has it in memory.
const patience = 5 * time.Second

// gauge describes a metric of objects.
func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe names the metrics.
func (o *objects) Describe(into chan<- *prometheus.Desc) {
	for _, one := range [][]*prometheus.Desc{shareMetrics, sharerMetrics} {
		for _, desc := range one {
			into <- desc
		}
	}
}

// Collect tells of every object, where this replica leads: another that waits
// would tell the same a second time.
func (o *objects) Collect(into chan<- prometheus.Metric) {
	if !o.leads() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var shares v1alpha1.ImageShareList
	if err := o.reader.List(ctx, &shares, client.UnsafeDisableDeepCopy); err != nil {
		into <- prometheus.NewInvalidMetric(shareReady, fmt.Errorf("list the ImageShares: %w", err))
		return
	}
	for i := range shares.Items {
		tellShare(&shares.Items[i], into)
	}
	var sharers v1alpha1.SharerAccountList
	if err := o.reader.List(ctx, &sharers, client.UnsafeDisableDeepCopy); err != nil {
		into <- prometheus.NewInvalidMetric(sharerReady, fmt.Errorf("list the SharerAccounts: %w", err))
		return
	}
	for i := range sharers.Items {
		tellSharer(&sharers.Items[i], into)
	}
}

// teller tells of one object, whose labels come before those of each metric.
type teller struct {
	into   chan<- prometheus.Metric
	labels []string
}

// tell tells one value.
func (t teller) tell(desc *prometheus.Desc, value float64, labels ...string) {
	all := append(append([]string{}, t.labels...), labels...)
	t.into <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, all...)
}

// moment tells a time, if there is one.
func (t teller) moment(desc *prometheus.Desc, at *metav1.Time) {
	if !at.IsZero() {
		t.tell(desc, float64(at.Unix()))
	}
}

// conditions tell what Ready says, in one, and which others hold, in another.
// Those that every step has tell no more than Ready does, and are left out. What
// else is a label of Ready comes before its status.
func (t teller) conditions(of state, ready, others *prometheus.Desc, also ...string) {
	if found := meta.FindStatusCondition(of.conditions, v1alpha1.ConditionReady); found != nil {
		t.tell(ready, 1, append(also, string(found.Status), found.Reason)...)
	}
	for _, kind := range of.noted {
		if found := meta.FindStatusCondition(of.conditions, kind); found != nil && found.Status == metav1.ConditionTrue {
			t.tell(others, 1, found.Type, found.Reason)
		}
	}
}

// state is what both kinds have.
type state struct {
	kind       string
	conditions []metav1.Condition
	// noted are the types of conditions that are there only while they hold.
	noted []string
}

// statusOf is the state of an object of either kind.
func statusOf(obj client.Object) state {
	switch of := obj.(type) {
	case *v1alpha1.ImageShare:
		return state{kindShare, of.Status.Conditions, shareConditions}
	case *v1alpha1.SharerAccount:
		return state{kindSharer, of.Status.Conditions, sharerConditions}
	}
	return state{}
}

func kindOf(obj client.Object) string { return statusOf(obj).kind }
