// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// alertCase is a world in which an alert rings after some time, or does not. A
// series has a sample a minute, and time begins at zero.
type alertCase struct {
	alert, what, series string
	after               time.Duration
	fires               bool
	// beside is another alert that rings with good reason; there must be no
	// third.
	beside string
}

// cases are those of all alerts.
var cases = slices.Concat(imageCases, accountCases, cloudCases, operatorCases)

// leads keeps the alert silent that nobody is at work.
const leads = `
imageshare_leading{pod="a"} 1x3000
`

// What comes before the reason of a condition of the image golden, and before
// that of its account.
const (
	golden      = `imageshare_condition{namespace="team",name="golden",`
	goldenReady = `imageshare_ready{namespace="team",name="golden",sharer="default",status="False",`
	sharerReady = `imageshare_sharer_ready{sharer="default",status="Unknown",`
)

// notReady is an image of the account default that is not Ready for long.
func notReady(name, reason string) string {
	return strings.Replace(goldenReady, "golden", name, 1) + `reason="` + reason + "\"} 1x190\n"
}

// byTurns are two series, of which one is there for four minutes, then the
// other.
func byTurns(one, other string) string {
	turns := strings.Repeat("1x3 stale _x3 ", 15) + "\n"
	return one + " " + turns + other + " _x4 " + turns
}

// answers are calls for a product of which so many are answered for each that is
// not.
func answers(product string, well int) string {
	return fmt.Sprintf(`imageshare_cloud_calls_total{product=%[1]q,action="A",outcome="OK",code="OK"} 0+%[2]dx190
		imageshare_cloud_calls_total{product=%[1]q,action="A",outcome="Unavailable",code="None"} 0+1x190
		`, product, well)
}

// refused are calls for a product of which one half is refused.
func refused(product, outcome string) string {
	return fmt.Sprintf(`imageshare_cloud_calls_total{product=%[1]q,action="A",outcome="OK",code="OK"} 0+5x190
		imageshare_cloud_calls_total{product=%[1]q,action="A",outcome=%[2]q,code="C"} 0+5x190
		`, product, outcome)
}

// operatorCases are those of the operator itself.
var operatorCases = []alertCase{
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

	{"ImageShareOperatorRestarts", "every ten minutes", leads + `process_start_time_seconds{pod="a"} 0x9 600x9 1200x9 1800x9 2400x9`, 45 * time.Minute, true, ""},
	{"ImageShareOperatorRestarts", "once", leads + `process_start_time_seconds{pod="a"} 0x9 600x60`, 60 * time.Minute, false, ""},
	{"ImageShareOperatorRestarts", "of another program", leads + `process_start_time_seconds{pod="z"} 0x9 600x9 1200x9 1800x9 2400x9`, 45 * time.Minute, false, ""},
}
