// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// Owner is what the operators of a stage sign with.
const Owner = "trial"

// Operator is one operator: the program that ships, in a process of its own.
type Operator struct {
	// Name is what the record calls it.
	Name string
	// Proxy is its way to the API server.
	Proxy *Proxy

	t          testing.TB
	kubeconfig string
	// release is the program, if it is not the operator as it is.
	release   string
	args, env []string

	mu      sync.Mutex
	process *exec.Cmd
	ended   chan struct{}
	lives   []*life
	log     output
}

// life is one process, from its start to its end.
type life struct {
	started time.Time
	ended   atomic.Pointer[time.Time]
}

// stopped is when it ended; zero while it has not.
func (l *life) stopped() time.Time {
	if at := l.ended.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// newOperator prepares an operator; it is not started.
func newOperator(t testing.TB, name string, proxy *Proxy, args ...string) *Operator {
	t.Helper()
	o := &Operator{Name: name, Proxy: proxy, t: t, args: args}
	o.kubeconfig = kubeconfig(t, clientcmdapi.Cluster{Server: proxy.address}, clientcmdapi.AuthInfo{})
	t.Cleanup(func() {
		o.Kill()
		o.check()
	})
	return o
}

// Setenv sets a variable in the environment of processes started from now on.
// It is empty otherwise.
func (o *Operator) Setenv(name, value string) { o.env = append(o.env, name+"="+value) }

// Become has another release of the operator be started from now on, see
// [Release].
func (o *Operator) Become(release string) { o.release = release }

// Start starts the process. What it did before it was stopped is not known to
// it.
func (o *Operator) Start() {
	o.t.Helper()
	path, err := o.release, error(nil)
	if path == "" {
		path, err = program()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	args := append([]string{
		"--kubeconfig=" + o.kubeconfig, "--resync-interval=1s", "--health-probe-bind-address=0",
		"--operator-namespace=" + OperatorNamespace, "--owner-id=" + Owner,
	}, o.args...)
	cmd := exec.Command(path, args...)
	// Lists that a proxy can answer from the past, and watches after them.
	cmd.Env = append([]string{"KUBE_FEATURE_WatchListClient=false", "GORACE=halt_on_error=0"}, o.env...)
	cmd.Stdout, cmd.Stderr = &o.log, &o.log
	if err := cmd.Start(); err != nil {
		o.t.Fatalf("start the operator: %v", err)
	}
	ended, now := make(chan struct{}), &life{started: time.Now()}
	go func() {
		defer close(ended)
		_ = cmd.Wait() // Whoever killed it knows how it ended.
		at := time.Now()
		now.ended.Store(&at)
	}()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.process, o.ended, o.lives = cmd, ended, append(o.lives, now)
}

// Kill ends the process at once, as a power failure would. It can be called from
// a gate.
func (o *Operator) Kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.process != nil {
		_ = o.process.Process.Kill()
		<-o.ended
	}
}

// Stop asks the process to stop, and answers how long that took and how it
// ended. After the grace it is killed, which is an error.
func (o *Operator) Stop(grace time.Duration) (time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	start := time.Now()
	if err := o.process.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	select {
	case <-o.ended:
		took := time.Since(start)
		if code := o.process.ProcessState.ExitCode(); code != 0 {
			return took, fmt.Errorf("the operator ended with %d", code)
		}
		return took, nil
	case <-time.After(grace):
		_ = o.process.Process.Kill()
		<-o.ended
		return grace, fmt.Errorf("the operator was still there %s after it was asked to stop", grace)
	}
}

// Running says whether the process is there.
func (o *Operator) Running() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.process == nil {
		return false
	}
	select {
	case <-o.ended:
		return false
	default:
		return true
	}
}

// Processes are the processes that there were, each from its start to its end.
func (o *Operator) Processes() []witness.Process {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]witness.Process, 0, len(o.lives))
	for _, l := range o.lives {
		out = append(out, witness.Process{Operator: o.Name, Started: l.started, Stopped: l.stopped()})
	}
	return out
}

// PID is the process, for what the system knows of it.
func (o *Operator) PID() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.process.Process.Pid
}

// Log is all that the operator's processes have written.
func (o *Operator) Log() []byte { return o.log.bytes() }

// check fails the test when the operator broke by itself.
func (o *Operator) check() {
	for _, sign := range []string{"DATA RACE", "panic:", "Observed a panic", "fatal error:"} {
		if log := o.Log(); bytes.Contains(log, []byte(sign)) {
			o.t.Errorf("%s wrote %q:\n%s", o.Name, sign, log)
			return
		}
	}
}

// output is what processes write.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps a part.
func (w *output) Write(part []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(part)
}

func (w *output) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.text.Bytes())
}
