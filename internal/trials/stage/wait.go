// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// patience is how long anything may take that the operator does in a second or
// two on a machine with nothing else to do.
const patience = 60 * time.Second

// step is the time between two looks.
const step = 50 * time.Millisecond

// Until waits until there is no error any more, and fails the test with the last
// one if that takes too long.
func (s *Stage) Until(what string, check func() error) {
	s.t.Helper()
	if err := s.WithinOrNot(patience, check); err != nil {
		s.t.Fatalf("not so after %s: %s: %v", patience, what, err)
	}
}

// WithinOrNot waits until there is no error any more, and answers the last one
// if that takes longer than the limit.
func (s *Stage) WithinOrNot(limit time.Duration, check func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := check()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(step):
		}
	}
}

// still is how long nothing may have been written for a stage to be at rest: a
// routine look comes once a second.
const still = 1500 * time.Millisecond

// Rest waits until a check holds and all is at rest: for a while nothing was
// written, neither to the cloud nor to the API server, although there were twice as
// many looks as images that an ImageShare names. It answers that while; it has
// lasted until now.
func (s *Stage) Rest(what string, check func() error) witness.Span {
	s.t.Helper()
	start, looks := time.Now(), s.looks()
	var last error
	s.Until("all is at rest, and "+what, func() error {
		if err := check(); err != nil {
			start, looks, last = time.Now(), s.looks(), err
			return err
		}
		if written, what := s.lastWrite(); written.After(start) {
			start, looks, last = time.Now(), s.looks(), fmt.Errorf("something was written: %s", what)
			return last
		}
		if seen := s.looks() - looks; seen < 2*s.images() || time.Since(start) < still {
			return fmt.Errorf("for %s nothing was written, in %d looks; before that: %w", time.Since(start).Round(time.Millisecond), seen, last)
		}
		return nil
	})
	return witness.Span{From: start, To: time.Now(), About: what}
}

// lastWrite is when anything was last written by the operator, and what.
func (s *Stage) lastWrite() (time.Time, Point) {
	last, what := s.Door.lastWrite()
	for _, o := range s.operators {
		if at, point := o.Proxy.lastWrite(); at.After(last) {
			last, what = at, point
		}
	}
	return last, what
}

// looks is how often images were looked at.
func (s *Stage) looks() int { return s.Cloud.CountCalls("DescribeImageSharePermission") }

// images is how many images the ImageShares name.
func (s *Stage) images() int {
	s.t.Helper()
	var shares v1alpha1.ImageShareList
	if err := s.Kube.List(s.ctx, &shares); err != nil {
		s.t.Fatal(err)
	}
	images := map[v1alpha1.ImageReference]bool{}
	for i := range shares.Items {
		images[shares.Items[i].Spec.Image] = true
	}
	return len(images)
}

// Ready is an error while an ImageShare is not Ready as it is now.
func (s *Stage) Ready(namespace, name string) error {
	var obj v1alpha1.ImageShare
	if err := s.Kube.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, &obj); err != nil {
		return err
	}
	for _, c := range obj.Status.Conditions {
		if c.Type == v1alpha1.ConditionReady && c.ObservedGeneration == obj.Generation && c.Status == "True" {
			return nil
		}
	}
	return fmt.Errorf("%s/%s, generation %d, is not Ready: %v", namespace, name, obj.Generation, obj.Status.Conditions)
}

// AllReady is an error while any ImageShare is not Ready, or is being deleted.
func (s *Stage) AllReady() error {
	var shares v1alpha1.ImageShareList
	if err := s.Kube.List(s.ctx, &shares); err != nil {
		return err
	}
	for i := range shares.Items {
		if shares.Items[i].DeletionTimestamp != nil {
			return fmt.Errorf("%s is being deleted", shares.Items[i].Name)
		}
		if err := s.Ready(shares.Items[i].Namespace, shares.Items[i].Name); err != nil {
			return err
		}
	}
	return nil
}
