// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package alibaba speaks to Alibaba Cloud through the vendor's SDK, and keeps
// the SDK's manners inside: it is the only room that imports it.
//
// What the SDK does and this package does not let through: plain HTTP by
// default, clients that are not safe for concurrent use, no context, requests
// that remember the parameters of the call before, panics on answers that it
// does not expect, empty answers taken for success, redirects that carry the
// signed address along, and errors whose text holds the access key and the
// signature (github.com/aliyun/alibaba-cloud-sdk-go v1.63.107: sdk/client.go,
// sdk/errors/server_error.go, sdk/responses/response.go).
//
// It must never know Kubernetes, wait for its turn, retry, log, or put
// anything secret into an error. An error that holds
// [context.DeadlineExceeded] may also come from this package's own limit on a
// call: whoever wants to know whether its own time is up asks its context.
package alibaba

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// DefaultCallTimeout is the time that one call may take, where its context
// does not end sooner. It is our own choice; the SDK's figures for these calls
// run from 10 to 38 seconds (sdk/api_timeout.go).
const DefaultCallTimeout = 15 * time.Second

// Options say how to speak to the cloud. The zero value is what ships.
type Options struct {
	// Clock tells the time, for budgets and for when credentials expire. Default: [time.Now].
	Clock func() time.Time
	// Transport carries the calls. Default: one of our own, which takes its
	// proxy from the environment and trusts the system's certificates.
	Transport http.RoundTripper
	// UserAgent is added to the SDK's own.
	UserAgent string
	// CallTimeout is the time that one call may take. Default:
	// [DefaultCallTimeout].
	CallTimeout time.Duration
	// Limits are the budget of each account. Default: [DefaultLimits].
	Limits Limits
	// NotRenewed is told what no caller is: that the temporary credentials of a
	// target could not be renewed, while those that there are still do, until
	// when. Default: nobody is told.
	NotRenewed func(name string, until time.Time, err error)
	// Fence is asked before every call; where it answers an error, the call is not
	// sent. Default: nobody is asked.
	Fence func() error
	// Observer is told of every call. Default: nobody is told.
	Observer Observer
	// Metadata is the address of the metadata server of the ECS instance, host
	// or host:port. Default: the vendor's. It is there for tests.
	Metadata string
}

// Cloud is Alibaba Cloud. All sessions that it opens share their connections
// and, account by account, their budgets.
type Cloud struct {
	transport   http.RoundTripper
	userAgent   string
	callTimeout time.Duration
	clock       func() time.Time
	budget      *budget
	mute        bool
	notRenewed  func(name string, until time.Time, err error)
	fence       func() error
	metadata    metadata

	mutex   sync.Mutex
	regions map[string]*regionList
	leases  map[cloud.Target]*lease
}

var _ cloud.Opener = (*Cloud)(nil)

// New makes a Cloud. It makes no call.
func New(options Options) *Cloud {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Transport == nil {
		options.Transport = newTransport()
	}
	if options.CallTimeout <= 0 {
		options.CallTimeout = DefaultCallTimeout
	}
	if options.NotRenewed == nil {
		options.NotRenewed = func(string, time.Time, error) {}
	}
	if options.Fence == nil {
		options.Fence = func() error { return nil }
	}
	spending := newBudget(options.Limits.orDefault(), options.Clock)
	if options.Observer != nil {
		spending.observer = options.Observer
	}
	return &Cloud{
		transport:   options.Transport,
		userAgent:   options.UserAgent,
		callTimeout: options.CallTimeout,
		clock:       options.Clock,
		budget:      spending,
		mute:        !sdkPrints(),
		notRenewed:  options.NotRenewed,
		fence:       options.Fence,
		metadata:    newMetadata(options.Metadata),
		regions:     map[string]*regionList{},
		leases:      map[cloud.Target]*lease{},
	}
}

// Open makes a session for one target. It makes no call.
func (c *Cloud) Open(target cloud.Target) cloud.Session {
	return &session{cloud: c, target: target}
}

// sdkPrints reports whether the environment makes the SDK print every signed
// request to standard output (sdk/utils/debug.go). There is no other way to
// stop it than to make no call.
func sdkPrints() bool {
	return slices.Contains(strings.Split(os.Getenv("DEBUG"), ","), "sdk")
}
