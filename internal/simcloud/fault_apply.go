// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"time"
)

// giantSize is the length of the padding in a Giant answer.
const giantSize = 16 << 20

// taken is what befalls one call: any number of delays, and at most one fault of another kind.
type taken struct {
	kind      FaultKind
	delay     time.Duration
	hint      time.Duration
	writesAgo int
	effect    bool
	held      []<-chan struct{}
	gone      bool
}

// take collects the faults that hit this call. Delays add up; of the others the first one injected wins.
func (l *faultList) take(c *call) taken {
	l.mu.Lock()
	defer l.mu.Unlock()
	var t taken
	for _, i := range l.active {
		waits := i.fault.Kind == Latency || i.fault.Kind == Hang
		if (!waits && t.kind != "") || !i.matches(c) {
			continue
		}
		i.hits++
		switch i.fault.Kind {
		case Latency:
			t.delay += i.fault.Delay
		case Hang:
			t.held = append(t.held, i.removed)
		default:
			t.kind, t.effect, t.hint = i.fault.Kind, i.fault.Effect, cmp.Or(i.fault.Delay, time.Second)
			t.writesAgo = cmp.Or(i.fault.WritesAgo, 1)
		}
	}
	return t
}

// wait sits out the delays; false means that the caller went away meanwhile.
func (t *taken) wait(ctx context.Context) bool {
	for _, removed := range t.held {
		select {
		case <-removed:
		case <-ctx.Done():
			t.gone = true
			return false
		}
	}
	if t.delay <= 0 {
		return true
	}
	delay, cancel := context.WithTimeout(ctx, t.delay)
	defer cancel()
	<-delay.Done()
	t.gone = ctx.Err() != nil
	return !t.gone
}

// drop is the code under which a call that got no answer is logged.
func (t *taken) drop() *apiError {
	return fail(0, "NoAnswer", "the connection ended without an answer")
}

// before stops a call that is not to take effect; nil lets it go on.
func (t *taken) before() *apiError {
	switch t.kind {
	case "", Latency, Hang, StaleRead, DropAfter:
		return nil
	case Refuse, DropBefore:
		return t.drop()
	default:
		if t.effect {
			return nil
		}
		return t.errorOf()
	}
}

// loses says, of a call that is past before, that its true answer will never reach the caller.
func (t *taken) loses() bool {
	return t.kind != "" && t.kind != StaleRead
}

// errorOf is the error that the fault stands for; a hostile body is logged as an internal error.
func (t *taken) errorOf() *apiError {
	switch t.kind {
	case Unavailable:
		return errUnavailable()
	case Throttled:
		return errThrottled()
	default:
		return errInternal()
	}
}

// reply is the fault's own answer, where it has one.
func (t *taken) reply(c *call) (reply, bool) {
	if t.gone {
		return reply{end: endDrop}, true
	}
	switch t.kind {
	case Refuse:
		return reply{end: endRefuse}, true
	case DropBefore, DropAfter:
		return reply{end: endDrop}, true
	case ServerError, Unavailable, Throttled:
		return t.replyError(c), true
	default:
		return t.replyHostile(c)
	}
}

func (t *taken) replyError(c *call) reply {
	err := t.errorOf()
	rep := reply{status: c.statusOf(err), header: map[string]string{}}
	if t.kind == Throttled {
		rep.header[rateHeader] = rateHint(0, 0, t.hint)
	}
	rep.kind, rep.body = render(c.q.format, "Error", c.errorBody(err))
	return rep
}

func (t *taken) replyHostile(c *call) (reply, bool) {
	body := func(status int, kind, text string) (reply, bool) {
		return reply{status: status, kind: kind, body: []byte(text)}, true
	}
	const asJSON = "application/json;charset=utf-8"
	switch t.kind {
	case NumericCode:
		return body(http.StatusNotFound, asJSON, `{"RequestId":"`+c.id+`","Code":404,"Message":"not found"}`)
	case OddDetail:
		return body(http.StatusForbidden, asJSON, `{"RequestId":"`+c.id+`","Code":"Forbidden.RAM","Message":"no","AccessDeniedDetail":"none"}`)
	case Empty:
		return body(http.StatusOK, asJSON, "")
	case HTML:
		return body(http.StatusOK, "text/html", "<!DOCTYPE html><html><body>Please log in.</body></html>")
	case Truncated:
		return body(http.StatusOK, asJSON, `{"RequestId":"`+c.id+`","TotalCount":1,"Images":{"Image":[{"ImageId":"m-`)
	case Giant:
		pad := bytes.Repeat([]byte("x"), giantSize)
		return body(http.StatusOK, asJSON, `{"RequestId":"`+c.id+`","Padding":"`+string(pad)+`"}`)
	default:
		return reply{}, false
	}
}
