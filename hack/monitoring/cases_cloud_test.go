// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import "time"

// cloudCases are those of alerts on the cloud.
var cloudCases = []alertCase{
	{"CloudThrottled", "half of the calls", leads + `imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="Throttled",code="Throttling.User"} 0+5x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+5x90`, 80 * time.Minute, true, ""},
	{"CloudThrottled", "half of the calls, with two images and an account", leads + refused("ecs", "Throttled") + refused("sts", "Throttled") +
		notReady("golden", "Throttled") + notReady("silver", "Throttled") + sharerReady + `reason="Throttled"} 1x190`, 90 * time.Minute, true, ""},
	{"CloudThrottled", "one call of few", leads + `imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="Throttled",code="Throttling.User"} 0x20 1x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+0.2x110`, 110 * time.Minute, false, ""},
	{"CloudThrottled", "one in a hundred", leads + `imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="Throttled",code="Throttling.User"} 0+1x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+99x90`, 80 * time.Minute, false, ""},

	{"CloudDenied", "to tag", leads + `imageshare_cloud_calls_total{product="ecs",action="TagResources",outcome="Denied",code="Forbidden.RAM"} 0+0.2x90` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="DescribeImages",outcome="OK",code="OK"} 0+5x90`, 80 * time.Minute, true, ""},
	{"CloudDenied", "by turns with this code and that", leads + `imageshare_cloud_calls_total{product="ecs",action="TagResources",outcome="Denied",code="Forbidden.RAM"} 0x19 1x34 2x34` + "\n" +
		`imageshare_cloud_calls_total{product="ecs",action="TagResources",outcome="Denied",code="NoPermission"} 0x36 1x34 2x34`, 75 * time.Minute, true, ""},
	{"CloudDenied", "from the first look on, every five minutes, with two images", leads +
		`imageshare_cloud_calls_total{product="ecs",action="ModifyImageSharePermission",outcome="Denied",code="Forbidden.RAM"} 1x4 2x4 3x4 4x4 5x4 6x4 7x4 8x4 9x4 10x4 11x4 12x4` + "\n" +
		notReady("golden", "Denied") + notReady("silver", "Denied") + golden + `type="Stalled",reason="Denied"} 1x120`, 55 * time.Minute, true, ""},
	{"CloudDenied", "once", leads + `imageshare_cloud_calls_total{product="ecs",action="TagResources",outcome="Denied",code="Forbidden.RAM"} 0x20 1x70`, 80 * time.Minute, false, ""},
	{"CloudDenied", "to look at a key, which it can do without", leads + `imageshare_cloud_calls_total{product="kms",action="DescribeKey",outcome="Denied",code="Forbidden.NoPermission"} 0+1x90`, 80 * time.Minute, false, ""},

	{"CloudUnreachable", "no answer", leads + `imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="Unavailable",code="None"} 0+4x60`, 40 * time.Minute, true, ""},
	{"CloudUnreachable", "no answer, with two images, their account, and looks that fail", leads + answers("sts", 0) + answers("ecs", 0) +
		notReady("golden", "CloudUnavailable") + notReady("silver", "SharerAccountNotReady") + sharerReady + `reason="CloudUnavailable"} 1x190` + "\n" +
		`controller_runtime_reconcile_errors_total{controller="imageshare"} 0+6x190` + "\n" + `controller_runtime_reconcile_total{controller="imageshare",result="error"} 0+6x190`, 90 * time.Minute, true, ""},
	{"CloudUnreachable", "one call of few", leads + `imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="Unavailable",code="None"} 0x20 1x60` + "\n" +
		`imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="OK",code="OK"} 5x60`, 80 * time.Minute, false, ""},
	{"CloudUnreachable", "now and then", leads + `imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="Unavailable",code="None"} 0+1x60` + "\n" +
		`imageshare_cloud_calls_total{product="ram",action="GetRole",outcome="OK",code="OK"} 0+9x60`, 40 * time.Minute, false, ""},
}
