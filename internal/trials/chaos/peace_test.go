// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// patience is how long it may take until all is at rest: what fails is tried
// again at least every two minutes.
const patience = 200 * time.Second

// still is for how long nothing may have happened, while every image was looked
// at twice; unseen is for how long if images are not, as those are not whose
// ImageShares are held or suspended; and glance is the time between two looks at
// that.
const (
	still  = 2200 * time.Millisecond
	unseen = 8 * time.Second
	glance = 100 * time.Millisecond
)

// makePeace ends all trouble. What people have declared, and what strangers have
// done, stays.
func (p *play) makePeace() {
	p.say("the faults stop, and so do the people")
	p.At(nil)
	p.mu.Lock()
	over := p.over
	p.over = nil
	p.mu.Unlock()
	for _, end := range over {
		end()
	}
	p.Cloud.ClearFaults()
	must := func(err error) {
		if err != nil {
			p.t.Error(err)
		}
	}
	must(p.permit())
	must(p.setSecret(stage.OperatorKeyID, stage.OperatorKeySecret))
	must(p.Cloud.SetDialect("stuckAssociating", "no"))
	must(p.Cloud.FinishSharing())
	if p.script.ending.keys {
		// What is left to others would be waited for until it is too late to be
		// delay, two minutes.
		must(p.editSharer(func(obj *v1alpha1.SharerAccount) {
			if obj.Spec.KeyAccess == v1alpha1.KeyAccessUnmanaged {
				obj.Spec.KeyAccess = v1alpha1.KeyAccessImageKeys
			}
		}))
	}
	p.revive()
}

// rest waits until all is at rest. It answers since when, and whether nothing was
// even tried. When that has once been in vain it is not waited for again.
func (p *play) rest(what string) (quiet witness.Span, idle bool) {
	p.t.Helper()
	if p.restless {
		return witness.Span{}, false
	}
	deadline := time.Now().Add(patience)
	c := calm{why: errors.New("it has not been looked at")}
	for time.Now().Before(deadline) {
		p.revive()
		now, err := p.look()
		if c.sees(now, err) {
			p.say("all is at rest: %s", what)
			return witness.Span{From: c.since, To: time.Now(), About: what}, now.tries == c.before.tries
		}
		select {
		case <-p.Context().Done():
		case <-time.After(glance):
		}
	}
	p.restless = true
	p.t.Errorf("not at rest %s after the last trouble (%s): %v\nthe last writes:\n  %s", patience, what, c.why, strings.Join(p.lastWrites(12), "\n  "))
	return witness.Span{}, false
}

// calm is a time in which nothing happens.
type calm struct {
	// since is when it began, and before what everything was like then.
	since  time.Time
	before state
	// last is what was seen last, and nothing if that was not settled.
	last state
	// why says what ended the calm before.
	why error
}

// sees takes in a look, and says whether the calm has lasted long enough.
func (c *calm) sees(now state, err error) bool {
	switch {
	case err != nil:
		c.why, c.last = err, state{}
		return false
	case now.effects != c.last.effects || now.objects != c.last.objects:
		if c.last != (state{}) {
			c.why = fmt.Errorf("something was written: %d effects, objects %s", now.effects, now.objects)
		}
		c.last, c.before, c.since = now, now, time.Now()
		return false
	}
	return time.Since(c.since) > still && (now.looks-c.before.looks >= 2*now.images || time.Since(c.since) > unseen)
}

// lastWrites are the operators' last writes to the cloud, a line each.
func (p *play) lastWrites(n int) []string {
	var lines []string
	for _, e := range p.Cloud.Journal() {
		if !e.ByHand {
			lines = append(lines, fmt.Sprintf("%s %s %s%s%s%s targets %v add %v remove %v: %s", e.Time.UTC().Format("15:04:05.000"), e.Action, e.Image, e.Role, e.Policy,
				e.Share, e.Targets, e.Add, e.Remove, e.Code))
		}
	}
	return lines[max(0, len(lines)-n):]
}

// state is what everything was like at a glance.
type state struct {
	// effects are the operators' calls that changed something, tries those that
	// were meant to, and looks those for an image's sharees.
	effects, tries, looks int
	// objects are the versions of all objects, and images how many images they
	// name.
	objects string
	images  int
}

// look is what everything is like; it is an error while something is not
// settled.
func (p *play) look() (state, error) {
	var shares v1alpha1.ImageShareList
	var sharers v1alpha1.SharerAccountList
	if err := errors.Join(p.Kube.List(p.Context(), &shares), p.Kube.List(p.Context(), &sharers)); err != nil {
		return state{}, err
	}
	s := state{looks: p.Cloud.CountCalls("DescribeImageSharePermission")}
	for _, e := range p.Cloud.Journal() {
		if !e.ByHand {
			s.tries++
			// What cannot be done is tried again at every look.
			if listed := e.Action == "ModifyImageSharePermission"; e.Code == simcloud.CodeOK && (!listed || !slices.Equal(e.Before, e.After)) {
				s.effects++
			}
		}
	}
	images := map[string]bool{}
	var unsettled []error
	for i := range shares.Items {
		obj := &shares.Items[i]
		images[obj.Spec.Image.ID] = true
		s.objects += " " + obj.ResourceVersion
		if err := settled(obj, obj.Status.Conditions); err != nil {
			unsettled = append(unsettled, err)
		}
	}
	for i := range sharers.Items {
		obj := &sharers.Items[i]
		s.objects += " " + obj.ResourceVersion
		if err := settled(obj, obj.Status.Conditions); err != nil {
			unsettled = append(unsettled, err)
		}
	}
	s.images = len(images)
	return s, errors.Join(unsettled...)
}

// settled is an error while an object is neither as declared nor tells what
// somebody has to do about it.
func settled(obj client.Object, conditions []metav1.Condition) error {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	stalled := meta.FindStatusCondition(conditions, v1alpha1.ConditionStalled)
	reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling)
	name := obj.GetNamespace() + "/" + obj.GetName()
	switch {
	case ready == nil:
		return fmt.Errorf("%s has no condition Ready", name)
	case ready.ObservedGeneration != obj.GetGeneration():
		return fmt.Errorf("%s, generation %d: Ready is of generation %d (%s: %s)", name, obj.GetGeneration(), ready.ObservedGeneration, ready.Reason, ready.Message)
	case reconciling != nil:
		return fmt.Errorf("%s is Reconciling: %s: %s", name, ready.Reason, ready.Message)
	case stalled != nil && ready.Message != "":
		return nil
	case ready.Status == metav1.ConditionTrue && obj.GetDeletionTimestamp() == nil:
		return nil
	case ready.Reason == v1alpha1.ReasonSuspended || ready.Reason == v1alpha1.ReasonObserving && obj.GetDeletionTimestamp() == nil:
		return nil
	}
	return fmt.Errorf("%s is neither Ready nor says why not: %s %s: %s", name, ready.Status, ready.Reason, ready.Message)
}

// approveAll approves until nothing is held.
func (p *play) approveAll() {
	for range 20 {
		err := p.approve()
		if errors.Is(err, errNothingHeld) {
			return
		}
		p.say("whatever is held is approved: %v", err)
		if p.rest("what was held is approved"); p.restless {
			return
		}
	}
	p.t.Error("something is held although everything was approved twenty times")
}
