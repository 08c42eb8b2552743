// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// alert is an alert that ships.
type alert struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	For         string            `json:"for,omitempty"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// shippedRules are the groups of rules of the PrometheusRule, as Prometheus reads
// them from a file, and the alerts in them.
func shippedRules(t *testing.T) (groups []byte, alerts []alert) {
	t.Helper()
	var rule struct {
		Spec struct {
			Groups []struct {
				Name  string  `json:"name"`
				Rules []alert `json:"rules"`
			} `json:"groups"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(shipped(t, "config", "monitoring", "prometheus_rule.yaml"), &rule); err != nil {
		t.Fatal(err)
	}
	groups, err := yaml.Marshal(rule.Spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range rule.Spec.Groups {
		alerts = append(alerts, group.Rules...)
	}
	if len(alerts) == 0 {
		t.Fatal("there is no alert")
	}
	return groups, alerts
}

// query is an expression in the dashboard.
type query struct{ panel, expr, legend string }

// shippedQueries are the expressions in the dashboard, with its variables filled
// in.
func shippedQueries(t *testing.T) []query {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string `json:"title"`
			Targets []struct {
				Expr   string `json:"expr"`
				Legend string `json:"legendFormat"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(shipped(t, "config", "monitoring", "dashboard.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("$__rate_interval", "5m", "$namespace", ".*")
	var out []query
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			out = append(out, query{panel.Title, fill.Replace(target.Expr), target.Legend})
		}
	}
	if len(out) == 0 {
		t.Fatal("the dashboard asks for nothing")
	}
	return out
}

// shipped is a file that ships.
func shipped(t *testing.T, path ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(stage.Path(path...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// written is a file with a content, for a library that reads files.
func written(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
