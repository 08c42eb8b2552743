// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// kubectl is the real kubectl, as the cluster's administrator.
type kubectl struct {
	path       string
	kubeconfig string
	cache      string
}

// run answers everything that kubectl printed.
func (k *kubectl) run(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, k.path, args...)
	cmd.Env = []string{"KUBECONFIG=" + k.kubeconfig, "KUBECACHEDIR=" + k.cache, "HOME=" + k.cache, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	cmd.Stdin = strings.NewReader(stdin)
	// Ctrl-C is for the demo, which ends what it started in its own order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return string(out), context.Cause(ctx)
	}
	return string(out), err
}
