// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// jitter is the part of an interval by which a routine look may come early, so
// that many looks spread and none comes late.
const jitter = 0.2

// report says when to look at the image again: at the earliest that any of its
// ImageShares wants.
func (p *pass) report() (ctrl.Result, error) {
	err, again := p.unheld, false
	for _, outcome := range p.outcomes.all() {
		if cloud.KindOf(outcome.Err) == cloud.Unauthenticated || p.refused() {
			p.reconciler.Accounts.Doubt(p.sharer)
		}
		err, again = errors.Join(err, outcome.StoreErr), again || outcome.Again
	}
	switch {
	case cloud.KindOf(err) == cloud.Conflict, err == nil && again:
		return result(againPace, false), nil
	case err != nil:
		return ctrl.Result{}, err
	}
	if targets := p.outcomes.targets; targets != nil && !targets.Revoked.Empty() {
		// Who was reached by them may be declared by number, and have been listed.
		return result(againPace, false), nil
	}
	for _, id := range p.outcomes.last().Released {
		delete(p.verdicts, id)
	}
	return p.next()
}

// refused reports whether the credentials were not accepted.
func (p *pass) refused() bool {
	return p.unseen != nil && p.unseen.reason == v1alpha1.ReasonCredentialsRejected
}

// next is the earliest look that any verdict asks for.
func (p *pass) next() (ctrl.Result, error) {
	earliest, routine := time.Duration(0), true
	for _, id := range slices.Sorted(maps.Keys(p.verdicts)) {
		for _, v := range p.verdicts[id] {
			if v.class == retry {
				return ctrl.Result{}, fmt.Errorf("%s: %s: %s", id, v.reason, v.message)
			}
			c := consequenceOf(v, p.reconciler.Interval)
			if earliest == 0 || c.after < earliest {
				earliest, routine = c.after, c.routine
			}
		}
	}
	if p.org.unsure && (earliest == 0 || earliest > silentTTL) {
		earliest, routine = silentTTL, false
	}
	return result(earliest, routine), nil
}

// result asks for another look. Routine looks are spread, and let everything
// else pass them in the queue.
func result(after time.Duration, routine bool) ctrl.Result {
	if after <= 0 {
		return ctrl.Result{}
	}
	if !routine {
		return ctrl.Result{RequeueAfter: after, Priority: new(int)}
	}
	return ctrl.Result{RequeueAfter: early(after), Priority: new(handler.LowPriority)}
}

// early is a time drawn at random from the last part of an interval.
func early(interval time.Duration) time.Duration {
	soonest := time.Duration(float64(interval) * (1 - jitter))
	return min(wait.Jitter(soonest, jitter/(1-jitter)), interval)
}
