// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"fmt"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

var _ Sharing = &resources{}

// changed is the resource share that a call is about to change, with what the
// call answers then; nil if it changes nothing.
func (r *resources) changed(verb, id string, targets []string) (*resourceShare, error) {
	rest := " " + id
	if targets != nil {
		rest += fmt.Sprint(targets)
	}
	done, err := r.call(verb, rest)
	if !done {
		return nil, err
	}
	s := r.share(id)
	if s == nil {
		return nil, refusedWith(err, cloud.NotFound, cloud.AboutCall)
	}
	r.watchStranger(s)
	if s.Deleting {
		return nil, refusedWith(err, cloud.Conflict, cloud.AboutCall)
	}
	return s, err
}

func (r *resources) Associate(_ context.Context, id string, targets []string) error {
	r.watchPut(targets)
	s, err := r.changed("associate", id, targets)
	if s == nil {
		return err
	}
	for _, target := range targets {
		if stateOf(s.Targets, target) == cloud.Disassociating {
			return refusedWith(err, cloud.Conflict, cloud.AboutTarget)
		}
	}
	for _, target := range targets {
		if stateOf(s.Targets, target) != cloud.Associated {
			s.put(&s.Targets, target, cloud.Associating)
		}
	}
	r.puts(s, targets)
	return err
}

func (r *resources) Disassociate(_ context.Context, id string, targets []string) error {
	r.watchBatch(targets)
	s, err := r.changed("disassociate", id, targets)
	if s == nil {
		return err
	}
	for _, target := range targets {
		if stateOf(s.Targets, target) == cloud.Associating {
			return refusedWith(err, cloud.Conflict, cloud.AboutTarget)
		}
	}
	r.watchTaking("disassociate", func() {
		for _, target := range targets {
			if stateOf(s.Targets, target) == cloud.Associated {
				s.put(&s.Targets, target, cloud.Disassociating)
			}
		}
	})
	r.written = true
	return err
}

func (r *resources) DeleteResourceShare(_ context.Context, id string) error {
	s, err := r.changed("delete", id, nil)
	if s == nil {
		return err
	}
	if present(s.Images, otherImage) {
		r.broken = append(r.broken, id+" was deleted with somebody else's image on it")
	}
	r.watchTaking("delete", func() { r.drop(s) })
	r.written = true
	return err
}

// drop deletes a resource share: at once, or at the next tick, and until then
// everybody is on the way off it.
func (r *resources) drop(s *resourceShare) {
	if r.lazy {
		s.Deleting = true
		for _, rows := range [][]cloud.Association{s.Images, s.Targets} {
			for i := range rows {
				rows[i].State = cloud.Disassociating
			}
		}
		return
	}
	r.shares = slices.DeleteFunc(r.shares, func(other *resourceShare) bool { return other == s })
}

// puts notes whom we put on a resource share: those that a ledger says are
// granted. One that was found, and is put back, stays found.
func (r *resources) puts(s *resourceShare, targets []string) {
	r.written = true
	for _, target := range targets {
		s.byUs[target] = r.provable(share.Sharee(target))
	}
}
