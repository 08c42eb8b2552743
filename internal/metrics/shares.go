// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// shareConditions are the conditions of an ImageShare that are there only while
// they hold.
var shareConditions = []string{
	v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionUndeclaredSharees, v1alpha1.ConditionRedundantSharees,
	v1alpha1.ConditionPlanHeld, v1alpha1.ConditionSettingsDiffer, v1alpha1.ConditionKeysUnhealthy, v1alpha1.ConditionUnclaimed,
	v1alpha1.ConditionExpired, v1alpha1.ConditionChargesSharees,
}

// shared is the state of a sharee that has the image; the others are those that
// the status lists.
const shared = "Shared"

// What is told of each ImageShare.
var (
	shareReady = gauge("imageshare_ready",
		"Always 1, once for each ImageShare; the labels tell the SharerAccount that it refers to, and the status and the reason of its condition Ready.",
		"namespace", "name", "sharer", "status", "reason")
	shareCondition = gauge("imageshare_condition",
		"1 for each condition of an ImageShare that is there only while it holds, such as Stalled, PlanHeld or UndeclaredSharees.",
		"namespace", "name", "type", "reason")
	shareSharees = gauge("imageshare_sharees",
		"Sharees of an ImageShare by state: Shared, which is always there, and those of its status.notShared while there are any.",
		"namespace", "name", "state")
	shareHeld = gauge("imageshare_held_plan_changes",
		"Changes in the held plan of an ImageShare, which wait for an approval, while there is one.",
		"namespace", "name", "action", "reason")
	shareHeldSince = gauge("imageshare_held_plan_since_timestamp_seconds",
		"Since when an ImageShare has its held plan, while it has one.",
		"namespace", "name")
	shareDeleted = gauge("imageshare_deleted_timestamp_seconds",
		"When an ImageShare was deleted that is still there, since its access is not gone.",
		"namespace", "name")

	shareMetrics = []*prometheus.Desc{shareReady, shareCondition, shareSharees, shareHeld, shareHeldSince, shareDeleted}
)

// tellShare tells of one ImageShare.
func tellShare(obj *v1alpha1.ImageShare, into chan<- prometheus.Metric) {
	t, status := teller{into, []string{obj.Namespace, obj.Name}}, &obj.Status
	t.conditions(statusOf(obj), shareReady, shareCondition, obj.Spec.SharerRef.Name)
	states := map[string]int{shared: sharedOf(status.Shared)}
	for i := range status.NotShared {
		states[string(status.NotShared[i].State)]++
	}
	for state, count := range states {
		t.tell(shareSharees, float64(count), state)
	}
	type held struct{ action, reason string }
	changes := map[held]int{}
	for _, change := range status.HeldPlan.Changes {
		changes[held{string(change.Action), string(change.Reason)}]++
	}
	for change, count := range changes {
		t.tell(shareHeld, float64(count), change.action, change.reason)
	}
	if status.HeldPlan.Hash != "" {
		t.moment(shareHeldSince, &status.HeldPlan.Since)
	}
	t.moment(shareDeleted, obj.DeletionTimestamp)
}

// sharedOf is the first number of a summary such as 3/4.
func sharedOf(summary string) int {
	count, _, _ := strings.Cut(summary, "/")
	n, err := strconv.Atoi(count)
	if err != nil {
		return 0
	}
	return n
}
