// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// metadataHost is where an ECS instance finds its metadata (Instance
	// metadata). There is no other way than plain HTTP, and the address is of
	// the machine itself.
	metadataHost = "100.100.100.200"
	// metadataTimeout is the time for one question. The server is as near as
	// can be, or not there at all.
	metadataTimeout = 3 * time.Second
	// metadataTokenSeconds is how long the token lasts that the questions are
	// asked with: as long as it takes to ask them.
	metadataTokenSeconds = "60"

	credentialsPath   = "/latest/meta-data/ram/security-credentials/" //nolint:gosec // A path, not what is under it.
	metadataAction    = "the metadata server"
	withMetadataToken = "X-aliyun-ecs-metadata-token" //nolint:gosec // The name of a header, not what is in it.
)

// instanceRoleForm is what can be the name of a role. It becomes part of a path.
var instanceRoleForm = regexp.MustCompile(`^[A-Za-z0-9.@_-]{1,64}$`)

// metadata is the way to the metadata server.
type metadata struct {
	host      string
	transport http.RoundTripper
}

// newMetadata makes a way of its own: no proxy may see these answers.
func newMetadata(host string) metadata {
	if host == "" {
		host = metadataHost
	}
	return metadata{host: host, transport: &http.Transport{
		DialContext:       (&net.Dialer{Timeout: metadataTimeout}).DialContext,
		DisableKeepAlives: true,
	}}
}

// ask asks the metadata server one question.
func (m metadata) ask(ctx context.Context, method, path, name, value string) (status int, header http.Header, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, "http://"+m.host+path, http.NoBody)
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header.Set(name, value)
	status, header, body, err = fetch(&wire{base: m.transport, ctx: ctx, scheme: "HTTP"}, request)
	if err != nil {
		return 0, nil, nil, &cloud.Error{
			Kind: cloud.Unavailable,
			Message: "the metadata server of the ECS instance (" + metadataHost + ") does not answer: " +
				"an instance role is for an operator that runs on ECS, in a Pod that may reach that address",
		}
	}
	return status, header, body, nil
}

// instanceCredentials reads the credentials of the role that is attached to the
// instance, in hardened mode: a token is asked for first, which nobody can who
// merely makes the operator follow an address.
func (s *session) instanceCredentials(ctx context.Context) (issued, error) {
	if err := ctx.Err(); err != nil {
		return issued{}, late(metadataAction, err)
	}
	status, _, token, err := s.cloud.metadata.ask(ctx, http.MethodPut, "/latest/api/token",
		"X-aliyun-ecs-metadata-token-ttl-seconds", metadataTokenSeconds)
	if err != nil {
		return issued{}, err
	}
	if status != http.StatusOK || len(token) == 0 {
		return issued{}, noInstanceRole("the metadata server of the ECS instance gives out no token: enable access to instance metadata in hardened mode")
	}
	name := s.target.Instance.Name
	if name == "" {
		if name, err = s.instanceRole(ctx, string(token)); err != nil {
			return issued{}, err
		}
	}
	if !instanceRoleForm.MatchString(name) {
		return issued{}, noInstanceRole("the ECS instance names no RAM role: attach one to it")
	}
	return s.instanceKeys(ctx, string(token), name)
}

// instanceRole asks which role the instance has.
func (s *session) instanceRole(ctx context.Context, token string) (string, error) {
	status, _, body, err := s.cloud.metadata.ask(ctx, http.MethodGet, credentialsPath, withMetadataToken, token)
	if err != nil {
		return "", err
	}
	return string(body), missingRole(status, "the ECS instance that the operator runs on has no RAM role: attach one to it")
}

// instanceKeys asks for the credentials of the role.
func (s *session) instanceKeys(ctx context.Context, token, name string) (issued, error) {
	status, header, body, err := s.cloud.metadata.ask(ctx, http.MethodGet, credentialsPath+name, withMetadataToken, token)
	if err != nil {
		return issued{}, err
	}
	if err := missingRole(status, "the ECS instance that the operator runs on does not have the RAM role "+name+": attach it, or leave out its name"); err != nil {
		return issued{}, err
	}
	var given struct {
		sts.Credentials

		Code string `json:"Code"`
	}
	if json.Unmarshal(body, &given) != nil || given.Code == "" {
		return issued{}, incomplete(metadataAction)
	}
	if given.Code != "Success" {
		found := noInstanceRole("the ECS instance gets no credentials of the RAM role " + name + ": its trust policy must name the service ecs.aliyuncs.com")
		found.Code = plainCode(given.Code, []string{token, given.AccessKeySecret, given.SecurityToken})
		return issued{}, found
	}
	return s.cloud.issue(metadataAction, header, given.Credentials)
}

// missingRole is the error of a status other than that all is well. The vendor
// documents none; a thing that is not there is 404 everywhere.
func missingRole(status int, message string) error {
	switch status {
	case http.StatusOK:
		return nil
	case http.StatusNotFound:
		return noInstanceRole(message)
	}
	return &cloud.Error{Kind: cloud.Unavailable, Message: "the metadata server of the ECS instance has a fault; it is asked again"}
}

// noInstanceRole is the error of what somebody has to set right.
func noInstanceRole(message string) *cloud.Error {
	return &cloud.Error{Kind: cloud.Unauthenticated, Message: message}
}
