// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// alertSeries is what Prometheus writes down of alerts that ring: by their names,
// with the labels that their expressions keep.
func alertSeries(t *testing.T, found scrape, alerts []alert) *family {
	t.Helper()
	out := &family{kind: "gauge", labels: map[string]map[string]bool{}}
	out.learn("alertstate", "pending")
	out.learn("alertstate", "firing")
	for _, one := range alerts {
		out.learn(model.AlertNameLabel, one.Alert)
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(one.Expr)
		if err != nil {
			t.Fatalf("alert %s: %v", one.Alert, err)
		}
		parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
			if of, ok := node.(*parser.AggregateExpr); ok {
				for _, label := range of.Grouping {
					for _, metric := range found {
						for value := range metric.labels[label] {
							out.learn(label, value)
						}
					}
				}
			}
			return nil
		})
	}
	return out
}
