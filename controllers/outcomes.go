// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// outcomes is what became of a pass, way by way: nil where nothing was run.
type outcomes struct {
	accounts, targets *converge.Outcome
}

// with are the outcomes with that of one way.
func (o outcomes) with(w *way, outcome *converge.Outcome) outcomes {
	if w.targets {
		o.targets = outcome
	} else {
		o.accounts = outcome
	}
	return o
}

// all are those that there are.
func (o outcomes) all() []*converge.Outcome {
	if o.targets == nil {
		return []*converge.Outcome{o.accounts}
	}
	return []*converge.Outcome{o.accounts, o.targets}
}

// last is the one that told what came of all.
func (o outcomes) last() *converge.Outcome {
	all := o.all()
	return all[len(all)-1]
}

// granted is who was granted, and revoked who was revoked, in any way.
func (o outcomes) granted() share.Sharees {
	out := share.Sharees{}
	for _, outcome := range o.all() {
		out = out.With(outcome.Granted)
	}
	return out
}

func (o outcomes) revoked() share.Sharees {
	out := share.Sharees{}
	for _, outcome := range o.all() {
		out = out.With(outcome.Revoked)
	}
	return out
}
