// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import "time"

// imageCases are those of alerts on ImageShares.
var imageCases = []alertCase{
	{"ImageShareStalled", "for long", leads + golden + `type="Stalled",reason="ImageNotFound"} 1x30`, 20 * time.Minute, true, ""},
	{"ImageShareStalled", "for a moment", leads + golden + `type="Stalled",reason="ImageNotFound"} 1x30`, 10 * time.Minute, false, ""},
	{"ImageShareStalled", "over a held plan", leads + golden + `type="Stalled",reason="PlanHeld"} 1x30`, 20 * time.Minute, false, ""},
	{"ImageShareStalled", "with a new leader meanwhile", leads +
		`imageshare_condition{namespace="team",name="golden",type="Stalled",reason="ImageNotFound",pod="a"} 1x10 _x30` + "\n" +
		`imageshare_condition{namespace="team",name="golden",type="Stalled",reason="ImageNotFound",pod="b"} _x11 1x30`, 20 * time.Minute, true, ""},

	{"ImageShareStalled", "by turns over this and that", leads + byTurns(golden+`type="Stalled",reason="ImageNotFound"}`, golden+`type="Stalled",reason="NotAllowed"}`), 20 * time.Minute, true, ""},
	{"ImageShareStalled", "over its account, which has alerts of its own", leads + golden + `type="Stalled",reason="SharerAccountNotReady"} 1x60`, 50 * time.Minute, false, ""},
	{"ImageShareStalled", "and deleted, which has an alert of its own", leads + golden + `type="Stalled",reason="ImageClaimed"} 1x60` + "\n" +
		`imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60`, 50 * time.Minute, false, "ImageShareDeletionStuck"},

	{"ImageShareNotReady", "for long", leads + notReady("golden", "CloudUnavailable"), 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "and stalled, which has an alert of its own", leads + notReady("golden", "ImageNotFound") + golden + `type="Stalled",reason="ImageNotFound"} 1x120`, 45 * time.Minute, false, "ImageShareStalled"},
	{"ImageShareNotReady", "since it is suspended", leads + `imageshare_ready{namespace="team",name="golden",status="Unknown",reason="Suspended"} 1x60`, 45 * time.Minute, false, ""},
	{"ImageShareNotReady", "by turns for this and that", leads + byTurns(goldenReady+`reason="Throttled"}`, goldenReady+`reason="CloudUnavailable"}`), 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "by turns for the cloud and for its account", leads + byTurns(goldenReady+`reason="SharerAccountNotReady"}`, goldenReady+`reason="CloudUnavailable"}`), 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "by turns stalled and not", leads + byTurns(goldenReady+`reason="ImageNotFound"}`, goldenReady+`reason="Busy"}`) +
		golden + `type="Stalled",reason="ImageNotFound"} 1x9 stale _x9 1x9 stale _x9 1x9 stale _x9 1x9`, 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "for its account, of which nobody rings", leads + notReady("golden", "SharerAccountNotReady"), 45 * time.Minute, true, ""},
	{"ImageShareNotReady", "for its account, while another rings", leads + notReady("golden", "SharerAccountNotReady") +
		`imageshare_sharer_ready{sharer="other",status="Unknown",reason="CredentialsRejected"} 1x120`, 45 * time.Minute, true, "SharerAccountCredentialsFailing"},
	{"ImageShareNotReady", "where the cloud does not answer one region of ten", leads + notReady("golden", "CloudUnavailable") + answers("ecs", 9), 60 * time.Minute, true, ""},
	{"ImageShareNotReady", "for now and then", leads + goldenReady + `reason="Throttled"} 1x10 stale _x9 1x10 stale _x9 1x10 stale _x9 1x10`, 70 * time.Minute, false, ""},
	{"ImageShareNotReady", "and its plan is held", leads + notReady("golden", "PlanHeld") + golden + `type="Stalled",reason="PlanHeld"} 1x120`, 60 * time.Minute, false, ""},
	{"ImageShareNotReady", "or rather all are, since keys are disabled", leads + notReady("golden", "KeysUnhealthy") + golden + `type="Stalled",reason="KeysUnhealthy"} 1x120` + "\n" +
		`imageshare_sharer_keys{sharer="default",state="Disabled"} 1x120`, 60 * time.Minute, false, "SharerAccountKeysUnhealthy"},
	{"ImageShareNotReady", "by turns", leads + `imageshare_ready{namespace="team",name="golden",status="False",reason="Throttled"} 1x10 stale _x8 1x10 stale _x8 1x10`, 45 * time.Minute, false, ""},

	{"ImageSharePlanHeld", "for long", leads + `imageshare_held_plan_since_timestamp_seconds{namespace="team",name="golden"} 60x300`, 5 * time.Hour, true, ""},
	{"ImageSharePlanHeld", "for an hour", leads + `imageshare_held_plan_since_timestamp_seconds{namespace="team",name="golden"} 60x300`, time.Hour, false, ""},

	{"ImageShareDeletionStuck", "for long", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60`, 40 * time.Minute, true, ""},
	{"ImageShareDeletionStuck", "for a moment", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60`, 20 * time.Minute, false, ""},
	{"ImageShareDeletionStuck", "and held, which has an alert of its own", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x60` + "\n" +
		`imageshare_ready{namespace="team",name="golden",status="False",reason="DeletionHeld"} 1x60`, 40 * time.Minute, false, ""},

	{"ImageShareDeletionStuck", "and was held until a moment ago", leads + `imageshare_deleted_timestamp_seconds{namespace="team",name="golden"} 60x124` + "\n" +
		`imageshare_ready{namespace="team",name="golden",status="False",reason="DeletionHeld"} 1x119 stale` + "\n" +
		`imageshare_ready{namespace="team",name="golden",status="False",reason="Revoking"} _x120 1x5`, 125 * time.Minute, false, ""},

	{"ImageShareDriftCorrectedAgainAndAgain", "every few minutes", leads + `imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"} 0+0.3x90`, 80 * time.Minute, true, ""},
	{"ImageShareDriftCorrectedAgainAndAgain", "once", leads + `imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"} 0x20 1x70`, 80 * time.Minute, false, ""},

	{"ImageShareDriftCorrectedAgainAndAgain", "in twenty objects, all within five minutes", leads + `imageshare_drift_corrections_total{kind="ImageShare",reason="Reverted"} 0x20 4+4x4 20x70`, 90 * time.Minute, false, ""},

	{"ImageShareEditsSlow", "one in a quiet hour", leads + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="300"} 0x9 2x120` + "\n" +
		`imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="3600"} 0x9 2x9 3x110` + "\n" + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="+Inf"} 0x9 2x9 3x110`, 120 * time.Minute, false, ""},
	{"ImageShareEditsSlow", "ten minutes each", leads + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="300"} 0x120` + "\n" +
		`imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="600"} 0+1x120` + "\n" + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="+Inf"} 0+1x120`, 100 * time.Minute, true, ""},
	{"ImageShareEditsSlow", "seconds each", leads + `imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="5"} 0+1x120` + "\n" +
		`imageshare_edit_to_ready_seconds_bucket{kind="ImageShare",le="+Inf"} 0+1x120`, 100 * time.Minute, false, ""},
}
