// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	"slices"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// What was never heard of: the operator's watches are held back, lost before they
// could tell anything, and there are new lists. What was deleted and made anew
// under its name looks like a change then, and may be of the same generation. No
// routine look comes to the rescue.
func TestUnheardEvents(t *testing.T) {
	t.Parallel()
	cluster := stage.StartCluster(t)
	p := newPlay(t, cluster, slices.DeleteFunc(tales(), func(one tale) bool {
		return one.attended || one.old != nil || one.needsLook
	}))
	o := p.NewOperator("one", "--resync-interval=10m")
	p.declare()
	o.Start()
	p.Until("all has begun", p.begun)
	p.mark()
	release := o.Proxy.StallWatches()
	defer release()
	p.each(since)
	p.each(drift)
	o.Proxy.LoseWatches("imageshares", "shareraccounts", "namespaces")
	release()
	p.Until("all has come to its end", p.hold)
	p.judge()
	record := p.Record()
	record.Settled, record.Secrets = true, append(record.Secrets, secrets()...)
	p.MustHold(record)
}
