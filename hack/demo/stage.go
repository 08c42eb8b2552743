// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// Where things are, seen from the top of the repository.
const (
	managerPath = "bin/manager"
	worldPath   = "hack/simcloud/world.yaml"
	configPath  = "config/default"
	samplesPath = "config/samples"
	demoDir     = ".demo"
)

// stage is everything that the tour plays on.
type stage struct {
	say *narrator
	// assets holds kube-apiserver, etcd and kubectl.
	assets string
	// run is a directory of this run alone, gone when it ends.
	run string
	// log is where the operator writes.
	log    string
	admin  *rest.Config
	kube   client.Client
	ctl    *kubectl
	cloud  *cloud
	checks int
	// ended is closed when the operator's process ends.
	ended <-chan struct{}
	// cleanups undo what was started, the last first.
	cleanups []func() error
}

// start brings everything up. The context it answers ends when the operator
// does.
func (s *stage) start(ctx context.Context) (context.Context, error) {
	steps := []func(context.Context) error{s.prepare, s.startControlPlane, s.startCloud, s.install, s.account}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return ctx, err
		}
		if ctx.Err() != nil {
			return ctx, context.Cause(ctx)
		}
	}
	return s.startOperator(ctx)
}

// stop undoes what was started: the operator, the cloud, the API server, etcd.
func (s *stage) stop() error {
	var errs []error
	for _, undo := range slices.Backward(s.cleanups) {
		errs = append(errs, undo())
	}
	s.cleanups = nil
	return errors.Join(errs...)
}

func (s *stage) later(undo func() error) { s.cleanups = append(s.cleanups, undo) }

// prepare checks that everything is there that the demo needs, and makes its
// directories.
func (s *stage) prepare(context.Context) error {
	for _, path := range []string{worldPath, configPath, samplesPath} {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("%s is not there: run the demo from the top of the repository, with make demo", path)
		}
	}
	if _, err := os.Stat(managerPath); err != nil {
		return fmt.Errorf("%s is not there: run make demo, which builds it", managerPath)
	}
	s.assets = os.Getenv("KUBEBUILDER_ASSETS")
	if s.assets == "" {
		return errors.New("KUBEBUILDER_ASSETS is not set: run make demo, which builds kube-apiserver, etcd and kubectl once and says where they are")
	}
	for _, name := range []string{"kube-apiserver", "etcd", "kubectl"} {
		if _, err := os.Stat(filepath.Join(s.assets, name)); err != nil {
			return fmt.Errorf("KUBEBUILDER_ASSETS is %s, and it has no %s: unset it, and make demo builds all three", s.assets, name)
		}
	}
	if err := os.MkdirAll(demoDir, 0o700); err != nil {
		return err
	}
	run, err := os.MkdirTemp(demoDir, "run-")
	if err != nil {
		return err
	}
	if s.run, err = filepath.Abs(run); err != nil {
		return err
	}
	s.later(func() error { return os.RemoveAll(s.run) })
	return nil
}

// connect makes a client of the API server for the demo's own questions.
func (s *stage) connect() error {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	var err error
	s.kube, err = client.New(s.admin, client.Options{Scheme: scheme})
	return err
}
