// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"fmt"
)

// counts waits until counters, and the counts of histograms, have come to more
// than nothing: those whose labels are known beforehand are there from the start,
// whether anybody counts or not.
func (p *play) counts(series ...string) {
	p.t.Helper()
	for _, one := range series {
		p.Until("it counts "+one, func() error {
			page, err := p.Metrics(p.address)
			if err != nil {
				return err
			}
			value, err := page.Value(one)
			if err == nil && value <= 0 {
				err = fmt.Errorf("it is %v", value)
			}
			return err
		})
	}
}

// What has been counted once all is shared that can be.
var sharing = []string{
	`imageshare_reconcile_results_total{kind="ImageShare",result="Done"}`,
	`imageshare_reconcile_results_total{kind="SharerAccount",result="Done"}`,
	`imageshare_edit_to_ready_seconds_count{kind="ImageShare"}`,
	`imageshare_edit_to_ready_seconds_count{kind="SharerAccount"}`,
	`imageshare_cloud_calls_total{action="DescribeImages",code="OK",outcome="OK",product="ecs"}`,
	`imageshare_cloud_call_duration_seconds_count{action="DescribeImages",product="ecs"}`,
	// The call that was throttled has slowed the others down.
	`imageshare_cloud_budget_waits_total{action="DescribeImages",product="ecs"}`,
}

// What is counted of drift that is put right, and of what somebody has to change.
var (
	drifting = []string{
		`imageshare_drift_corrections_total{kind="ImageShare",reason="Restored"}`,
		`imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"}`,
		`imageshare_drift_corrections_total{kind="ImageShare",reason="ClaimRestored"}`,
	}
	holding = []string{
		`imageshare_reconcile_results_total{kind="ImageShare",result="FixSpec"}`,
		`imageshare_reconcile_results_total{kind="SharerAccount",result="FixSpec"}`,
	}
)
