// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"syscall"

	coordinationv1 "k8s.io/api/coordination/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Pause stops the process in its tracks, as a machine does that is suspended;
// Resume has it go on as if nothing had been. Both can be called from a gate.
func (o *Operator) Pause() { o.signal(syscall.SIGSTOP) }

// Resume ends a pause.
func (o *Operator) Resume() { o.signal(syscall.SIGCONT) }

func (o *Operator) signal(sig syscall.Signal) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = o.process.Process.Signal(sig) // One that has ended is not in need of it.
}

// Leader is who holds the lease of the operators; empty if nobody does.
func (s *Stage) Leader() string {
	var lease coordinationv1.Lease
	key := client.ObjectKey{Namespace: OperatorNamespace, Name: "imageshare-operator"}
	if err := s.Kube.Get(s.ctx, key, &lease); err != nil || lease.Spec.HolderIdentity == nil {
		return ""
	}
	return *lease.Spec.HolderIdentity
}

// Waits says whether the process has asked for the lease.
func (o *Operator) Waits() bool {
	return bytes.Contains(bytes.ToLower(o.Log()), []byte("attempting to acquire leader lease"))
}
