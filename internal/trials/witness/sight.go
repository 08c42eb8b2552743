// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"maps"
	"slices"
	"time"
)

// mind is an operator process and what it was told, in the order of the answers.
type mind struct {
	Process
	looks []Look
}

// mindsOf sorts the looks by the processes that they were answered to.
func mindsOf(rec Record) []mind {
	processes := rec.Processes
	if len(processes) == 0 {
		names := map[string]bool{}
		for _, l := range rec.Looks {
			names[l.Operator] = true
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			processes = append(processes, Process{Operator: name})
		}
	}
	looks := slices.Clone(rec.Looks)
	slices.SortStableFunc(looks, func(a, b Look) int { return a.Answered.Compare(b.Answered) })
	var out []mind
	for _, p := range processes {
		m := mind{Process: p}
		for _, l := range looks {
			if l.Operator == p.Operator && p.lives(l.Answered, 0) {
				m.looks = append(m.looks, l)
			}
		}
		out = append(out, m)
	}
	return out
}

// lives says whether the process runs at a time, or has just ended.
func (p Process) lives(t time.Time, slack time.Duration) bool {
	return !t.Before(p.Started) && (p.Stopped.IsZero() || !t.After(p.Stopped.Add(slack)))
}

// sight is what a process knew of the ImageShares of one image.
type sight struct {
	// look is the list that it rests on; nil if there was none.
	look *Look
	// known are the ImageShares by their names.
	known map[objectKey]Version
}

// sights is what the operator may have gone by in a call about an image at a time: for each process that runs, the last list of the
// image's ImageShares that was answered before the call, which is the look of the one loop that calls, with what later answers have
// told of single ones. Those come from other loops too; so what they told within the slack before the call it may or may not have
// gone by. Lists of all ImageShares are other loops' as well, and are of use only where there is none of the image.
func (h *history) sights(t time.Time, region, image string) []sight {
	var out []sight
	for _, m := range h.minds {
		if !m.lives(t, h.Slack) {
			continue
		}
		before := t.Add(-h.Slack)
		moments := [][2]time.Time{{t, t}, {t, before}}
		if base := m.base(region, image, t); base != nil && base.Fits.Image == "" {
			moments = append(moments, [2]time.Time{before, before})
		}
		for _, until := range moments {
			if s := m.sight(region, image, until[0], until[1]); s.look != nil || len(s.known) > 0 {
				out = append(out, s)
			}
		}
	}
	return out
}

// sight is what the process knew by the lists up to one time, and by single answers up to another.
func (m mind) sight(region, image string, lists, singles time.Time) sight {
	s := sight{look: m.base(region, image, lists), known: map[objectKey]Version{}}
	var from time.Time
	if s.look != nil {
		from = s.look.Answered
		for _, v := range s.look.Versions {
			s.known[v.key()] = v
		}
	}
	for _, l := range m.looks {
		if l.Kind != kindImageShare || l.Fits.Name == "" || !l.Answered.After(from) && s.look != nil || l.Answered.After(singles) {
			continue
		}
		s.tell(l)
	}
	maps.DeleteFunc(s.known, func(_ objectKey, v Version) bool {
		return v.ImageShare.Spec.Image.ID != image || v.ImageShare.Spec.Image.Region != region
	})
	return s
}

// tell takes in what an answer tells of a single object.
func (s sight) tell(l Look) {
	if len(l.Versions) == 0 {
		delete(s.known, objectKey{kindImageShare, l.Fits.Namespace, l.Fits.Name})
	}
	for _, v := range l.Versions {
		if v.Resource >= s.known[v.key()].Resource {
			s.known[v.key()] = v
		}
	}
}

// base is the last list of the ImageShares of an image up to a time, or of all if there was none.
func (m mind) base(region, image string, until time.Time) *Look {
	var own, all *Look
	for i := range m.looks {
		l := &m.looks[i]
		if l.Answered.After(until) {
			break
		}
		if l.Kind != kindImageShare || !l.Whole {
			continue
		}
		switch l.Fits {
		case Selection{Region: region, Image: image}, Selection{Image: image}:
			own = l
		case Selection{}:
			all = l
		}
	}
	if own != nil {
		return own
	}
	return all
}
