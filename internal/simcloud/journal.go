// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// CodeOK is the code of a call or a write that went well.
const CodeOK = "OK"

// codeUnsaved is the code of a change that could not be saved, and so did not happen.
const codeUnsaved = "InternalError"

// maxKept bounds the journal and the call log of a world that runs for days; counters go on. Lines are dropped some at a time,
// so that a full log stays cheap.
const (
	maxKept  = 20000
	dropped  = 1000
	maxLines = maxKept + dropped
)

// Entry is one write: what was asked, by whom, and what it did to the image, role, policy or share. Entries are in the order of the effects, so a
// test can replay them and ask whether there was ever a moment when something held.
type Entry struct {
	Seq       int       `json:"seq"`
	Time      time.Time `json:"time"`
	RequestID string    `json:"requestID,omitempty"`
	// ByHand marks an edit that did not come through the API, such as a person in the console.
	ByHand    bool   `json:"byHand,omitempty"`
	Account   string `json:"account,omitempty"`
	AccessKey string `json:"accessKey,omitempty"`
	Action    string `json:"action"`
	Region    string `json:"region,omitempty"`
	Image     string `json:"image,omitempty"`
	// Role and Policy are the RAM role and policy that the write is about.
	Role   string `json:"role,omitempty"`
	Policy string `json:"policy,omitempty"`
	// Share and Targets are the resource share that the write is about, and the targets that it names; Directory and Folder what it
	// is about in a resource directory.
	Share     string   `json:"share,omitempty"`
	Targets   []string `json:"targets,omitempty"`
	Directory string   `json:"directory,omitempty"`
	Folder    string   `json:"folder,omitempty"`
	Add       []string `json:"add,omitempty"`
	Remove    []string `json:"remove,omitempty"`
	Before    []string `json:"before"`
	After     []string `json:"after"`
	// DocumentBefore and DocumentAfter are the role's trust policy, or the policy's default version, where the write changed it.
	DocumentBefore string `json:"documentBefore,omitempty"`
	DocumentAfter  string `json:"documentAfter,omitempty"`
	// Stranded lists, as image/account, who had an encrypted image after this write, by number or through a share, without being able
	// to decrypt it: the owner's role, as written and without regard to the delay, did not trust that account or might not use the key.
	Stranded []string `json:"stranded,omitempty"`
	// Strands is who is stranded by this very write and was not before, those among them whom a share is about to reach.
	Strands []string `json:"strands,omitempty"`
	// Gained and Ended list, as image/account or image/target, who was added to an image, by number or on a share and be it only
	// on its way, and who has it no longer, or only until a share has ended it. Cut lists, as image/account, which accounts
	// are so left without any way to an image that they had.
	Gained []string `json:"gained,omitempty"`
	Ended  []string `json:"ended,omitempty"`
	Cut    []string `json:"cut,omitempty"`
	// Effected is when the write took effect, or was refused; Time is when it came.
	Effected time.Time `json:"effected,omitzero"`
	// Code is CodeOK or the error's code, whether or not the caller ever saw it.
	Code string `json:"code"`
	// Lost says that an injected fault kept the true answer from the caller: it got none, or another in its place. A caller
	// that hangs up by itself is not marked. Fault names the fault that was injected into the call.
	Lost  bool      `json:"lost,omitempty"`
	Fault FaultKind `json:"fault,omitempty"`
}

// Journal lists every write so far, in the order in which they took effect.
func (w *World) Journal() []Entry {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return append([]Entry{}, w.journal...)
}

// record appends to the journal; the caller holds the lock.
func (w *World) record(e Entry) {
	w.lastSeq++
	e.Seq = w.lastSeq
	w.journal = append(w.journal, e)
	if len(w.journal) >= maxLines {
		w.journal = slices.Delete(w.journal, 0, dropped)
	}
}

// codeOf is the code that an outcome is journalled under.
func codeOf(err error) string {
	var api *apiError
	switch {
	case err == nil:
		return CodeOK
	case errors.As(err, &api):
		return api.code
	}
	return codeUnsaved
}

// Call is one call of any kind, as the cloud saw it.
type Call struct {
	Seq       int       `json:"seq"`
	Time      time.Time `json:"time"`
	RequestID string    `json:"requestID"`
	Product   string    `json:"product,omitempty"`
	Action    string    `json:"action,omitempty"`
	Account   string    `json:"account,omitempty"`
	AccessKey string    `json:"accessKey,omitempty"`
	Region    string    `json:"region,omitempty"`
	Image     string    `json:"image,omitempty"`
	// Continued marks a call for a further page of a list.
	Continued bool `json:"continued,omitempty"`
	// Code is CodeOK or the error's code; Status is the HTTP status, or zero when no answer was sent.
	Code   string    `json:"code"`
	Status int       `json:"status"`
	Fault  FaultKind `json:"fault,omitempty"`
}

type callLog struct {
	mu     sync.Mutex
	calls  []Call
	counts map[string]int
	seq    int
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.seq++
	c.Seq = l.seq
	l.counts[c.Action]++
	l.calls = append(l.calls, c)
	if len(l.calls) >= maxLines {
		l.calls = slices.Delete(l.calls, 0, dropped)
	}
}

// Calls lists every call so far, reads and refused ones included, in the order in which they were answered.
func (w *World) Calls() []Call {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return append([]Call{}, w.log.calls...)
}

// CountCalls counts the calls of one action so far, whatever became of them.
func (w *World) CountCalls(action string) int {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return w.log.counts[action]
}

// ForgetCalls empties the call log and its counters, so that a test can count from here. The journal stays.
func (w *World) ForgetCalls() {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.log.calls, w.log.counts = nil, nil
}
