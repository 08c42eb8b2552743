// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"fmt"
	"syscall"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// grace is what a process has for stopping.
const grace = 15 * time.Second

// deaths are ends and beginnings of operators.
func deaths() []happening {
	return []happening{
		{6, func(d *dice, s *script) step {
			i, free, back := d.IntN(len(s.operators)), len(s.operators) > 1 && d.chance(70), d.back()
			says := fmt.Sprintf("operator %d is killed%s", i+1, back)
			if free {
				says += ", and the lease deleted"
			}
			return step{says: says, do: func(p *play) error {
				p.kill(i)
				p.comesBack(i, back)
				if free {
					return p.freeLease()
				}
				return nil
			}}
		}},
		{4, func(d *dice, s *script) step {
			i, back := d.IntN(len(s.operators)), d.back()
			return step{says: fmt.Sprintf("operator %d is asked to stop%s", i+1, back), do: func(p *play) error {
				err := p.stop(i)
				p.comesBack(i, back)
				return err
			}}
		}},
		{3, func(d *dice, s *script) step {
			i, hold := d.IntN(len(s.operators)), d.millis(100, 3000)
			return step{says: fmt.Sprintf("operator %d stands still for %s", i+1, hold), do: func(p *play) error { return p.freeze(i, hold) }}
		}},
		{5, func(*dice, *script) step {
			return step{says: "whichever operators are down are started", do: func(p *play) error { p.revive(); return nil }}
		}},
	}
}

// back is when an operator comes back that went; zero is when somebody starts it.
type back time.Duration

func (d *dice) back() back {
	if d.chance(25) {
		return 0
	}
	return back(d.millis(1, 1200))
}

func (b back) String() string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf(", and started after %s", time.Duration(b))
}

// comesBack starts an operator after a while.
func (p *play) comesBack(i int, b back) {
	if b > 0 {
		p.later(time.Duration(b), func() { p.start(i) })
	}
}

// kill kills an operator, unless it is down.
func (p *play) kill(i int) {
	if o := p.operators[i]; o.Running() {
		o.Kill()
		p.kills.Add(1)
	}
}

// stop asks an operator to stop.
func (p *play) stop(i int) error {
	o := p.operators[i]
	if !o.Running() {
		return errDown
	}
	took, err := o.Stop(grace)
	if err != nil {
		return fmt.Errorf("after %s: %w", took, err)
	}
	return nil
}

// freeze lets a process stand still, as a machine does that is short of memory,
// and go on as if nothing had happened.
func (p *play) freeze(i int, hold time.Duration) error {
	o := p.operators[i]
	if !o.Running() {
		return errDown
	}
	pid := o.PID()
	p.later(hold, func() {
		// Whoever was killed meanwhile is gone.
		_ = syscall.Kill(pid, syscall.SIGCONT)
	})
	return syscall.Kill(pid, syscall.SIGSTOP)
}

// start starts an operator that is down.
func (p *play) start(i int) {
	p.starting.Lock()
	defer p.starting.Unlock()
	if o := p.operators[i]; !p.struck && !o.Running() {
		o.Start()
	}
}

// revive starts whichever operators are down, as a cluster does.
func (p *play) revive() {
	for i := range p.operators {
		p.start(i)
	}
}

// freeLease deletes the lease, so that nobody waits until it ends.
func (p *play) freeLease() error {
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: stage.OperatorNamespace, Name: "imageshare-operator"}}
	return p.Kube.Delete(p.Context(), lease)
}
