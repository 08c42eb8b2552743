// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"time"
	"unicode"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// class is what to do next about an outcome.
type class int

const (
	// done: nothing, until the next routine look.
	done class = iota
	// resting: nothing, because the user wants nothing done.
	resting
	// waiting: nothing is wrong; look again soon.
	waiting
	// slowDown: too many calls; come back when told.
	slowDown
	// retry: the cloud or the network failed; try again, ever more slowly.
	retry
	// fixCloud: somebody has to change something outside Kubernetes. No event
	// will tell when it is done, so it is looked at again.
	fixCloud
	// fixSpec: somebody has to change an object. It is looked at again all the
	// same: clouds change without events.
	fixSpec
)

// verdict is an outcome as people and machines read it.
type verdict struct {
	class   class
	reason  string
	message string
	// after is when to come back, for waiting and slowDown.
	after time.Duration
	// blind is true when the operator could not look, so that it knows neither
	// good nor bad.
	blind bool
	// quiet is true when nothing is worth telling: come back in a moment.
	quiet bool
}

// The pace of looking again.
const (
	waitPace  = 30 * time.Second
	busyPace  = 10 * time.Second
	slowPace  = 30 * time.Second
	againPace = 500 * time.Millisecond
	fixPace   = 5 * time.Minute
	gonePace  = time.Minute
)

// lateLook is by how much a routine look may be late before it is told that
// nobody could look. Alibaba Cloud and networks have their moments.
const lateLook = time.Minute

// lagPatience is for how long after a change of the encryption role its being
// refused is taken for delay, and lagPace how often it is tried meanwhile. The
// vendor does not say how long RAM takes: both are our own choice.
const (
	lagPatience = 2 * time.Minute
	lagPace     = 3 * time.Second
)

// quietLimit is the longest wait for our own budget that is not worth telling.
const quietLimit = 30 * time.Second

// consequence is what a verdict means for an object and for the queue.
type consequence struct {
	// ready is the status of the condition Ready.
	ready metav1.ConditionStatus
	// stalled and reconciling say which of the two conditions stands beside
	// it.
	stalled, reconciling bool
	// after is when to look again; zero means when the queue's backoff says.
	after time.Duration
	// routine is true when the next look is a matter of course.
	routine bool
}

// consequenceOf is the one place that turns what to do next into status and
// requeue. The interval is the time between two routine looks.
func consequenceOf(v verdict, interval time.Duration) consequence {
	c := consequence{ready: metav1.ConditionFalse, after: v.after}
	switch v.class {
	case done:
		c.ready, c.after, c.routine = metav1.ConditionTrue, interval, true
	case resting:
		c.ready, c.after, c.routine = metav1.ConditionUnknown, interval, true
	case waiting:
		c.reconciling = true
		c.after = orDefault(v.after, min(interval, waitPace))
	case slowDown:
		c.reconciling = true
		c.after = orDefault(v.after, slowPace)
	case retry:
		c.reconciling = true
		c.after = 0
	case fixCloud, fixSpec:
		c.stalled = true
		c.after, c.routine = min(interval, orDefault(v.after, fixPace)), true
	}
	if v.blind {
		c.ready = metav1.ConditionUnknown
	}
	return c
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// verdictOf judges trouble with the cloud.
func verdictOf(err error) verdict {
	e := cloud.AsError(err)
	m := meaningOf(e)
	v := verdict{class: m.class, reason: m.reason, message: sentence(e.Error()), after: e.RetryAfter}
	if e.Local && e.RetryAfter <= quietLimit {
		v.quiet, v.class, v.reason = true, waiting, v1alpha1.ReasonProgressing
	}
	return v
}

// sentence is a text with a capital at its beginning.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// meaning is what to do about a kind of error, and what to call it.
type meaning struct {
	class  class
	reason string
}

// meanings of errors that concern the call, the image or its account.
var meanings = map[cloud.Kind]meaning{
	cloud.Unknown:         {retry, v1alpha1.ReasonCloudUnavailable},
	cloud.Unavailable:     {retry, v1alpha1.ReasonCloudUnavailable},
	cloud.Throttled:       {slowDown, v1alpha1.ReasonThrottled},
	cloud.Conflict:        {waiting, v1alpha1.ReasonBusy},
	cloud.NotFound:        {fixCloud, v1alpha1.ReasonImageNotFound},
	cloud.Denied:          {fixCloud, v1alpha1.ReasonDenied},
	cloud.Unauthenticated: {fixCloud, v1alpha1.ReasonCredentialsRejected},
	cloud.Quota:           {fixCloud, v1alpha1.ReasonQuotaExceeded},
	cloud.Invalid:         {fixCloud, v1alpha1.ReasonRefused},
	// The role is as it should be, or nothing would have been sent.
	cloud.Untrusted: {fixCloud, v1alpha1.ReasonRoleRefused},
	cloud.Exists:    {waiting, v1alpha1.ReasonBusy},
	cloud.TooLong:   {fixCloud, v1alpha1.ReasonQuotaExceeded},
}

// meaningsOfSubject are those that differ when one sharee is at fault, or the
// account's standing in its directory.
var meaningsOfSubject = map[cloud.Subject]map[cloud.Kind]meaning{
	cloud.AboutAccount: {
		cloud.NotFound: {fixSpec, v1alpha1.ReasonUnknownAccount},
		cloud.Invalid:  {fixSpec, v1alpha1.ReasonRefused},
	},
	cloud.AboutTarget: {
		cloud.NotFound: {fixSpec, v1alpha1.ReasonUnknownPath},
		cloud.Invalid:  {fixSpec, v1alpha1.ReasonUnknownPath},
	},
	cloud.AboutDirectory: {
		cloud.NotFound: {fixCloud, v1alpha1.ReasonSharingUnavailable},
		cloud.Invalid:  {fixCloud, v1alpha1.ReasonSharingUnavailable},
		cloud.Denied:   {fixCloud, v1alpha1.ReasonSharingUnavailable},
	},
}

func meaningOf(e *cloud.Error) meaning {
	if e.Subject == cloud.AboutRegion {
		return meaning{fixSpec, v1alpha1.ReasonRegionNotFound}
	}
	if e.Kind == cloud.Untrusted && e.RetryAfter > 0 {
		return meaning{waiting, v1alpha1.ReasonPropagating}
	}
	if m, differs := meaningsOfSubject[e.Subject][e.Kind]; differs {
		return m
	}
	return meanings[e.Kind]
}
