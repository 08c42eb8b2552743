// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// What is promised of a second replica: how long after the first was asked to
// stop, or was gone without a word, it has carried out what was waiting.
const (
	afterStop  = 5 * time.Second
	afterDeath = 20 * time.Second
)

// duo is two operators, of which the first leads.
type duo struct {
	*stage.Stage
	t        testing.TB
	one, two *stage.Operator
}

func newDuo(t testing.TB, cluster *stage.Cluster, accounts ...string) *duo {
	t.Helper()
	d := &duo{Stage: stage.Set(t, cluster, stage.World()), t: t}
	d.one, d.two = d.NewOperator("one", "--leader-elect"), d.NewOperator("two", "--leader-elect")
	d.MustCreate(stage.Draft(stage.TeamA, "golden", stage.Plain, accounts...))
	return d
}

// lead has the first lead, and the second wait.
func (d *duo) lead() {
	d.t.Helper()
	d.one.Start()
	d.Rest("the first has shared the image", d.AllReady)
	d.two.Start()
	d.Until("the second waits", func() error {
		if !d.two.Waits() {
			return errors.New("it has not asked for the lease")
		}
		return nil
	})
}

// declare changes whom the image is shared with.
func (d *duo) declare(accounts ...string) {
	d.t.Helper()
	d.MustEdit(stage.TeamA, "golden", func(obj *v1alpha1.ImageShare) { obj.Spec.Sharees.AccountIDs = stage.AccountIDs(accounts...) })
}

// has is an error while others have the image.
func (d *duo) has(accounts ...string) func() error {
	return func() error {
		if has := slices.Sorted(slices.Values(d.Cloud.Sharees(stage.Region, stage.Plain))); !slices.Equal(has, accounts) {
			return fmt.Errorf("%s have the image", has)
		}
		return nil
	}
}

// conclude waits until all is at rest, and judges.
func (d *duo) conclude() {
	d.t.Helper()
	quiet := d.Rest("all is Ready", d.AllReady)
	record := d.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	d.MustHold(record)
}

// A second replica takes over.
func TestFailover(t *testing.T) {
	t.Parallel()
	cluster := stage.StartCluster(t)
	for _, play := range []struct {
		name   string
		within time.Duration
		end    func(*duo)
	}{
		{"when the first is asked to stop", afterStop, func(d *duo) {
			if took, err := d.one.Stop(promptly); err != nil {
				t.Errorf("after %s: %v", took, err)
			}
		}},
		{"when the first is gone without a word", afterDeath, func(d *duo) { d.one.Kill() }},
	} {
		t.Run(play.name, func(t *testing.T) {
			d := newDuo(t, cluster, stage.Sharee(1))
			d.lead()
			d.one.Proxy.Sever(true) // It does not carry out what comes now.
			d.declare(stage.Sharee(1), stage.Sharee(2))
			d.one.Proxy.Sever(false)
			start := time.Now()
			play.end(d)
			d.declare(stage.Sharee(2), stage.Sharee(3))
			d.Until("the second has carried out what was waiting", d.has(stage.Sharee(2), stage.Sharee(3)))
			took := time.Since(start)
			t.Logf("the second had carried out what was waiting after %s", took.Round(10*time.Millisecond))
			if took > play.within {
				t.Errorf("that is more than %s", play.within)
			}
			d.conclude()
		})
	}
}

// A leader that was paused, between two batches of a grant, until another led and
// somebody had taken sharees back, does not go on with what it was about to do.
func TestPause(t *testing.T) {
	t.Parallel()
	d := newDuo(t, stage.StartCluster(t), stage.Sharees(1, 12)...)
	paused := make(chan struct{})
	pause := sync.OnceFunc(func() {
		d.one.Pause()
		close(paused)
	})
	d.At(func(p stage.Point) bool {
		if p.Call == "ModifyImageSharePermission" && p.After {
			pause()
		}
		return true
	})
	d.one.Start()
	<-paused
	leader := d.Leader()
	d.At(nil)
	d.two.Start()
	d.Until("another leads", func() error {
		if now := d.Leader(); now == "" || now == leader {
			return fmt.Errorf("it is %q", now)
		}
		return nil
	})
	d.declare(stage.Sharees(2, 10)...)
	d.Rest("the second has carried it out", d.AllReady)
	before := len(d.Cloud.Journal())
	d.one.Resume()
	d.Until("the first is gone", func() error {
		if d.one.Running() {
			return errors.New("it runs")
		}
		return nil
	})
	d.conclude()
	for _, entry := range d.Cloud.Journal()[before:] {
		t.Errorf("written after the pause: %+v", entry)
	}
	if err := d.has(stage.Sharees(2, 10)...)(); err != nil {
		t.Error(err)
	}
}
