// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// docs/metrics.md lists the operator's own metrics as it serves them. With
// UPDATE=1 its table is written anew.
func TestEveryMetricIsDocumented(t *testing.T) {
	found := scraped(t)
	var rows strings.Builder
	for _, name := range found.own() {
		metric := found[name]
		names := slices.Sorted(maps.Keys(metric.labels))
		for i := range names {
			names[i] = "`" + names[i] + "`"
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s |\n", name, metric.kind, strings.Join(names, ", "), metric.help)
	}
	const head = "| name | type | labels | meaning |\n|---|---|---|---|\n"
	text := string(shipped(t, "docs", "metrics.md"))
	before, rest, ok := strings.Cut(text, head)
	if !ok {
		t.Fatalf("docs/metrics.md has no table that begins\n%s", head)
	}
	end := strings.Index(rest, "\n\n") + 1
	if table := rest[:end]; table != rows.String() {
		t.Errorf("docs/metrics.md is not as the operator serves it; UPDATE=1 writes\n%s", rows.String())
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(stage.Path("docs", "metrics.md"), []byte(before+head+rows.String()+rest[end:]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var heading = regexp.MustCompile(`(?m)^## (\w+)$`)

// Every alert leads to a section of the runbooks, and every section is led to.
func TestEveryAlertHasARunbook(t *testing.T) {
	_, alerts := shippedRules(t)
	var sections, led []string
	for _, found := range heading.FindAllStringSubmatch(string(shipped(t, "docs", "runbooks.md")), -1) {
		sections = append(sections, found[1])
	}
	for _, one := range alerts {
		led = append(led, one.Alert)
		if want := "docs/runbooks.md#" + strings.ToLower(one.Alert); one.Annotations["runbook_url"] != want {
			t.Errorf("%s leads to %s, want %s", one.Alert, one.Annotations["runbook_url"], want)
		}
	}
	slices.Sort(sections)
	slices.Sort(led)
	if !slices.Equal(sections, led) {
		t.Errorf("there are runbooks for %v, and alerts %v", sections, led)
	}
}
