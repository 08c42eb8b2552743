// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// targetLabels are those that Prometheus puts on whatever it reads.
var targetLabels = []string{"job", "instance", "namespace", "pod", "container", "endpoint", "service"}

// Every expression that ships can be read, asks for metrics that the operator
// serves, by labels that they have, and for values that these can have.
func TestExpressionsAskForWhatThereIs(t *testing.T) {
	found, words := maps.Clone(scraped(t)), vocabulary(t)
	_, alerts := shippedRules(t)
	found["ALERTS"] = alertSeries(t, found, alerts)
	for _, one := range alerts {
		mustExist(t, found, words, "alert "+one.Alert, one.Expr)
	}
	for _, one := range shippedQueries(t) {
		grouping := mustExist(t, found, words, "panel "+one.panel, one.expr)
		for _, label := range legendLabel.FindAllStringSubmatch(one.legend, -1) {
			if !slices.Contains(append(grouping, targetLabels...), label[1]) {
				t.Errorf("panel %s: its legend speaks of %s, which %s drops", one.panel, label[1], one.expr)
			}
		}
	}
}

// No expression says where the operator runs, so that all are right for a release
// of any name, in any namespace: what Prometheus itself says of whom it reads is
// asked for nowhere, unless the metric says it too.
func TestExpressionsDoNotSayWhereTheOperatorRuns(t *testing.T) {
	found := scraped(t)
	_, alerts := shippedRules(t)
	var all []string
	for _, one := range alerts {
		all = append(all, one.Expr)
	}
	for _, one := range shippedQueries(t) {
		all = append(all, one.expr)
	}
	for _, expr := range all {
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
		if err != nil {
			t.Errorf("%v in %s", err, expr)
			continue
		}
		parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
			selector, ok := node.(*parser.VectorSelector)
			if !ok {
				return nil
			}
			for _, asked := range selector.LabelMatchers {
				if metric := found[selector.Name]; metric != nil && metric.labels[asked.Name] == nil && slices.Contains(targetLabels, asked.Name) {
					t.Errorf("%s asks for %s", expr, asked)
				}
			}
			return nil
		})
	}
}

var legendLabel = regexp.MustCompile(`{{(\w+)}}`)

// mustExist fails the test where an expression asks for what is not there. It
// answers the labels that the expression keeps.
func mustExist(t *testing.T, found scrape, words map[string]bool, where, expr string) (grouping []string) {
	t.Helper()
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		t.Errorf("%s: %v in %s", where, err, expr)
		return nil
	}
	known := slices.Clone(targetLabels)
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			known = append(known, judgeSelector(t, found, words, where, selector)...)
		}
		return nil
	})
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		var asked []string
		switch of := node.(type) {
		case *parser.AggregateExpr:
			asked, grouping = of.Grouping, append(grouping, of.Grouping...)
		case *parser.BinaryExpr:
			if of.VectorMatching != nil {
				asked = append(slices.Clone(of.VectorMatching.MatchingLabels), of.VectorMatching.Include...)
			}
		}
		for _, label := range asked {
			if !slices.Contains(known, label) {
				t.Errorf("%s: nothing in %s has the label %s", where, expr, label)
			}
		}
		return nil
	})
	return grouping
}

// judgeSelector answers the labels of a metric that is asked for.
func judgeSelector(t *testing.T, found scrape, words map[string]bool, where string, selector *parser.VectorSelector) (has []string) {
	t.Helper()
	metric := found[selector.Name]
	if metric == nil {
		t.Errorf("%s: the operator serves no %s", where, selector.Name)
		return nil
	}
	for label := range metric.labels {
		has = append(has, label)
	}
	for _, asked := range selector.LabelMatchers {
		if asked.Name == model.MetricNameLabel {
			continue
		}
		if !slices.Contains(append(has, targetLabels...), asked.Name) {
			t.Errorf("%s: %s has no label %s", where, selector.Name, asked.Name)
		}
		for value := range strings.SplitSeq(asked.Value, "|") {
			if value != ".*" && !metric.labels[asked.Name][value] && !words[value] {
				t.Errorf("%s: %s can have no %s=%q", where, selector.Name, asked.Name, value)
			}
		}
	}
	return has
}

var word = regexp.MustCompile(`"([A-Z][A-Za-z]+)"`)

// vocabulary are the words for reasons, types, states and outcomes, as the code
// has them: not all of them are met in one play.
func vocabulary(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, pattern := range []string{stage.Path("api", "v1alpha1", "*.go"), stage.Path("internal", "metrics", "*.go")} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range word.FindAllStringSubmatch(string(text), -1) {
				out[found[1]] = true
			}
		}
	}
	return out
}

// secrecy is what no label may hold: IDs of accounts, images, keys, directories
// and folders, and what a message would begin with.
var secrecy = regexp.MustCompile(`\d{12}|\bm-[a-z]|\bkey-|\b(rd|r|fd|rs|s)-[A-Za-z0-9]|acs:| `)

// Labels have few values, and name nobody: of the operator's own metrics, and of
// those that come with controller-runtime as far as they tell of the loops.
func TestLabelsNameNobody(t *testing.T) {
	for name, metric := range scraped(t) {
		if !strings.HasPrefix(name, "imageshare_") && !strings.HasPrefix(name, "controller_runtime_") && !strings.HasPrefix(name, "workqueue_") {
			continue
		}
		for label, values := range metric.labels {
			for value := range values {
				if secrecy.MatchString(value) {
					t.Errorf("%s has %s=%q", name, label, value)
				}
			}
			if len(values) > 50 {
				t.Errorf("%s has %d values of %s", name, len(values), label)
			}
		}
	}
}
