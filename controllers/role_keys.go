// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// lookAtKeys finds out how the keys of shared images are, once an interval
// each, and writes it into the status. A key that cannot be looked at keeps the
// state that it was last known in.
func (p *rolePass) lookAtKeys(ctx context.Context) {
	concerned := keysConcerned(p.needs)
	if concerned.Empty() && p.found.Status.Role == nil {
		return
	}
	role := &v1alpha1.RoleStatus{}
	if p.found.Status.Role != nil {
		role = p.found.Status.Role.DeepCopy()
	}
	keys := map[string]v1alpha1.KeyEntry{}
	for id := range concerned.All() {
		entry := role.Keys[string(id)]
		entry.State = p.keyState(ctx, id)
		keys[string(id)] = entry
	}
	for id, entry := range role.Keys {
		if _, there := keys[id]; !there && entry.Stage != "" {
			keys[id] = entry
		}
	}
	role.Keys = orNone(keys)
	p.found.Status.Role = role
}

// keyState is the state of a key, from memory if it was looked at within the
// interval.
func (p *rolePass) keyState(ctx context.Context, id share.KeyID) v1alpha1.KeyState {
	now := p.reconciler.Now()
	known, ok := p.notes.keys[id]
	if ok && now.Sub(known.at) < p.reconciler.soonest() && !p.asked {
		return known.state
	}
	region, name, _ := strings.Cut(string(id), "/")
	state, err := p.lookAtKey(ctx, region, name)
	switch {
	case err == nil:
	case cloud.KindOf(err) == cloud.Denied:
		state = v1alpha1.KeyUnknown
	default:
		p.unlooked = true
		if now.Sub(known.at) > p.reconciler.Interval+lateLook && !slices.Contains(p.mute, region) {
			p.mute = append(p.mute, region)
		}
		if cloud.KindOf(err) == cloud.Unavailable {
			p.notes.silent[region] = now.Add(silence)
		}
		if ok {
			return known.state
		}
		return v1alpha1.KeyUnknown
	}
	p.notes.keys[id] = keyNote{state: state, at: now}
	return state
}

// errSilent stands for the answer of a region whose KMS did not answer a moment
// ago. Not asking again at once leaves the time for the rest.
var errSilent = &cloud.Error{Kind: cloud.Throttled, RetryAfter: silence, Message: "KMS of the region did not answer; it is asked again in a minute"}

// lookAtKey asks the cloud about a key.
func (p *rolePass) lookAtKey(ctx context.Context, region, name string) (v1alpha1.KeyState, error) {
	if p.reconciler.Now().Before(p.notes.silent[region]) {
		return "", errSilent
	}
	id := share.KeyID(region + "/" + name)
	key, err := p.session.Key(ctx, region, name)
	if cloud.KindOf(err) == cloud.NotFound {
		return v1alpha1.KeyNotFound, nil
	}
	if err != nil {
		return "", err
	}
	service, err := p.isServiceKey(ctx, region, id, key)
	switch {
	case err != nil:
		return "", err
	case service:
		return v1alpha1.KeyService, nil
	case key.Owner != "" && key.Owner != p.account():
		return v1alpha1.KeyOtherAccount, nil
	case key.State != cloud.KeyEnabled:
		return v1alpha1.KeyState(key.State), nil
	case key.Instance == "":
		return v1alpha1.KeyEnabled, nil
	}
	return p.admission(ctx, region, name)
}

// isServiceKey reports whether a key is the one that ECS has made for itself:
// its creator is no account, or the alias of the service key leads to it.
func (p *rolePass) isServiceKey(ctx context.Context, region string, id share.KeyID, key cloud.Key) (bool, error) {
	if key.Service {
		return true, nil
	}
	if service, known := p.notes.services[region]; known {
		return service == id, nil
	}
	service, err := p.session.Key(ctx, region, cloud.ServiceKeyAlias)
	switch {
	case cloud.KindOf(err) == cloud.NotFound || cloud.KindOf(err) == cloud.Denied:
		p.notes.services[region] = ""
	case err != nil:
		return false, err
	default:
		p.notes.services[region] = share.KeyID(region + "/" + service.ID)
	}
	return p.notes.services[region] == id, nil
}

// admission asks whether a key in a KMS instance, which may have a policy of
// its own, admits the role. Where that is not clear the cloud has the last
// word.
func (p *rolePass) admission(ctx context.Context, region, name string) (v1alpha1.KeyState, error) {
	policy, err := p.session.KeyPolicy(ctx, region, name)
	if cloud.KindOf(err) == cloud.Denied {
		return v1alpha1.KeyEnabled, nil
	}
	if err != nil {
		return "", err
	}
	arn := fmt.Sprintf("acs:ram::%s:role/%s", p.account(), p.sharer.Spec.RoleName)
	if share.KeyPolicyAdmits(policy, arn) == share.NotAdmitted {
		return v1alpha1.KeyNotAdmitted, nil
	}
	return v1alpha1.KeyEnabled, nil
}
