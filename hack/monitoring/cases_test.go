// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import "time"

// leads keeps the alert silent that nobody is at work.
const leads = `
imageshare_leading{pod="a"} 1x3000
`

// golden is what comes before the labels of a condition.
const golden = `imageshare_condition{namespace="team",name="golden",`

// cases are worlds, each with an alert that rings in it or does not. A series has
// a sample a minute, and time begins at zero.
var cases = []struct {
	alert, what, series string
	after               time.Duration
	fires               bool
	// beside is another alert that rings with good reason.
	beside string
}{
	{"ImageShareStalled", "for long", leads + golden + `type="Stalled",reason="ImageNotFound"} 1x30`, 20 * time.Minute, true, ""},
	{"ImageShareStalled", "for a moment", leads + golden + `type="Stalled",reason="ImageNotFound"} 1x30`, 10 * time.Minute, false, ""},
	{"ImageShareStalled", "over a held plan", leads + golden + `type="Stalled",reason="PlanHeld"} 1x30`, 20 * time.Minute, false, ""},
	{"ImageShareStalled", "with a new leader meanwhile", leads +
		`imageshare_condition{namespace="team",name="golden",type="Stalled",reason="Denied",pod="a"} 1x10 _x30` + "\n" +
		`imageshare_condition{namespace="team",name="golden",type="Stalled",reason="Denied",pod="b"} _x11 1x30`, 20 * time.Minute, true, ""},

	{"ImageShareNotReady", "for long", leads + `imageshare_ready{namespace="team",name="golden",status="False",reason="CloudUnavailable"} 1x60`, 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "and stalled", leads + `imageshare_ready{namespace="team",name="golden",status="False",reason="Denied"} 1x60` + "\n" +
		golden + `type="Stalled",reason="Denied"} 1x60`, 45 * time.Minute, false, ""},
	{"ImageShareNotReady", "since it is suspended", leads + `imageshare_ready{namespace="team",name="golden",status="Unknown",reason="Suspended"} 1x60`, 45 * time.Minute, false, ""},
	{"ImageShareNotReady", "by turns", leads + `imageshare_ready{namespace="team",name="golden",status="False",reason="Throttled"} 1x10 _x9 1x10 _x9 1x10`, 45 * time.Minute, false, ""},

	{"ImageSharePlanHeld", "for long", leads + `imageshare_held_plan_since_timestamp_seconds{namespace="team",name="golden"} 60x300`, 5 * time.Hour, true, ""},
	{"ImageSharePlanHeld", "for an hour", leads + `imageshare_held_plan_since_timestamp_seconds{namespace="team",name="golden"} 60x300`, time.Hour, false, ""},

	{"ImageShareDeletionStuck", "for long", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60`, 40 * time.Minute, true, ""},
	{"ImageShareDeletionStuck", "for a moment", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60`, 20 * time.Minute, false, ""},
	{"ImageShareDeletionStuck", "and held, which has an alert of its own", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60` + "\n" +
		`imageshare_ready{namespace="team",name="golden",status="False",reason="DeletionHeld"} 1x60`, 40 * time.Minute, false, ""},

	{"ImageShareDriftCorrectedAgainAndAgain", "every few minutes", leads + `imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"} 0+0.3x90`, 80 * time.Minute, true, ""},
	{"ImageShareDriftCorrectedAgainAndAgain", "once", leads + `imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"} 0x20 1x70`, 80 * time.Minute, false, ""},

	{"ImageShareEditsSlow", "ten minutes each", leads + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="300"} 0x120` + "\n" +
		`imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="600"} 0+1x120` + "\n" + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="+Inf"} 0+1x120`, 100 * time.Minute, true, ""},
	{"ImageShareEditsSlow", "seconds each", leads + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="5"} 0+1x120` + "\n" +
		`imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="+Inf"} 0+1x120`, 100 * time.Minute, false, ""},

	{"SharerAccountCredentialsFailing", "rejected", leads + `imageshare_sharer_ready{sharer="default",status="Unknown",reason="CredentialsRejected"} 1x30` + "\n" +
		`imageshare_sharer_condition{sharer="default",type="Stalled",reason="CredentialsRejected"} 1x30`, 25 * time.Minute, true, ""},
	{"SharerAccountCredentialsFailing", "another reason", leads + `imageshare_sharer_ready{sharer="default",status="False",reason="RoleClaimed"} 1x30`, 25 * time.Minute, false, ""},

	{"SharerAccountCredentialsNotRenewed", "again and again", leads + `imageshare_cloud_credentials_not_renewed_total 0+1x30`, 20 * time.Minute, true, ""},
	{"SharerAccountCredentialsNotRenewed", "never", leads + `imageshare_cloud_credentials_not_renewed_total 3x30`, 20 * time.Minute, false, ""},

	{"SharerAccountStalled", "over the role", leads + `imageshare_sharer_condition{sharer="default",type="Stalled",reason="RoleClaimed"} 1x30`, 20 * time.Minute, true, ""},
	{"SharerAccountStalled", "not at all", leads + `imageshare_sharer_condition{sharer="default",type="Reconciling",reason="Waiting"} 1x30`, 20 * time.Minute, false, ""},

	{"SharerAccountDeletionsHeld", "21", leads + `imageshare_sharer_held_deletions{sharer="default"} 21x10`, 5 * time.Minute, true, ""},
	{"SharerAccountDeletionsHeld", "none", leads, 5 * time.Minute, false, ""},

	{"SharerAccountKeysUnhealthy", "about to be deleted", leads + `imageshare_sharer_keys{sharer="default",state="PendingDeletion"} 1x30`, 10 * time.Minute, true, ""},
	{"SharerAccountKeysUnhealthy", "all is well", leads + `imageshare_sharer_keys{sharer="default",state="Enabled"} 4x30` + "\n" +
		`imageshare_sharer_keys{sharer="default",state="Unknown"} 1x30`, 10 * time.Minute, false, ""},

	{"SharerAccountTrustPolicyNearLimit", "nearly full", leads + `imageshare_sharer_trust_policy_characters{sharer="default"} 1900x60` + "\n" +
		`imageshare_sharer_trust_policy_limit_characters{sharer="default",basis="Assumed"} 2048x60`, 45 * time.Minute, true, ""},
	{"SharerAccountTrustPolicyNearLimit", "room enough", leads + `imageshare_sharer_trust_policy_characters{sharer="default"} 1900x60` + "\n" +
		`imageshare_sharer_trust_policy_limit_characters{sharer="default",basis="Refused"} 4099x60`, 45 * time.Minute, false, ""},

	{"CloudThrottled", "half of the calls", leads + `imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="Throttled",code="Throttling.User"} 0+5x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+5x90`, 80 * time.Minute, true, ""},
	{"CloudThrottled", "one in a hundred", leads + `imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="Throttled",code="Throttling.User"} 0+1x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+99x90`, 80 * time.Minute, false, ""},

	{"CloudDenied", "to tag", leads + `imageshare_cloud_calls_total{product="ecs",action="TagResources",outcome="Denied",code="Forbidden.RAM"} 0+0.2x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+5x90`, 80 * time.Minute, true, ""},
	{"CloudDenied", "to look at a key, which it can do without", leads + `imageshare_cloud_calls_total{product="kms",action="DescribeKey",outcome="Denied",code="Forbidden.NoPermission"} 0+1x90`, 80 * time.Minute, false, ""},

	{"CloudUnreachable", "no answer", leads + `imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="Unavailable",code="None"} 0+4x60`, 40 * time.Minute, true, ""},
	{"CloudUnreachable", "now and then", leads + `imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="Unavailable",code="None"} 0+1x60` + "\n" +
		`imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="OK",code="OK"} 0+9x60`, 40 * time.Minute, false, ""},

	{"ImageShareOperatorNobodyLeads", "gone", `imageshare_leading{pod="a"} 1x3 _x30`, 20 * time.Minute, true, ""},
	{"ImageShareOperatorNobodyLeads", "all wait", `imageshare_leading{pod="a"} 0x30`, 20 * time.Minute, true, ""},
	{"ImageShareOperatorNobodyLeads", "another has taken over", `imageshare_leading{pod="a"} 1x10 0x30` + "\n" + `imageshare_leading{pod="b"} 0x11 1x30`, 20 * time.Minute, false, ""},

	{"ImageShareOperatorErrors", "most", leads + `controller_runtime_reconcile_errors_total{controller="imageshare"} 0+6x90` + "\n" +
		`controller_runtime_reconcile_total{controller="imageshare",result="error"} 0+6x90` + "\n" +
		`controller_runtime_reconcile_total{controller="imageshare",result="requeue_after"} 0+4x90`, 80 * time.Minute, true, ""},
	{"ImageShareOperatorErrors", "few", leads + `controller_runtime_reconcile_errors_total{controller="imageshare"} 0+1x90` + "\n" +
		`controller_runtime_reconcile_total{controller="imageshare",result="error"} 0+1x90` + "\n" +
		`controller_runtime_reconcile_total{controller="imageshare",result="requeue_after"} 0+9x90`, 80 * time.Minute, false, ""},

	{"ImageShareOperatorPanics", "once", leads + `controller_runtime_reconcile_panics_total{controller="imageshare"} 0x5 1x30`, 10 * time.Minute, true, ""},
	{"ImageShareOperatorPanics", "never", leads + `controller_runtime_reconcile_panics_total{controller="imageshare"} 0x35`, 10 * time.Minute, false, ""},
}
