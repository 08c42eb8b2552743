// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

var (
	errDown     = errors.New("it is down")
	errNoBackup = errors.New("it is in no backup")
)

// play is a run while it runs.
type play struct {
	*stage.Stage
	t         *testing.T
	script    *script
	operators []*stage.Operator
	began     time.Time
	// first is the oldest resource version of the run.
	first   int
	backups map[client.ObjectKey]v1alpha1.ImageShareStatus
	// restored are the ImageShares whose status was lost, or is from a backup.
	restored []slot
	faults   []*simcloud.Injected
	// restless says that it did not come to rest in time.
	restless bool
	kills    atomic.Int64
	// said is what has happened, a line each.
	said []string

	mu sync.Mutex
	// over ends troubles that are under way.
	over []func()

	starting sync.Mutex
	// struck says that no operator is started any more.
	struck bool
}

// set sets the stage for a run.
func (p *play) set(cluster *stage.Cluster) {
	p.Stage = stage.Set(p.t, cluster, p.script.document)
	p.backups = map[client.ObjectKey]v1alpha1.ImageShareStatus{}
	p.MustEditSharer(p.script.sharer)
	var shares v1alpha1.ImageShareList
	if err := p.Kube.List(p.Context(), &shares); err != nil {
		p.t.Fatal(err)
	}
	p.first, _ = strconv.Atoi(shares.ResourceVersion)
	for i, args := range p.script.operators {
		p.operators = append(p.operators, p.NewOperator(fmt.Sprintf("seed-%d-operator-%d", p.script.seed, i+1), args...))
	}
	p.t.Cleanup(func() {
		p.starting.Lock()
		defer p.starting.Unlock()
		p.struck = true
	})
}

// say notes what happens.
func (p *play) say(format string, args ...any) {
	p.said = append(p.said, fmt.Sprintf("%s +%5.2fs  %s", time.Now().UTC().Format("15:04:05.000"), time.Since(p.began).Seconds(), fmt.Sprintf(format, args...)))
}

// run lets everything happen that was drawn.
func (p *play) run() {
	p.revive()
	for _, step := range p.script.steps {
		p.pause(step)
		if err := step.do(p); err != nil {
			p.say("%s: %s", step.says, firstLine(err))
			continue
		}
		p.say("%s", step.says)
	}
}

// atMost is how long a step waits for looks: an operator that is down, or cut
// off, does not look.
const atMost = 3 * time.Second

// pause waits as long as was drawn.
func (p *play) pause(s step) {
	looks := func() int { return p.Cloud.CountCalls("DescribeImageSharePermission") }
	for began, seen := time.Now(), looks(); ; {
		took := time.Since(began)
		if took >= s.pause && (looks()-seen >= s.looks || took >= atMost) || p.Context().Err() != nil {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
}

// firstLine is an error without the rest of it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// hits is how many calls a fault has befallen.
func (p *play) hits() int {
	n := 0
	for _, fault := range p.faults {
		n += fault.Hits()
	}
	return n
}

// writes is how many calls have changed something, or tried to.
func (p *play) writes() int {
	n := 0
	for _, e := range p.Cloud.Journal() {
		if !e.ByHand {
			n++
		}
	}
	return n
}
