// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// calls lets the operator call an API so many times, one after another.
func (s *tale) calls(n int, every time.Duration, c simcloud.Call) *tale {
	for range n {
		c.Seq, c.Time = len(s.rec.Calls)+1, s.now
		if c.Account == "" {
			c.Account = owner
		}
		if c.Product == "" {
			c.Product, c.Region = "Ecs", region
		}
		s.rec.Calls = append(s.rec.Calls, c)
		s.wait(every)
	}
	return s
}

func TestNoCallIsOutsideItsBudget(t *testing.T) {
	add, read := simcloud.Call{Action: "ModifyImageSharePermission"}, simcloud.Call{Action: "DescribeImages"}
	wrong := func(action string) []string {
		return []string{string(LawBudget) + ": " + action + " " + region + " " + owner}
	}
	elsewhere, strangers, further := add, add, read
	elsewhere.Product, elsewhere.Region = "Ecs", "cn-beijing"
	strangers.AccessKey, further.Continued = "stranger", true
	judge(t, []ending{
		{"a burst", func(s *tale) { s.calls(20, 0, add) }, nil},
		{"a burst, and what comes in by the rate", func(s *tale) { s.calls(20, 0, add).calls(50, 200*time.Millisecond, add) }, nil},
		{"more than a burst", func(s *tale) { s.calls(24, 0, add) }, wrong("ModifyImageSharePermission")},
		{"more than the rate, for long", func(s *tale) { s.calls(100, 150*time.Millisecond, add) }, wrong("ModifyImageSharePermission")},
		{"a second burst when the first has come in again", func(s *tale) { s.calls(20, 0, add).wait(4*time.Second).calls(20, 0, add) }, nil},
		{"a second burst too early", func(s *tale) { s.calls(20, 0, add).wait(2*time.Second).calls(20, 0, add) }, wrong("ModifyImageSharePermission")},
		{"two regions", func(s *tale) { s.calls(20, 0, add).calls(20, 0, elsewhere) }, nil},
		{"a stranger's", func(s *tale) { s.rec.Strangers = []string{"stranger"}; s.calls(100, 0, strangers) }, nil},
		{"a process that was started in between", func(s *tale) {
			s.rec.Processes = []Process{{Stopped: s.now.Add(time.Second)}, {Started: s.now.Add(time.Second)}}
			s.calls(20, 0, add).wait(time.Second).calls(20, 0, add)
		}, nil},
		{"a process that has ended before", func(s *tale) {
			s.rec.Processes = []Process{{Stopped: s.now}, {Started: s.now}}
			s.wait(time.Second).calls(30, 0, add)
		}, wrong("ModifyImageSharePermission")},
		{"two accounts, which ask STS with one key", func(s *tale) {
			s.second().calls(40, 0, simcloud.Call{Product: "Sts", Action: "AssumeRole"})
		}, nil},
		{"two accounts, each of which has its own budget of all else", func(s *tale) { s.second().calls(30, 0, add) }, wrong("ModifyImageSharePermission")},
		{"a smaller budget", func(s *tale) { s.rec.Budget = Budget{Rate: 1, Burst: 2}; s.calls(4, 0, add) }, wrong("ModifyImageSharePermission")},
		{"reads that complete looks", func(s *tale) { s.calls(60, 0, read) }, nil},
		{"reads that complete nothing", func(s *tale) { s.calls(80, 0, read) }, wrong("DescribeImages")},
		{"reads that follow a write", func(s *tale) { s.calls(1, 0, add).calls(70, 0, read) }, nil},
		{"further pages", func(s *tale) { s.calls(200, 0, further) }, nil},
	})
}

// second makes a second SharerAccount.
func (s *tale) second() *tale {
	s.tick()
	obj := &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "second"}, Spec: v1alpha1.SharerAccountSpec{AccountID: "1000000000000002"}}
	s.put(sharerVersion(obj, s.now))
	return s
}
