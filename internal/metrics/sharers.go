// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// sharerConditions are the conditions of a SharerAccount that are there only
// while they hold.
var sharerConditions = []string{
	v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionKeysUnhealthy, v1alpha1.ConditionDeletionsHeld,
	v1alpha1.ConditionRootCredentials,
}

// keyStates are the states of keys that are told apart. The vendor may come to
// have others.
var keyStates = []v1alpha1.KeyState{
	v1alpha1.KeyEnabled, "Disabled", "PendingDeletion", "PendingImport", v1alpha1.KeyNotFound, v1alpha1.KeyOtherAccount, v1alpha1.KeyService,
	v1alpha1.KeyNotAdmitted, v1alpha1.KeyUnknown,
}

// assumedLimits are the lengths that RAM is known to limit documents to; the
// vendor does not publish which of them is that of a trust policy. Until the cloud
// has refused one, it is taken to be the smallest that is not disproved.
var assumedLimits = []int32{2048, 4096, 6144}

// assumed is the limit to reckon with of a trust policy that is so long.
func assumed(size int32) float64 {
	for _, limit := range assumedLimits {
		if size <= limit {
			return float64(limit)
		}
	}
	return float64(assumedLimits[len(assumedLimits)-1])
}

// Where the limit of a trust policy is known from.
const (
	limitRefused = "Refused"
	limitAssumed = "Assumed"
)

// What is told of each SharerAccount.
var (
	sharerReady = gauge("imageshare_sharer_ready",
		"Always 1, once for each SharerAccount; the labels tell the status and the reason of its condition Ready.",
		"sharer", "status", "reason")
	sharerCondition = gauge("imageshare_sharer_condition",
		"1 for each condition of a SharerAccount that is there only while it holds, such as Stalled, KeysUnhealthy or DeletionsHeld.",
		"sharer", "type", "reason")
	sharerShares = gauge("imageshare_sharer_image_shares",
		"ImageShares that refer to a SharerAccount.",
		"sharer")
	sharerTrusted = gauge("imageshare_sharer_trusted_sharees",
		"Sharees that the encryption role was read to trust, while ImageShares need it.",
		"sharer")
	sharerTrust = gauge("imageshare_sharer_trust_policy_characters",
		"Length of the trust policy of the encryption role, while ImageShares need it.",
		"sharer")
	sharerLimit = gauge("imageshare_sharer_trust_policy_limit_characters",
		"Length that the trust policy of the encryption role cannot have: Refused, the smallest that the cloud has refused since the operator started, "+
			"or, until it has refused one, Assumed: the smallest of 2048, 4096 and 6144 that it has room in. The vendor publishes no limit.",
		"sharer", "basis")
	sharerKeys = gauge("imageshare_sharer_keys",
		"Keys of shared images by state, while there are any in it; Other is a state that the operator does not know.",
		"sharer", "state")
	sharerHeld = gauge("imageshare_sharer_held_deletions",
		"Deleted ImageShares that take nothing away for now, since they were too many at a time, while there are any.",
		"sharer")
	sharerHeldUntil = gauge("imageshare_sharer_held_deletions_until_timestamp_seconds",
		"When the held deletions are let go without an approval, while there are any.",
		"sharer")
	sharerDeleted = gauge("imageshare_sharer_deleted_timestamp_seconds",
		"When a SharerAccount was deleted that is still there.",
		"sharer")

	sharerMetrics = []*prometheus.Desc{
		sharerReady, sharerCondition, sharerShares, sharerTrusted, sharerTrust, sharerLimit, sharerKeys, sharerHeld, sharerHeldUntil, sharerDeleted,
	}
)

// tellSharer tells of one SharerAccount.
func tellSharer(obj *v1alpha1.SharerAccount, into chan<- prometheus.Metric) {
	t, status := teller{into, []string{obj.Name}}, &obj.Status
	t.conditions(statusOf(obj), sharerReady, sharerCondition)
	t.number(sharerShares, status.ImageShares)
	if status.Role != nil {
		t.role(status.Role)
	}
	if held := &status.HeldDeletions; held.Hash != "" {
		t.tell(sharerHeld, float64(held.Count))
		t.moment(sharerHeldUntil, &held.Until)
	}
	t.moment(sharerDeleted, obj.DeletionTimestamp)
}

// role tells of the encryption role.
func (t teller) role(role *v1alpha1.RoleStatus) {
	t.number(sharerTrusted, role.Trusted)
	t.number(sharerTrust, role.TrustPolicySize)
	switch {
	case role.TrustPolicyRefused > 0:
		t.tell(sharerLimit, float64(role.TrustPolicyRefused), limitRefused)
	case role.TrustPolicySize != nil:
		t.tell(sharerLimit, assumed(*role.TrustPolicySize), limitAssumed)
	}
	states := map[string]int{}
	for _, key := range role.Keys {
		switch {
		case key.State == "":
		case slices.Contains(keyStates, key.State):
			states[string(key.State)]++
		default:
			states[codeOther]++
		}
	}
	for state, count := range states {
		t.tell(sharerKeys, float64(count), state)
	}
}

// number tells a number, if there is one.
func (t teller) number(desc *prometheus.Desc, value *int32) {
	if value != nil {
		t.tell(desc, float64(*value))
	}
}
