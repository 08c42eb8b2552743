// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// Record is everything that happened in a run.
type Record struct {
	// Journal and Calls are the simulated cloud's, in the order of the effects and of the answers.
	Journal []simcloud.Entry
	Calls   []simcloud.Call
	// Versions is what the API server's objects were, in the order of their resource versions, deletions included.
	Versions []Version
	// Looks is what the operator was told of the objects by live answers, in the order of the answers.
	Looks []Look
	// Writes is every request of the operator that writes to the API server, in the order in which they were answered.
	Writes []Exchange
	// World is the cloud at the end of the run. The laws of the end are skipped without one.
	World *simcloud.World
	// Texts are the logs, metrics, statuses and events of the run, by a name for each: they are scanned for secrets. The statuses
	// and events that the recorder has seen are among them.
	Texts map[string][]byte
	// Secrets are what must stand in none of them: access key secrets, tokens, private keys. Key IDs are none.
	Secrets []string
	// Quiet are spans in which nothing may be written: all is as declared, and nobody edits anything.
	Quiet []Span
	// Settled says that all is quiet at the end: the faults are over, the operator has had its time, and what the laws of the end
	// ask for must be so.
	Settled bool
	// End is when the record was taken.
	End time.Time
	// Gaps are what the record misses, in words: see [Recorder.Gap].
	Gaps []string

	// Owner is what the operator signs with, its --owner-id: the value of the tag imageshare-operator-owner.
	Owner string
	// Strangers are access keys that are not the operator's: calls with them are other people's, as are edits by hand.
	Strangers []string
	// Processes are the operator processes of the run. A process knows what it was told itself, and has a budget of its own; without
	// any, each name among the looks is one that has run throughout.
	Processes []Process
	// Budget is the budget of calls that the operator ships with, unless it is given.
	Budget Budget
	// Slack is by how much the clocks of the record can be wrong about which of two things came first: half a second unless it is
	// given. What the operator does within that time of an edit is not held against it.
	Slack time.Duration
}

// Process is one operator process, from its start to its end.
type Process struct {
	// Operator is its name in the exchanges: processes that run one after another may have the same.
	Operator string
	Started  time.Time
	// Stopped is zero of one that still runs at the end.
	Stopped time.Time
}

// Span is a time from one moment to another.
type Span struct {
	From, To time.Time
	// About says in words what is quiet, for those who read of a violation.
	About string
}

// holds says whether a moment is in the span.
func (s Span) holds(t time.Time) bool { return !t.Before(s.From) && !t.After(s.To) }

// Budget is how many calls of one API in one region an account may have.
type Budget struct {
	// Rate is how many a second, and Burst how many at once.
	Rate  float64
	Burst int
}

// Version is one object of the API server as it was from one resource version on.
type Version struct {
	// Seen is when the recorder saw it, a moment after it was written.
	Seen time.Time
	// Kind is ImageShare, SharerAccount, Event or Secret.
	Kind, Namespace, Name, UID string
	// Resource is the resource version, a number that grows over all objects of the API server.
	Resource uint64
	// Gone says that this is the deletion.
	Gone bool
	// ImageShare and SharerAccount are the object, if it is one.
	ImageShare    *v1alpha1.ImageShare
	SharerAccount *v1alpha1.SharerAccount
}

// Look is what one live answer told an operator of one kind: the answer to a GET, to a LIST that is not from the API server's
// cache, or to a write that was carried out, which shows the object as well.
type Look struct {
	// Operator is who asked; Sent and Answered are when.
	Operator       string
	Sent, Answered time.Time
	Kind           string
	// Resource is the resource version that the answer tells of.
	Resource uint64
	// Versions are the objects in it.
	Versions []Version
	// Whole says that objects that fit and are not among them were not there: it was a LIST, in one page.
	Whole bool
	// Fits narrows a LIST down; a GET of what is not there fits that name alone.
	Fits Selection
}

// Selection says which objects an answer is about: all that agree with every field that is not empty.
type Selection struct {
	Namespace, Name, Region, Image string
}

// Exchange is one request of an operator to the API server, as the proxy in between saw it.
type Exchange struct {
	// Operator tells one operator process from another.
	Operator string
	// Method, Path and Query are the request's, Query without the question mark.
	Method, Path, Query string
	Request             []byte
	// Status and Response are what the API server answered; zero when it was not asked.
	Status   int
	Response []byte
	// Lost says that the operator did not get the answer.
	Lost bool
	// Sent is when the request came to the proxy, Answered when the answer left it.
	Sent, Answered time.Time
}
