// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// theImage is the image that is shared, and otherImage one that a hand adds.
const (
	theImage   = "m-1"
	otherImage = "m-2"
)

// resources is Resource Sharing in memory, with the ImageShares of one image
// and the controller that looks after them. What is asked for comes to be at
// the next tick.
type resources struct {
	*world
	shares []*resourceShare
	ticks  int
	serial int
	// lingering is what a list showed before the last tick. Stale makes a list
	// show it again, as long as nobody has written anything since.
	lingering []cloud.ResourceShare
	stale     bool
	written   bool
	// slow keeps a new resource share out of the lists until the next tick, and
	// lazy deletes one at the next tick only.
	slow, lazy bool
	// doomed are entities whose association fails, and stuck those that no tick
	// moves on.
	doomed, stuck map[string]bool
	// denied are verbs that are refused; room is how many resource shares fit.
	denied map[string]bool
	room   int

	caller
}

// resourceShare is one resource share, and who made what of it.
type resourceShare struct {
	cloud.ResourceShare
	// stranger is true when it is none of ours.
	stranger bool
	listed   int
	// byUs are the targets that we put there, and nobody else.
	byUs map[string]bool
}

func newResources() *resources {
	return &resources{
		world: newWorld(), doomed: map[string]bool{}, stuck: map[string]bool{}, denied: map[string]bool{}, room: 100,
		caller: caller{tried: map[string]int{}},
	}
}

// tick lets what was asked for come to be.
func (r *resources) tick() {
	r.lingering, r.written = r.list(), false
	r.ticks++
	r.shares = slices.DeleteFunc(r.shares, func(s *resourceShare) bool { return s.Deleting })
	for _, s := range r.shares {
		r.settleRows(s.Images)
		r.settleRows(s.Targets)
	}
}

func (r *resources) settleRows(rows []cloud.Association) {
	for i := range rows {
		row := &rows[i]
		if r.stuck[row.Entity] {
			continue
		}
		switch row.State {
		case cloud.Associating:
			row.State = cloud.Associated
			if r.doomed[row.Entity] {
				row.State, row.Reason = cloud.AssociationFailed, "not in the directory"
			}
		case cloud.Disassociating:
			row.State = cloud.Disassociated
		case cloud.Associated, cloud.AssociationFailed, cloud.Disassociated:
		}
	}
}

// list is what a fresh list shows.
func (r *resources) list() []cloud.ResourceShare {
	var out []cloud.ResourceShare
	for _, s := range r.shares {
		if s.listed <= r.ticks {
			shown := s.ResourceShare
			shown.Images, shown.Targets = slices.Clone(s.Images), slices.Clone(s.Targets)
			out = append(out, shown)
		}
	}
	return out
}

func (r *resources) share(id string) *resourceShare {
	at := slices.IndexFunc(r.shares, func(s *resourceShare) bool { return s.ID == id })
	if at < 0 {
		return nil
	}
	return r.shares[at]
}

// make adds a resource share with an image, the targets being on their way.
func (r *resources) make(name string, targets ...string) *resourceShare {
	r.serial++
	s := &resourceShare{byUs: map[string]bool{}, listed: r.ticks}
	s.ID, s.Name, s.Tagged = fmt.Sprintf("rs-%d", r.serial), name, true
	s.Created = time.Unix(int64(r.ticks), 0)
	s.put(&s.Images, theImage, cloud.Associating)
	for _, target := range targets {
		s.put(&s.Targets, target, cloud.Associating)
	}
	r.shares = append(r.shares, s)
	return s
}

// put sets the state of an association. There is one row for an entity, its
// latest.
func (s *resourceShare) put(rows *[]cloud.Association, entity string, state cloud.AssociationState) {
	*rows = slices.DeleteFunc(*rows, func(a cloud.Association) bool { return a.Entity == entity })
	*rows = append(*rows, cloud.Association{Entity: entity, State: state})
}

func stateOf(rows []cloud.Association, entity string) cloud.AssociationState {
	for _, a := range rows {
		if a.Entity == entity {
			return a.State
		}
	}
	return cloud.Disassociated
}

// present reports whether an entity is on a resource share, or on its way there
// or away.
func present(rows []cloud.Association, entity string) bool {
	state := stateOf(rows, entity)
	return state != cloud.Disassociated && state != cloud.AssociationFailed
}

// call notes a call of the cloud, and lets it fail.
func (r *resources) call(verb, rest string) (bool, error) {
	done, err := r.begin(verb + rest)
	if done && r.denied[verb] {
		return false, &cloud.Error{Kind: cloud.Denied, Code: "NoPermission", Message: "denied"}
	}
	return done, err
}

func (r *resources) ResourceShares(context.Context) ([]cloud.ResourceShare, error) {
	if _, err := r.call("list", ""); err != nil {
		return nil, err
	}
	if r.stale && !r.written {
		return r.lingering, nil
	}
	return r.list(), nil
}

func (r *resources) CreateResourceShare(_ context.Context, name string, targets []string) (string, error) {
	done, err := r.call("create", fmt.Sprint(" ", targets))
	if !done {
		return "", err
	}
	r.watchName(name)
	r.watchPut(targets)
	if len(r.shares) >= r.room {
		return "", refusedWith(err, cloud.Quota, cloud.AboutCall)
	}
	s := r.make(name, targets...)
	if r.slow {
		s.listed++
	}
	r.puts(s, targets)
	if err != nil {
		return "", err
	}
	return s.ID, nil
}

// refusedWith is what a call answers that does nothing, unless its answer is lost.
func refusedWith(lost error, kind cloud.Kind, about cloud.Subject) error {
	if lost != nil {
		return lost
	}
	return &cloud.Error{Kind: kind, Subject: about, Code: "Refused", Message: "refused"}
}
