// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// What an operator's caches are shown. It is seen by what the operator does: it
// looks at an image if it knows of an ImageShare of it.
func TestTheViewOfTheOperator(t *testing.T) {
	cluster := stage.StartCluster(t)
	t.Run("an old list, of the one kind or of all, until the watches catch up", func(t *testing.T) {
		s := stage.Set(t, cluster, stage.World())
		s.MustCreate(stage.Draft(stage.TeamA, "gone", stage.Plain, stage.Sharee(1)))
		version := s.Version()
		s.MustDelete(stage.TeamA, "gone")
		s.MustCreate(stage.Draft(stage.TeamA, "fresh", stage.Second, stage.Sharee(2)))
		o := s.NewOperator("late")
		var held atomic.Int64
		s.At(func(p stage.Point) bool {
			if p.Call == "PATCH imageshares" && p.After {
				held.Add(1)
			}
			return true
		})
		o.Proxy.ShowPast(version, "imageshares")
		release := o.Proxy.StallWatches("imageshares")
		defer release()
		o.Start()
		s.Until("it tries to hold the one that is gone", func() error {
			if n := held.Load(); n < 3 {
				return fmt.Errorf("%d times", n)
			}
			return nil
		})
		if n := looks(s, stage.Second); n != 0 {
			t.Errorf("it has heard of the new one: %d looks at its image", n)
		}
		release()
		s.Until("it looks at the image of the new one", looked(s, stage.Second, 1))
		mustRest(s, "the new one is Ready")
	})
	t.Run("news of one kind are held back, and those of others not", func(t *testing.T) {
		s := stage.Set(t, cluster, stage.World())
		o := s.NewOperator("deaf")
		o.Start()
		s.MustCreate(stage.Draft(stage.TeamA, "first", stage.Plain, stage.Sharee(1)))
		s.Until("the first is Ready", s.AllReady)
		release := o.Proxy.StallWatches("imageshares")
		defer release()
		s.MustCreate(stage.Draft(stage.TeamA, "second", stage.Second, stage.Sharee(2)))
		before := looks(s, stage.Plain)
		s.Until("it looks at what it knows", looked(s, stage.Plain, before+3))
		if n := looks(s, stage.Second); n != 0 {
			t.Errorf("it has heard of the second: %d looks at its image", n)
		}
		release()
		mustRest(s, "the second is Ready too")
	})
	t.Run("a watch that is lost is not taken up: there is a new list, which can be of the past", func(t *testing.T) {
		s := stage.Set(t, cluster, stage.World())
		o := s.NewOperator("forgetful", "--resync-interval=10m")
		o.Start()
		s.MustCreate(stage.Draft(stage.TeamA, "golden", stage.Plain, stage.Sharee(1)))
		s.Until("all is Ready", s.AllReady)
		version := s.Version()
		s.MustCreate(stage.Draft(stage.TeamA, "other", stage.Second, stage.Sharee(2)))
		s.Until("all is Ready", s.AllReady)
		s.MustDelete(stage.TeamA, "other")
		s.Until("it is let go", s.Gone(stage.TeamA, "other"))
		before := looks(s, stage.Second)
		release := o.Proxy.StallWatches("imageshares")
		defer release()
		s.MustCreate(stage.Draft(stage.TeamA, "unheard", stage.Second, stage.Sharee(3)))
		o.Proxy.LoseWatches("imageshares")
		s.Until("it has heard of it by a new list", looked(s, stage.Second, before+1))
		s.Until("the unheard is Ready", func() error { return s.Ready(stage.TeamA, "unheard") })
		again := o.Proxy.StallWatches("imageshares")
		defer again()
		before = looks(s, stage.Second)
		o.Proxy.ShowPast(version, "imageshares")
		o.Proxy.LoseWatches("imageshares")
		s.MustDelete(stage.TeamA, "unheard")
		_ = s.WithinOrNot(2*time.Second, looked(s, stage.Second, before+1))
		if s.Get(stage.TeamA, "unheard") == nil {
			t.Error("it has heard of the deletion")
		}
		again()
		release()
		s.Until("the unheard is let go", s.Gone(stage.TeamA, "unheard"))
	})
}

func looks(s *stage.Stage, image string) int {
	count := 0
	for _, c := range s.Cloud.Calls() {
		if c.Action == "DescribeImageSharePermission" && c.Image == image {
			count++
		}
	}
	return count
}

func looked(s *stage.Stage, image string, times int) func() error {
	return func() error {
		if n := looks(s, image); n < times {
			return fmt.Errorf("%d looks at %s", n, image)
		}
		return nil
	}
}

func mustRest(s *stage.Stage, what string) {
	quiet := s.Rest(what, s.AllReady)
	record := s.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	s.MustHold(record)
}
