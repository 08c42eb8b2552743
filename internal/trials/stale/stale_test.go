// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stale

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// blind is how long a stale operator acts on what it sees, at least.
const blind = 3 * time.Second

// perspective is how an operator comes to be stale.
type perspective struct {
	name string
	// kinds are what it sees late; all if there are none.
	kinds []string
	// play brings it about, and answers what ends it.
	play func(*play, perspective) (catchUp func())
	// alone says that nobody acts on what has become of the tales before the
	// stale operator does.
	alone bool
	// late says that the operator is at work all the time.
	late bool
	// always says that it is part of the fast form.
	always bool
}

func perspectives() []perspective {
	shares, sharers := []string{"imageshares"}, []string{"shareraccounts"}
	return []perspective{
		{name: "after a failover that nobody minded", play: failover, alone: true, always: true},
		{name: "after a failover", play: handover, always: true},
		{name: "after a failover, ImageShares only", kinds: shares, play: failover, alone: true},
		{name: "after a failover, SharerAccounts only", kinds: sharers, play: failover, alone: true},
		{name: "by late watches", play: late, late: true, alone: true},
		{name: "by late watches, ImageShares only", kinds: shares, play: late, late: true, alone: true},
		{name: "by late watches, SharerAccounts only", kinds: sharers, play: late, late: true, alone: true},
		{name: "by a list of the past", play: thrownBack},
		{name: "by a list of the past, ImageShares only", kinds: shares, play: thrownBack},
		{name: "by a list of the past, SharerAccounts only", kinds: sharers, play: thrownBack},
	}
}

// Time travel, and late news. STALE=all plays every perspective.
func TestAStaleView(t *testing.T) {
	t.Parallel()
	cluster := stage.StartCluster(t)
	for _, from := range perspectives() {
		t.Run(from.name, func(t *testing.T) {
			if !from.always && os.Getenv("STALE") != "all" {
				t.Skip("set STALE=all to play it")
			}
			p := newPlay(t, cluster, slices.DeleteFunc(tales(), func(one tale) bool { return from.leavesOut(one) }))
			catchUp := from.play(p, from)
			defer catchUp()
			p.actBlindly()
			catchUp()
			p.conclude()
		})
	}
}

// leavesOut says that a tale cannot be told from a perspective.
func (from perspective) leavesOut(one tale) bool {
	if from.late && slices.Equal(from.kinds, []string{"shareraccounts"}) && one.old != nil {
		return true // It would be acted on before it is old.
	}
	if from.alone {
		return one.attended
	}
	return one.old != nil && !one.attended
}

// begin tells the tales up to where nobody is stale, with an operator that sees
// everything.
func (p *play) begin(o *stage.Operator) {
	p.t.Helper()
	p.declare()
	o.Start()
	p.Rest("all has begun", p.begun)
}

func (p *play) declare() {
	p.t.Helper()
	for _, one := range p.tales {
		if len(one.found) > 0 {
			p.byHand(one.imageID(), one.found, nil)
		}
		for _, step := range one.declared {
			step(p, one)
		}
	}
}

// begun is an error while an ImageShare was not looked at as it is.
func (p *play) begun() error {
	for _, one := range p.tales {
		if obj := p.Get(one.team(), one.object()); obj != nil {
			if obj.Status.ObservedGeneration != obj.Generation {
				return fmt.Errorf("%s: generation %d was not looked at", one.name, obj.Generation)
			}
			if obj.DeletionTimestamp != nil && one.sharer != frozen {
				return fmt.Errorf("%s: it is being deleted", one.name)
			}
			if meta.IsStatusConditionTrue(obj.Status.Conditions, v1alpha1.ConditionReconciling) {
				return fmt.Errorf("%s: there is something to do", one.name)
			}
		}
	}
	return nil
}

func (p *play) each(step func(tale) func(*play, tale)) {
	for _, one := range p.tales {
		if tell := step(one); tell != nil {
			tell(p, one)
		}
	}
}

func old(one tale) func(*play, tale)   { return one.old }
func since(one tale) func(*play, tale) { return one.since }
func drift(one tale) func(*play, tale) { return one.drift }

// failover: what has become of the tales nobody was there to see, and the one
// that takes over sees it late.
func failover(p *play, from perspective) func() {
	one := p.NewOperator("one", "--leader-elect")
	p.begin(one)
	p.mustStop(one)
	p.each(old)
	version := p.Version()
	p.each(since)
	p.each(drift)
	return p.startLate(from, version)
}

// handover: the former leader has carried out what has become of the tales, and
// the one that takes over sees what was before.
func handover(p *play, from perspective) func() {
	one := p.NewOperator("one", "--leader-elect")
	p.begin(one)
	p.mustStop(one)
	p.each(old)
	version := p.Version()
	one.Start()
	p.each(since)
	p.Rest("all has become", p.begun)
	p.mustStop(one)
	p.each(drift)
	return p.startLate(from, version)
}

// startLate starts the second operator, which sees what was before.
func (p *play) startLate(from perspective, version string) func() {
	p.mark()
	two := p.NewOperator("two", "--leader-elect")
	two.Proxy.ShowPast(version, from.kinds...)
	release := two.Proxy.StallWatches(from.kinds...)
	two.Start()
	return func() { two.Proxy.ShowPast(""); release() }
}

// late: the watches of a lone operator tell nothing for a while.
func late(p *play, from perspective) func() {
	o := p.NewOperator("one")
	p.begin(o)
	p.mark()
	release := o.Proxy.StallWatches(from.kinds...)
	p.each(old)
	p.each(since)
	p.each(drift)
	return release
}

// thrownBack: a lone operator has carried everything out, loses its watches, and
// is shown an old list.
func thrownBack(p *play, from perspective) func() {
	o := p.NewOperator("one")
	p.begin(o)
	p.mustStop(o)
	p.each(old)
	version := p.Version()
	o.Start()
	p.each(since)
	p.Rest("all has become", p.begun)
	p.mark()
	release := o.Proxy.StallWatches(from.kinds...)
	o.Proxy.ShowPast(version, from.kinds...)
	lost := from.kinds
	if len(lost) == 0 {
		lost = []string{"imageshares", "shareraccounts", "namespaces"}
	}
	o.Proxy.LoseWatches(lost...)
	p.each(drift)
	return func() { o.Proxy.ShowPast(""); release() }
}

func (p *play) mustStop(o *stage.Operator) {
	p.t.Helper()
	if took, err := o.Stop(10 * time.Second); err != nil {
		p.t.Fatalf("after %s: %v", took, err)
	}
}

// actBlindly lets the operator act on what it sees for a while.
func (p *play) actBlindly() {
	p.t.Helper()
	from := time.Now()
	before := p.Cloud.CountCalls("DescribeImageSharePermission")
	p.Until("it has acted on what it sees", func() error {
		n := p.Cloud.CountCalls("DescribeImageSharePermission") - before
		if n < 2*len(p.tales) || time.Since(from) < blind {
			return fmt.Errorf("%d looks", n)
		}
		return nil
	})
}

// conclude waits until all is as the tales say, and judges all that has happened.
func (p *play) conclude() {
	p.t.Helper()
	quiet := p.Rest("all has come to its end", p.hold)
	p.judge()
	record := p.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	record.Secrets = append(record.Secrets, secrets()...)
	p.MustHold(record)
}

// mark notes that what the cloud writes from now on is judged.
func (p *play) mark() {
	if journal := p.Cloud.Journal(); len(journal) > 0 {
		p.told = journal[len(journal)-1].Seq
	}
}
