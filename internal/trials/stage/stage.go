// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// Stage is what one play needs: the API server, a cloud of its own, and as many
// operators as it starts.
type Stage struct {
	*Cluster
	Cloud    *simcloud.World
	Door     *Door
	Recorder *witness.Recorder

	t         testing.TB
	ctx       context.Context
	operators []*Operator
	// secrets are those that the cloud began with: some may be taken out of it.
	secrets []string
}

// Set sets a stage on a cluster that is cleared for it: a cloud made of the
// document, the Secret and the SharerAccount "default" of account SharerID. No
// operator is started. It is struck with the test; until then nobody else may
// play on the cluster.
func Set(t testing.TB, cluster *Cluster, document simcloud.Document) *Stage {
	t.Helper()
	s := &Stage{Cluster: cluster, t: t, Recorder: witness.NewRecorder(time.Now)}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s.ctx = ctx
	if err := cluster.clear(ctx); err != nil {
		t.Fatalf("clear the API server: %v", err)
	}
	var err error
	if s.Cloud, err = simcloud.New(document, time.Now); err != nil {
		t.Fatalf("make the cloud: %v", err)
	}
	s.secrets = s.Cloud.Secrets()
	s.Door = openDoor(t, s.Cloud.Handler())
	s.follow()
	s.MustCreate(s.Secret(OperatorKeyID, OperatorKeySecret))
	s.MustCreate(s.Sharer())
	return s
}

// follow has the recorder follow the API server until the stage is struck.
func (s *Stage) follow() {
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan error, 1)
	go func() { done <- s.Recorder.Watch(ctx, s.Config) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			s.t.Errorf("watch the API server: %v", err)
		}
	})
}

// Context ends when the stage is struck.
func (s *Stage) Context() context.Context { return s.ctx }

// NewOperator prepares an operator with a proxy of its own; Start starts it.
func (s *Stage) NewOperator(name string, args ...string) *Operator {
	s.t.Helper()
	o := newOperator(s.t, name, openProxy(s.t, s.Config, name, s.Recorder), args...)
	s.operators = append(s.operators, o)
	return o
}

// At has every point, at the door and at every operator's proxy, put to a gate
// from now on; nil lets all pass. Calls are counted anew.
func (s *Stage) At(gate Gate) {
	s.Door.setGate(gate)
	for _, o := range s.operators {
		o.Proxy.setGate(gate)
	}
}

// Record is what happened so far, for the witness; Settled and Quiet are the
// caller's to say.
func (s *Stage) Record() witness.Record {
	s.t.Helper()
	if err := s.Recorder.Synchronised(s.ctx, s.Config); err != nil {
		s.t.Fatalf("catch up with the API server: %v", err)
	}
	record := s.Recorder.Record(s.Cloud)
	record.Owner, record.Secrets = Owner, append(record.Secrets, s.secrets...)
	for _, o := range s.operators {
		record.Texts["log of "+o.Name] = o.Log()
		record.Processes = append(record.Processes, o.Processes()...)
	}
	return record
}

// MustHold has the witness examine the record, and fails the test for every
// violation.
func (s *Stage) MustHold(record witness.Record) {
	s.t.Helper()
	for _, v := range witness.Examine(record) {
		s.t.Errorf("%s\n%s", v, witness.Explain(record, v))
	}
}

// Version is the resource version of the API server now.
func (s *Stage) Version() string {
	s.t.Helper()
	var shares v1alpha1.ImageShareList
	if err := s.Kube.List(s.ctx, &shares); err != nil {
		s.t.Fatal(err)
	}
	return shares.ResourceVersion
}
