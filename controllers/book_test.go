// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

var bookPage = pageKey{account: sharerID, region: region}

// library is a cloud with one resource share more at each reading, each of which
// takes a second.
type library struct {
	readings atomic.Int64
	trouble  error
}

func (l *library) read(ctx context.Context) ([]cloud.ResourceShare, error) {
	n := l.readings.Add(1)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.trouble != nil {
		return nil, l.trouble
	}
	return make([]cloud.ResourceShare, n), nil
}

// together is what so many callers are answered who come at one time.
func (l *library) together(b *shareBook, callers int, earliest time.Time) []reading {
	answers := make([]reading, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() { answers[i] = b.since(context.Background(), bookPage, earliest, l.read) })
	}
	all.Wait()
	return answers
}

// elapse lets time pass, which in a bubble takes none.
func elapse(d time.Duration) { <-time.After(d) }

func TestManyCallersCostOneReading(t *testing.T) {
	trouble := errors.New("no")
	for sentence, fails := range map[string]error{"that goes well": nil, "that goes wrong": trouble} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, l := newShareBook(time.Now), &library{trouble: fails}
				began := time.Now()
				for _, got := range l.together(b, 50, began) {
					if !errors.Is(got.err, fails) || fails == nil && len(got.shares) != 1 {
						t.Fatalf("answered %+v", got)
					}
				}
				if n, took := l.readings.Load(), time.Since(began); n != 1 || took != time.Second {
					t.Errorf("%d readings in %s", n, took)
				}
			})
		})
	}
}

func TestAFailureIsNobodysWhoComesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newShareBook(time.Now), &library{}
		good := l.together(b, 1, time.Now())[0]
		l.trouble = errors.New("no")
		elapse(time.Minute)
		if got := l.together(b, 1, time.Now())[0]; got.err == nil || len(got.shares) != 1 || !got.began.Equal(good.began) {
			t.Errorf("with the error comes the last that went well: %+v", got)
		}
		l.trouble = nil
		elapse(time.Millisecond)
		if got := l.together(b, 1, good.began)[0]; got.err != nil || len(got.shares) != 3 {
			t.Errorf("after a failure it is read anew: %+v", got)
		}
	})
}

func TestWhatIsOlderThanAskedForIsReadAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newShareBook(time.Now), &library{}
		began := l.together(b, 1, time.Now())[0].began
		elapse(time.Minute)
		for _, c := range []struct {
			sentence string
			earliest time.Time
			want     int
		}{
			{"older will do", began.Add(-time.Hour), 1},
			{"the same will do", began, 1},
			{"what began a moment before will not", began.Add(time.Nanosecond), 2},
			{"and then it is new", began.Add(time.Second), 2},
		} {
			if got := l.together(b, 1, c.earliest)[0]; got.err != nil || len(got.shares) != c.want {
				t.Errorf("%s: %+v", c.sentence, got)
			}
		}

		// A reading that began before one asked for it does for nobody who wrote
		// meanwhile.
		go l.together(b, 1, time.Now())
		elapse(time.Second / 2)
		if got := l.together(b, 1, time.Now())[0]; len(got.shares) != 4 {
			t.Errorf("a reading under way when somebody wrote was taken: %+v", got)
		}
	})
}

func TestTheLastReadingIsToldWhileSomebodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newShareBook(time.Now), &library{}
		if got := b.last(bookPage); got.shares != nil || got.err != nil || !got.began.IsZero() {
			t.Errorf("nobody has read: %+v", got)
		}
		l.together(b, 1, time.Now())
		l.trouble = errors.New("no")
		elapse(time.Minute)
		l.together(b, 1, time.Now())
		went := make(chan []reading)
		go func() { went <- l.together(b, 1, time.Now()) }()
		synctest.Wait()
		before := time.Now()
		if got := b.last(bookPage); len(got.shares) != 1 || got.err == nil || !time.Now().Equal(before) {
			t.Errorf("while somebody reads: %+v", got)
		}
		<-went
	})
}

func TestWhoHasNoTimeIsNotKeptWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newShareBook(time.Now), &library{}
		var reader sync.WaitGroup
		reader.Go(func() { l.together(b, 1, time.Now()) })
		defer reader.Wait()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if got := b.since(ctx, bookPage, time.Now(), l.read); cloud.KindOf(got.err) != cloud.Unavailable {
			t.Errorf("answered %+v", got)
		}
		if n := l.readings.Load(); n != 1 {
			t.Errorf("%d readings", n)
		}
	})
}

func TestAnAccountIsForgottenAndNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newShareBook(time.Now), &library{}
		other := pageKey{account: otherSharerID, region: region}
		l.together(b, 1, time.Now())
		b.since(t.Context(), other, time.Now(), l.read)
		b.forget(sharerID)
		if got := b.last(bookPage); got.shares != nil || !got.began.IsZero() {
			t.Errorf("not forgotten: %+v", got)
		}
		if got := b.last(other); len(got.shares) != 2 {
			t.Errorf("forgotten too: %+v", got)
		}
	})
}
