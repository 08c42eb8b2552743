// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// The SDK's own providers of credentials serve for none of this: they know no
// context and no transport of ours, renew under no lock, fail over a renewal
// that fails while the old credentials still do, and put addresses and bodies
// into their errors (sdk/auth/credentials/credentials.go).

// temporary reports whether the credentials of a target expire.
func temporary(t cloud.Target) bool {
	return t.Assume != cloud.RoleToAssume{} || t.Pod != cloud.PodIdentity{} || t.Instance != cloud.InstanceRole{}
}

// credentials are those to sign with now.
func (s *session) credentials(ctx context.Context) (cloud.Credentials, error) {
	if !temporary(s.target) {
		return s.target.Credentials, nil
	}
	kept := s.cloud.lease(s.target)
	good, mine, err := kept.claim(s.cloud.clock())
	if !mine {
		return good, err
	}
	return s.renew(ctx, kept)
}

// renew asks for credentials. If none come, those that there are go on to
// serve.
func (s *session) renew(ctx context.Context, kept *lease) (cloud.Credentials, error) {
	settled := false
	defer func() {
		// A panic that is caught further up must not leave the turn taken.
		if !settled {
			kept.settle(s.cloud.clock(), issued{}, errPanic)
		}
	}()
	came, err := s.ask(ctx)
	serve, good := kept.settle(s.cloud.clock(), came, err)
	settled = true
	if err != nil && good {
		s.cloud.notRenewed(s.target.Name, serve.until, err)
		err = nil
	}
	return serve.Credentials, err
}

// ask asks for the credentials of the target.
func (s *session) ask(ctx context.Context) (issued, error) {
	switch {
	case s.target.Assume != cloud.RoleToAssume{}:
		return s.assumeRole(ctx)
	case s.target.Pod != cloud.PodIdentity{}:
		return s.exchangeToken(ctx)
	}
	return s.instanceCredentials(ctx)
}

// heed gives temporary credentials up that a call has shown not to be accepted,
// so that the next call asks for others. That is no reason for anybody to
// change anything, as it is with credentials that a person has given.
func (s *session) heed(from cloud.Credentials, err error) error {
	found := cloud.AsError(err)
	if found == nil || found.Kind != cloud.Unauthenticated || !temporary(s.target) {
		return err
	}
	s.cloud.lease(s.target).doubt(from)
	return &cloud.Error{
		Kind:    cloud.Unavailable,
		Code:    found.Code,
		Message: "Alibaba Cloud does not accept the temporary credentials of the account any more; others are asked for",
	}
}

// lease finds what is kept for a target, or makes it. Of the endpoints that of
// STS alone matters.
func (c *Cloud) lease(target cloud.Target) *lease {
	target.Endpoints = cloud.Endpoints{STS: target.Endpoints.STS, Insecure: target.Endpoints.Insecure}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found := c.leases[target]; found != nil {
		return found
	}
	now := c.clock()
	maps.DeleteFunc(c.leases, func(_ cloud.Target, old *lease) bool { return old.idle(now) })
	made := &lease{used: now}
	c.leases[target] = made
	return made
}

// issue reads credentials as STS and the metadata server give them out. How long
// they last is reckoned by the clock of whoever gave them out, where the answer
// shows it, since a clock that is some minutes wrong is good enough to sign by.
func (c *Cloud) issue(action string, header http.Header, given sts.Credentials) (issued, error) {
	until, err := time.Parse(time.RFC3339, given.Expiration)
	if err != nil || given.AccessKeyId == "" || given.AccessKeySecret == "" || given.SecurityToken == "" {
		return issued{}, incomplete(action)
	}
	now := c.clock()
	lasts := until.Sub(now)
	if theirs, err := http.ParseTime(header.Get("Date")); err == nil {
		lasts = until.Sub(theirs)
	}
	if lasts <= 0 {
		return issued{}, &cloud.Error{
			Kind:    cloud.Unavailable,
			Message: "the credentials that " + action + " gives out have expired already: check the clock of the machine that the operator runs on",
		}
	}
	return issued{until: now.Add(lasts), Credentials: cloud.Credentials{
		AccessKeyID: given.AccessKeyId, AccessKeySecret: given.AccessKeySecret, SecurityToken: given.SecurityToken,
	}}, nil
}
