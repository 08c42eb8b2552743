// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// interval is the time between two routine looks, for the tour.
	interval = 2 * time.Second
	// grace is how long the operator may take to stop.
	grace = 10 * time.Second
	// tokenLife is how long the operator's token is good for: longer than
	// anybody leaves a demo up.
	tokenLife = 7 * 24 * time.Hour
)

// startOperator runs the program that ships, with the Deployment's own
// arguments, as the ServiceAccount that ships. There is no kubelet here to run
// the Deployment itself.
func (s *stage) startOperator(ctx context.Context) (context.Context, error) {
	deployment := &appsv1.Deployment{}
	if err := s.kube.Get(ctx, client.ObjectKey{Namespace: operatorNamespace, Name: operatorDeployment}, deployment); err != nil {
		return ctx, fmt.Errorf("read the Deployment: %w", err)
	}
	kubeconfig, err := s.operatorKubeconfig(ctx)
	if err != nil {
		return ctx, err
	}
	probe, err := freeAddress(ctx)
	if err != nil {
		return ctx, err
	}
	metrics, err := freeAddress(ctx)
	if err != nil {
		return ctx, err
	}
	args := deploymentArgs(deployment)
	own := []string{
		"--resync-interval=" + interval.String(), "--health-probe-bind-address=" + probe, "--kubeconfig=" + kubeconfig,
		"--metrics-bind-address=" + metrics, "--metrics-secure=false",
	}
	if err := s.runOperator(append(args, own...)); err != nil {
		return ctx, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		<-s.ended
		cancel(errors.New("the operator has ended by itself"))
	}()
	s.say.progress("the operator is started: %s %s", managerPath, strings.Join(args, " "))
	s.say.indent(fmt.Sprintf(`as ServiceAccount %s/%s, with --resync-interval=%s instead of 10m so that
the tour is short, and ports of its own for its probes and metrics, which anybody
may read here: http://%s/metrics. Its log is %s.`, operatorNamespace, operatorAccount, interval, metrics, s.log), "         ")
	if err := ready(ctx, "http://"+probe+"/readyz"); err != nil {
		return ctx, fmt.Errorf("wait for the operator: %w", err)
	}
	return ctx, nil
}

// operatorKubeconfig is a kubeconfig with a token of the operator's
// ServiceAccount and nothing else.
func (s *stage) operatorKubeconfig(ctx context.Context) (string, error) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: operatorAccount}}
	token := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(tokenLife.Seconds()))}}
	if err := s.kube.SubResource("token").Create(ctx, account, token); err != nil {
		return "", fmt.Errorf("ask for a token of ServiceAccount %s: %w", operatorAccount, err)
	}
	config := &rest.Config{Host: s.admin.Host, BearerToken: token.Status.Token}
	config.CAData = s.admin.CAData
	path := filepath.Join(s.run, "operator.kubeconfig")
	return path, writeKubeconfig(path, config)
}

// deploymentArgs are the arguments of the Deployment's container, with its
// variables filled in.
func deploymentArgs(d *appsv1.Deployment) []string {
	container := d.Spec.Template.Spec.Containers[0]
	var pairs []string
	for _, env := range container.Env {
		value := env.Value
		if env.ValueFrom != nil && env.ValueFrom.FieldRef != nil && env.ValueFrom.FieldRef.FieldPath == "metadata.namespace" {
			value = d.Namespace
		}
		pairs = append(pairs, "$("+env.Name+")", value)
	}
	fill := strings.NewReplacer(pairs...)
	args := make([]string, 0, len(container.Args))
	for _, arg := range container.Args {
		args = append(args, fill.Replace(arg))
	}
	return args
}

// runOperator starts the process, with an empty environment, so that no keys
// of whoever runs the demo get into it.
func (s *stage) runOperator(args []string) error {
	s.log = filepath.Join(demoDir, "manager.log")
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // The process has its own.
	cmd := exec.Command(managerPath, args...)
	cmd.Env = []string{}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", managerPath, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	s.later(func() error { return end(cmd.Process, ended) })
	s.ended = ended
	return nil
}

// end asks a process to stop, and makes it when it does not.
func end(process *os.Process, ended <-chan struct{}) error {
	_ = process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
		return nil
	case <-time.After(grace):
		_ = process.Kill()
		<-ended
		return fmt.Errorf("the operator did not stop within %s and was killed", grace)
	}
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// ready waits until an address answers 200.
func ready(ctx context.Context, url string) error {
	return poll(ctx, 30*time.Second, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
		return errors.Join(err, answer.Body.Close())
	})
}

// poll tries until there is no error any more, or the time is up.
func poll(ctx context.Context, limit time.Duration, try func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := try()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case time.Now().After(deadline):
			return fmt.Errorf("not so after %s: %w", limit, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}
