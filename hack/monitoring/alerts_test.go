// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

// rings are the alerts that fire when the series, a sample a minute, have lasted
// for so long, and the names of all that have fired by then.
func rings(t *testing.T, groups []byte, series string, after time.Duration) (heard []*rules.Alert, ever map[string]bool) {
	t.Helper()
	load := "load 1m\n"
	for line := range strings.Lines(strings.TrimSpace(series)) {
		load += "  " + strings.TrimSpace(line) + "\n"
	}
	syntax := parser.NewParser(parser.Options{})
	world, err := promqltest.NewLazyLoader(load, promqltest.LazyLoaderOpts{EnableAtModifier: true, EnableNegativeOffset: true, Parser: syntax})
	if err != nil {
		t.Fatalf("%v in\n%s", err, load)
	}
	defer func() { _ = world.Close() }()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(world.QueryEngine(), world.Storage()),
		AppendableV2: world.Storage(), Context: t.Context(), Parser: syntax,
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
	})
	loaded, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, written(t, groups))
	if len(errs) > 0 {
		t.Fatalf("load the rules: %v", errs)
	}
	remember(loaded)
	ever = map[string]bool{}
	for at := time.Unix(0, 0).UTC(); !at.After(time.Unix(0, 0).Add(after)); at = at.Add(time.Minute) {
		world.WithSamplesTill(at, func(err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, group := range loaded {
				group.Eval(world.Context(), at)
			}
		})
		heard = firing(t, loaded)
		for _, one := range heard {
			ever[nameOf(one)] = true
		}
	}
	return heard, ever
}

// remember has alerts write down in ALERTS that they fire, which Prometheus
// begins with once it knows how they stood before it was started.
func remember(groups map[string]*rules.Group) {
	for _, group := range groups {
		for _, rule := range group.AlertingRules() {
			rule.SetRestored(true)
		}
	}
}

// firing are the alerts that fire now.
func firing(t *testing.T, groups map[string]*rules.Group) (out []*rules.Alert) {
	t.Helper()
	for _, group := range groups {
		for _, rule := range group.AlertingRules() {
			if rule.LastError() != nil {
				t.Errorf("%s: %v", rule.Name(), rule.LastError())
			}
			for _, one := range rule.ActiveAlerts() {
				if one.State == rules.StateFiring {
					out = append(out, one)
				}
			}
		}
	}
	return out
}

func nameOf(one *rules.Alert) string { return one.Labels.Get(model.AlertNameLabel) }

// Every alert fires when it should, and tells what it promises to; it is silent
// otherwise, and so are all others all the while.
func TestAlerts(t *testing.T) {
	groups, all := shippedRules(t)
	fired, silent := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		t.Run(c.alert+" "+c.what, func(t *testing.T) {
			for _, own := range mustBeSo(t, groups, c) {
				mustSpeak(t, all[slices.IndexFunc(all, func(one alert) bool { return one.Alert == c.alert })], own)
			}
			if c.fires {
				fired[c.alert] = true
			} else {
				silent[c.alert] = true
			}
		})
	}
	for _, one := range all {
		if !fired[one.Alert] || !silent[one.Alert] {
			t.Errorf("%s is not seen both to ring and to keep silent", one.Alert)
		}
	}
}

// mustBeSo fails the test where not all alerts do in a world what they should. It
// answers those that the world is about.
func mustBeSo(t *testing.T, groups []byte, c alertCase) []*rules.Alert {
	t.Helper()
	heard, ever := rings(t, groups, c.series, c.after)
	own := slices.DeleteFunc(slices.Clone(heard), func(one *rules.Alert) bool { return nameOf(one) != c.alert })
	if (len(own) > 0) != c.fires || !c.fires && ever[c.alert] {
		t.Fatalf("after %s of\n%s\nthese ring: %v, and have rung: %v", c.after, c.series, heard, ever)
	}
	for name := range ever {
		if name != c.alert && name != c.beside {
			t.Errorf("%s has rung beside it", name)
		}
	}
	if c.beside != "" && !ever[c.beside] {
		t.Errorf("%s has not rung", c.beside)
	}
	return own
}

var templateLabel = regexp.MustCompile(`\$labels\.(\w+)`)

// mustSpeak fails the test where an alert does not say how bad it is, what is wrong
// and what to do, or speaks of a label that is not there when it rings.
func mustSpeak(t *testing.T, one alert, heard *rules.Alert) {
	t.Helper()
	if !slices.Contains([]string{"critical", "warning"}, one.Labels["severity"]) {
		t.Errorf("%s: the severity is %q", one.Alert, one.Labels["severity"])
	}
	for _, name := range []string{"summary", "description", "runbook_url"} {
		text := heard.Annotations.Get(name)
		if text == "" || strings.Contains(text, "{{") || strings.Contains(text, "error expanding") {
			t.Errorf("%s: %s is %q", one.Alert, name, text)
		}
		for _, label := range templateLabel.FindAllStringSubmatch(one.Annotations[name], -1) {
			if heard.Labels.Get(label[1]) == "" {
				t.Errorf("%s: %s speaks of the label %s, which is not there: %v", one.Alert, name, label[1], heard.Labels)
			}
		}
	}
}
