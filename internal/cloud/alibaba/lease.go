// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// renewBefore is how long before they expire credentials are renewed at the
	// latest, and renewEvery how often that is tried at most while they still
	// do. Both are our own choice.
	renewBefore = 5 * time.Minute
	renewEvery  = 30 * time.Second
)

// issued are credentials that expire.
type issued struct {
	cloud.Credentials

	until time.Time
}

// lease keeps the temporary credentials of one target, and sees to it that one
// caller at a time renews them. Those that there are serve until they expire,
// whatever becomes of renewing them; nobody waits.
type lease struct {
	mutex sync.Mutex
	good  issued
	// renew is when to renew them.
	renew time.Time
	// busy is true while somebody does.
	busy bool
	used time.Time
}

// claim answers the credentials, or makes it the caller's turn to ask for some.
// While another asks and there are none, it sends the caller away for a moment.
func (l *lease) claim(now time.Time) (good cloud.Credentials, mine bool, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.used = now
	valid := now.Before(l.good.until)
	switch {
	case valid && (l.busy || now.Before(l.renew)):
		return l.good.Credentials, false, nil
	case l.busy:
		return cloud.Credentials{}, false, busy("the credentials of the account are being asked for; this goes on by itself")
	}
	l.busy = true
	return cloud.Credentials{}, true, nil
}

// settle ends the caller's turn: it keeps what came, or else the credentials
// that there were. It answers them, and whether they serve now.
func (l *lease) settle(now time.Time, came issued, err error) (serve issued, good bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.busy = false
	if err == nil {
		l.good = came
		l.renew = latest(renewAt(now, came.until), now.Add(renewEvery))
		return came, true
	}
	l.renew = now.Add(renewEvery)
	if found := cloud.AsError(err); found.Local {
		l.renew = now.Add(found.RetryAfter)
	}
	return l.good, now.Before(l.good.until)
}

// doubt gives credentials up that the cloud does not accept, whatever the clock
// says.
func (l *lease) doubt(refused cloud.Credentials) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.good.Credentials == refused {
		l.good = issued{}
	}
}

// idle reports whether nobody needs the lease any more.
func (l *lease) idle(now time.Time) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return !l.busy && now.Sub(l.used) >= idleAfter && !now.Before(l.good.until)
}

// renewAt is when credentials that are had now are to be renewed: after four
// fifths of their time, or [renewBefore] its end, whichever is sooner.
func renewAt(now, until time.Time) time.Time {
	share := now.Add(until.Sub(now) / 5 * 4)
	if before := until.Add(-renewBefore); before.Before(share) {
		return before
	}
	return share
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
