// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

var errStill = errors.New("it still runs")

// The stage itself: an operator can be killed at a point, started anew, stopped,
// shown the past, and what it did is on record.
func TestTheStage(t *testing.T) {
	cluster := stage.StartCluster(t)
	t.Run("kills the operator at a point and starts it anew", func(t *testing.T) {
		s := stage.Set(t, cluster, stage.World())
		o := s.NewOperator("one")
		var mu sync.Mutex
		var met []string
		kill := sync.OnceFunc(o.Kill)
		s.At(func(p stage.Point) bool {
			mu.Lock()
			defer mu.Unlock()
			met = append(met, p.String())
			if p.Call == "ModifyImageSharePermission" && p.After {
				kill()
				return false
			}
			return true
		})
		s.MustCreate(stage.Draft(stage.TeamA, "golden", stage.Plain, stage.Sharees(1, 12)...))
		o.Start()
		s.Until("it is killed", func() error {
			if o.Running() {
				return errStill
			}
			return nil
		})
		if n := len(s.Cloud.Sharees(stage.Region, stage.Plain)); n != 10 {
			t.Errorf("%d accounts were granted before it was killed, not the first ten", n)
		}
		s.At(nil)
		o.Start()
		quiet := s.Rest("all is Ready", s.AllReady)
		if n := len(s.Cloud.Sharees(stage.Region, stage.Plain)); n != 12 {
			t.Errorf("%d accounts were granted, not twelve", n)
		}
		for _, want := range []string{"after ModifyImageSharePermission #1 (cloud)", "before PATCH imageshares/status #1 (cluster)"} {
			if !slices.Contains(met, want) {
				t.Errorf("the gate did not meet %q in %s", want, strings.Join(met, "\n"))
			}
		}
		if took, err := o.Stop(10 * time.Second); err != nil {
			t.Errorf("after %s: %v", took, err)
		}
		record := s.Record()
		record.Settled, record.Quiet = true, []witness.Span{quiet}
		s.MustHold(record)
	})
}
