// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// promptly is how long the operator may take to stop.
const promptly = 5 * time.Second

// interruption is where the operator is asked to stop.
type interruption struct {
	name, image string
	// call is the call at which it is; after says that the cloud has carried it
	// out, and hangs that it is not answered.
	call         string
	after, hangs bool
}

// Asked to stop in the middle of its work, the operator stops promptly. What it
// has sent stands in a ledger by then, and the next one carries it to its end.
func TestStop(t *testing.T) {
	t.Parallel()
	cluster := stage.StartCluster(t)
	for _, at := range []interruption{
		{"while a look at an image hangs", stage.Plain, "DescribeImageSharePermission", false, true},
		{"while a grant hangs that is not carried out", stage.Plain, "ModifyImageSharePermission", false, true},
		{"while a grant hangs that is carried out", stage.Plain, "ModifyImageSharePermission", true, true},
		{"between two batches of a grant", stage.Plain, "ModifyImageSharePermission", true, false},
		{"while the encryption role is made", stage.Encrypted, "CreateRole", true, true},
		{"while the encryption role is changed", stage.Encrypted, "AttachPolicyToRole", true, true},
	} {
		t.Run(at.name, func(t *testing.T) { at.play(t, stage.Set(t, cluster, stage.World())) })
	}
}

func (i interruption) play(t *testing.T, s *stage.Stage) {
	address := s.FreeAddress()
	o := s.NewOperator("one", "--metrics-bind-address="+address, "--metrics-secure=false")
	met, over := make(chan struct{}), make(chan struct{})
	meet := sync.OnceFunc(func() { close(met) })
	s.At(func(p stage.Point) bool {
		if p.Call != i.call || p.After != i.after {
			return true
		}
		meet()
		if i.hangs {
			<-over
		}
		return !i.hangs
	})
	s.MustCreate(stage.Draft(stage.TeamA, "golden", i.image, stage.Sharees(1, 12)...))
	o.Start()
	s.Until("it is in the middle", func() error {
		select {
		case <-met:
			return nil
		default:
			return errors.New("it has not come there")
		}
	})
	took, err := o.Stop(promptly)
	close(over)
	if err != nil {
		t.Errorf("after %s: %v", took, err)
	}
	t.Logf("stopped in %s", took.Round(time.Millisecond))
	mustBeRecorded(t, s, i.image)
	s.At(nil)
	o.Start()
	quiet := s.Rest("all is Ready", s.AllReady)
	if _, err := s.Metrics(address); err != nil {
		t.Fatal(err)
	}
	record := s.Record()
	record.Settled, record.Quiet = true, []witness.Span{quiet}
	s.MustHold(record)
}

// mustBeRecorded fails the test when somebody has an image, or is trusted by the
// encryption role, and no status says so.
func mustBeRecorded(t *testing.T, s *stage.Stage, image string) {
	t.Helper()
	obj := s.Get(stage.TeamA, "golden")
	for _, account := range s.Cloud.Sharees(stage.Region, image) {
		if _, recorded := obj.Status.Ledger[account]; !recorded {
			t.Errorf("%s has the image, and the ledger does not say so: %v", account, obj.Status.Ledger)
		}
	}
	var sharer v1alpha1.SharerAccount
	if err := s.Kube.Get(s.Context(), client.ObjectKey{Name: "default"}, &sharer); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(sharer.Status.Role)
	if err != nil {
		t.Fatal(err)
	}
	role, _ := s.Cloud.Role(stage.SharerID, stage.RoleName)
	for _, account := range stage.Sharees(1, 12) {
		if strings.Contains(role.Trust, account) && !strings.Contains(string(text), account) {
			t.Errorf("the role trusts %s, and the SharerAccount does not say so: %s", account, text)
		}
	}
}
