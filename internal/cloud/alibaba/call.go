// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// errPanic stands for a panic inside the SDK. What it panicked with is dropped:
// it may quote the answer.
var errPanic = errors.New("the SDK gave up")

// do makes one call, once, if there are credentials and the budget allows it
// now. Request and response must be new: the SDK never clears the parameters of a request
// (sdk/requests, InitParams), so that one used twice would carry the accounts
// of the first time along.
func (s *session) do(ctx context.Context, at endpoint, request requests.AcsRequest, response responses.AcsResponse) (answer, error) {
	action := request.GetActionName()
	if err := ctx.Err(); err != nil {
		return answer{}, late(action, err)
	}
	from, err := s.credentials(ctx)
	if err != nil {
		return answer{}, err
	}
	if err := s.ready(from); err != nil {
		return answer{}, err
	}
	if err := s.cloud.fence(); err != nil {
		return answer{}, &cloud.Error{Kind: cloud.Unavailable, Message: err.Error(), Local: true}
	}
	turn, err := s.cloud.budget.take(s.account(), api{at.product, at.region, action}, cloud.UrgencyOf(ctx))
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cloud.callTimeout)
	defer cancel()
	wire := &wire{base: s.cloud.transport, ctx: ctx, scheme: at.scheme}
	sent := s.send(wire, at, from, request, response)
	got := read(response)
	got.secrets = wire.secrets(from)
	err = got.conclude(ctx, at, action, sent)
	turn.done(err)
	return got, s.heed(from, err)
}

// conclude is what the answer amounts to, given what became of the sending.
func (a answer) conclude(ctx context.Context, at endpoint, action string, sent error) error {
	if a.status == 0 {
		return unreachable(ctx, at.host, action, sent)
	}
	err := a.judge(at.product, action, slices.Concat(a.secrets, a.issued()))
	if err == nil && sent != nil {
		return unreadable(action)
	}
	return err
}

// ready refuses to call where the call could only fail, or would give the
// access key away.
func (s *session) ready(from cloud.Credentials) error {
	if from.AccessKeyID == "" || from.AccessKeySecret == "" {
		return &cloud.Error{
			Kind:    cloud.Unauthenticated,
			Message: "there is no access key: give both its ID and its secret",
		}
	}
	if !s.cloud.mute {
		return &cloud.Error{
			Kind: cloud.Unavailable,
			Message: "nothing is sent while the operator's environment variable DEBUG contains \"sdk\": " +
				"it makes the vendor's SDK print signed requests; remove it",
		}
	}
	return nil
}

// send has the SDK sign and send one request and decode the answer. The client
// is made for this one call, which costs microseconds: the SDK's clients write
// to their own fields on every call and must not be shared (sdk/client.go,
// setTimeout).
func (s *session) send(wire *wire, at endpoint, from cloud.Credentials, request requests.AcsRequest, response responses.AcsResponse) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	config := sdk.NewConfig().WithScheme(at.scheme).WithAutoRetry(false).WithUserAgent(s.cloud.userAgent)
	// Our own deadline is the context's; the SDK's only has to be no sooner.
	config.MaxRetryTime, config.Timeout, config.Transport = 0, 2*s.cloud.callTimeout, wire
	client, err := sdk.NewClientWithOptions(at.region, config, provider(from))
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	// With the address set, the SDK never asks its location service.
	client.Domain = at.host
	client.SetCloseTrace(true)
	// The proxy is the transport's business. These keep the SDK from parsing
	// the proxies in the environment, and NO_PROXY as regular expressions, and
	// from failing every call over them (sdk/client.go, DoActionWithSigner).
	client.SetHttpProxy("http://proxy.invalid")
	client.SetHttpsProxy("http://proxy.invalid")
	client.SetNoProxy("^$")
	return client.DoAction(request, response)
}

// provider hands the credentials to the SDK.
func provider(from cloud.Credentials) credentials.CredentialsProvider {
	if from.SecurityToken == "" {
		return credentials.NewStaticAKCredentialsProvider(from.AccessKeyID, from.AccessKeySecret)
	}
	return credentials.NewStaticSTSCredentialsProvider(from.AccessKeyID, from.AccessKeySecret, from.SecurityToken)
}
