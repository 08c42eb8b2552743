// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	// keptCalls is how many lines of the call log the cloud keeps at least. One that begins later and is shorter was emptied on
	// purpose.
	keptCalls = 20000
	// usualSlack is what a record is given that names none.
	usualSlack = 500 * time.Millisecond
	// wellAfter is for how long after a call something must have been as it was for nobody to have been about to change it.
	wellAfter = 2 * time.Second
)

// history is a record, made ready to be asked.
type history struct {
	Record
	strangers map[string]bool
	// objects are the versions of each ImageShare, and sharers those of each SharerAccount by its name.
	objects map[objectKey][]Version
	sharers map[string][]Version
	// minds are the operator processes and what each was told.
	minds []mind
	// comings are who came to which image, and by whom, in the order of the journal.
	comings map[pair][]coming
}

// pair is one who has an image, an account or a target, and that image.
type pair struct{ region, image, who string }

func (p pair) String() string { return p.image + "/" + p.who }

// coming is one time that somebody came to an image, or that the operator asked for it.
type coming struct {
	seq  int
	at   time.Time
	ours bool
	// changed is false of what was asked for and changed nothing.
	changed bool
}

func newHistory(rec Record) *history {
	if rec.Slack == 0 {
		rec.Slack = usualSlack
	}
	h := &history{Record: rec, strangers: map[string]bool{}, objects: map[objectKey][]Version{},
		sharers: map[string][]Version{}, comings: map[pair][]coming{}}
	for _, key := range rec.Strangers {
		h.strangers[key] = true
	}
	h.Versions = slices.Clone(rec.Versions)
	slices.SortStableFunc(h.Versions, func(a, b Version) int { return cmp.Compare(a.Resource, b.Resource) })
	for _, v := range h.Versions {
		switch v.Kind {
		case kindImageShare:
			h.objects[v.key()] = append(h.objects[v.key()], v)
		case kindSharerAccount:
			h.sharers[v.Name] = append(h.sharers[v.Name], v)
		}
	}
	h.minds = mindsOf(h.Record)
	for _, e := range h.Journal {
		h.note(e)
	}
	return h
}

// note notes who came to an image by an entry, or was asked for.
func (h *history) note(e simcloud.Entry) {
	for _, p := range pairsOf(e, e.Gained) {
		h.comings[p] = append(h.comings[p], coming{seq: e.Seq, at: e.Time, ours: h.ours(e), changed: true})
	}
	if !h.ours(e) {
		return
	}
	for _, p := range asked(e) {
		h.comings[p] = append(h.comings[p], coming{seq: e.Seq, at: e.Time, ours: true})
	}
}

// ours says whether an entry is the operator's: neither by hand nor with a stranger's key.
func (h *history) ours(e simcloud.Entry) bool { return !e.ByHand && !h.strangers[e.AccessKey] }

// lastComing is by whom somebody came to an image, the last time before an entry; false means before the run.
func (h *history) lastComing(p pair, seq int) (coming, bool) {
	var last coming
	for _, c := range h.comings[p] {
		if c.seq < seq && c.changed {
			last = c
		}
	}
	return last, last.seq != 0
}

// everAsked says whether the operator has ever asked for somebody to be on an image, before an entry.
func (h *history) everAsked(p pair, seq int) bool {
	return slices.ContainsFunc(h.comings[p], func(c coming) bool { return c.seq < seq && c.ours })
}

// pairsOf reads a list of image/who.
func pairsOf(e simcloud.Entry, list []string) []pair {
	out := make([]pair, 0, len(list))
	for _, text := range list {
		image, who, _ := strings.Cut(text, "/")
		out = append(out, pair{e.Region, image, who})
	}
	return out
}

// asked is whom an entry asks for, whether or not it changed anything.
func asked(e simcloud.Entry) []pair {
	var who []string
	switch e.Action {
	case "ModifyImageSharePermission":
		who = e.Add
	case "CreateResourceShare", "AssociateResourceShare":
		who = e.Targets
	}
	var out []pair
	for image := range strings.SplitSeq(e.Image, ",") {
		for _, one := range who {
			if image != "" {
				out = append(out, pair{e.Region, image, one})
			}
		}
	}
	return out
}

// accountOf is the account that an ImageShare is about, or nothing when its SharerAccount was never seen.
func (h *history) accountOf(s *v1alpha1.ImageShare, resource uint64) string {
	name := s.Spec.SharerRef.Name
	if name == "" {
		name = "default"
	}
	account := ""
	for _, v := range h.sharers[name] {
		if account == "" || v.Resource <= resource {
			account = string(v.SharerAccount.Spec.AccountID)
		}
	}
	return account
}

// about says whether a version of an ImageShare is about an image of an account.
func (h *history) about(v Version, account, region, image string) bool {
	s := v.ImageShare
	if s == nil || s.Spec.Image.ID != image || s.Spec.Image.Region != region {
		return false
	}
	of := h.accountOf(s, v.Resource)
	return of == "" || account == "" || of == account
}

// during lists the versions of an object that it had at some time in a span, the deletion among them. What the recorder saw late is
// taken to have been so before.
func during(versions []Version, from, to time.Time) []Version {
	var out []Version
	for _, v := range versions {
		if v.Seen.After(to) {
			break
		}
		if !v.Seen.After(from) {
			out = out[:0]
		}
		out = append(out, v)
	}
	return out
}

// judgeRecord says what makes the record unfit to be judged: what it misses, and what the cloud has dropped of its own.
func judgeRecord(h *history) []Violation {
	var found []Violation
	blame := func(object, format string, args ...any) {
		found = append(found, Violation{Law: LawWitness, Object: object, Message: fmt.Sprintf(format, args...)})
	}
	for _, gap := range h.Gaps {
		blame("the record", "%s", gap)
	}
	if len(h.Journal) > 0 && h.Journal[0].Seq != 1 {
		blame("the journal", "the first %d entries were dropped, since the run was too long: take records in between", h.Journal[0].Seq-1)
	}
	if len(h.Calls) >= keptCalls && h.Calls[0].Seq != 1 {
		blame("the call log", "the first %d calls were dropped, since the run was too long: take records in between", h.Calls[0].Seq-1)
	}
	return found
}
