// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// What the soak asks for: in the last third of the run the process must not
// stand higher than in the first by more than this. A tenth of a run is left for
// warming up.
const (
	marginShare      = 0.15
	marginMemory     = 8 << 20
	marginGoroutines = 8
)

// samples is how often the process is looked at in a soak.
const samples = 90

// Memory is flat over a soak with edits, drift and faults. SOAK=1h (or any other
// duration) runs it: an hour is what is promised.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil || length <= 0 {
		t.Skip("set SOAK=1h to run it: make soak does")
	}
	s := stage.Set(t, stage.StartCluster(t), stage.World())
	address := s.FreeAddress()
	o := s.NewOperator("soaked", "--kubeconfig="+s.Direct(), "--metrics-bind-address="+address, "--metrics-secure=false")
	o.Start()
	c := &churn{Stage: s, dice: rand.New(rand.NewPCG(1, 2))}
	c.MustEditSharer(func(obj *v1alpha1.SharerAccount) {
		obj.Spec.Limits = v1alpha1.Limits{Deletions: 100000, RevocationsPerImage: 1000}
	})
	var levels []level
	start, next := time.Now(), time.NewTicker(400*time.Millisecond)
	defer next.Stop()
	for time.Since(start) < length {
		<-next.C
		c.turn()
		if time.Since(start) < time.Duration(len(levels))*length/samples {
			continue
		}
		now, err := levelOf(s, o.PID(), address)
		if err != nil {
			t.Fatalf("after %s: %v", time.Since(start), err)
		}
		now.at, now.turns = time.Since(start), c.turns
		levels = append(levels, now)
		t.Logf("%s", now)
	}
	if !o.Running() {
		t.Error("it does not run any more")
	}
	judgeLevels(t, levels[len(levels)/10:])
	for _, secret := range s.Cloud.Secrets() {
		if bytes.Contains(o.Log(), []byte(secret)) {
			t.Errorf("the log has a secret in it")
		}
	}
}

// judgeLevels holds the last third against the first.
func judgeLevels(t *testing.T, levels []level) {
	t.Helper()
	third := len(levels) / 3
	first, last := mean(levels[:third]), mean(levels[len(levels)-third:])
	t.Logf("first third: %s", first)
	t.Logf("last third:  %s", last)
	for _, one := range []struct {
		what            string
		before, now, by float64
	}{
		{"resident memory", first.resident, last.resident, marginMemory},
		{"the heap", first.heap, last.heap, marginMemory},
		{"goroutines", first.goroutines, last.goroutines, marginGoroutines},
	} {
		if most := one.before*(1+marginShare) + one.by; one.now > most {
			t.Errorf("%s has grown from %.0f to %.0f; more than %.0f is too much", one.what, one.before, one.now, most)
		}
	}
}

// churn is people and clouds at their worst.
type churn struct {
	*stage.Stage
	dice  *rand.Rand
	turns int
}

var images = []string{stage.Plain, stage.Second, stage.Third, stage.Encrypted, stage.EncryptedToo}

// turn does one thing.
func (c *churn) turn() {
	c.turns++
	n := c.dice.IntN(8)
	name, image := fmt.Sprintf("share-%d", n), images[n%len(images)]
	switch c.dice.IntN(10) {
	case 0:
		_ = c.Kube.Delete(c.Context(), stage.Draft(stage.TeamA, name, image))
	case 1, 2, 3, 4, 5:
		c.declare(name, image)
	case 6, 7:
		_ = c.Cloud.ShareByHand(stage.Region, image, c.some(2), nil)
	case 8:
		_ = c.Cloud.ShareByHand(stage.Region, image, nil, c.Cloud.Sharees(stage.Region, image))
	default:
		kinds := simcloud.FaultKinds()
		kind := kinds[c.dice.IntN(len(kinds))]
		if kind != simcloud.Hang {
			c.Cloud.Inject(simcloud.Fault{Kind: kind, Times: 1 + c.dice.IntN(3), Skip: c.dice.IntN(5), Delay: 50 * time.Millisecond})
		}
	}
}

// declare has an ImageShare declare some accounts; there may be none yet, or one
// on its way out.
func (c *churn) declare(name, image string) {
	var obj v1alpha1.ImageShare
	err := c.Kube.Get(c.Context(), client.ObjectKey{Namespace: stage.TeamA, Name: name}, &obj)
	if err != nil {
		_ = c.Kube.Create(c.Context(), stage.Draft(stage.TeamA, name, image, c.some(6)...))
		return
	}
	obj.Spec.Sharees.AccountIDs = stage.AccountIDs(c.some(6)...)
	_ = c.Kube.Update(c.Context(), &obj)
}

// some are up to n accounts next to each other.
func (c *churn) some(n int) []string {
	first := 1 + c.dice.IntN(15)
	return stage.Sharees(first, first+c.dice.IntN(n))
}
