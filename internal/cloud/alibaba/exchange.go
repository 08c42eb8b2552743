// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// sessionName is what ActionTrail calls the operator in a role, unless told
	// otherwise.
	sessionName = "imageshare-operator"
	// shortestToken and longestToken bound what STS takes for a token
	// (AssumeRoleWithOIDC, OIDCToken).
	shortestToken = 4
	longestToken  = 20000
	// withOIDC is the one action that is not signed.
	withOIDC = "AssumeRoleWithOIDC"
)

// assumeRole assumes the target's role, with the credentials that are below it.
func (s *session) assumeRole(ctx context.Context) (issued, error) {
	at, err := s.stsEndpoint()
	if err != nil {
		return issued{}, err
	}
	role := s.target.Assume
	request, response := sts.CreateAssumeRoleRequest(), sts.CreateAssumeRoleResponse()
	request.RoleArn, request.ExternalId, request.RoleSessionName = role.RoleARN, role.ExternalID, role.SessionName
	if role.SessionName == "" {
		request.RoleSessionName = sessionName
	}
	if role.Duration > 0 {
		request.DurationSeconds = requests.NewInteger(int(role.Duration / time.Second))
	}
	below := &session{cloud: s.cloud, target: s.target}
	below.target.Assume = cloud.RoleToAssume{}
	got, err := below.do(ctx, at, request, response)
	if err != nil {
		return issued{}, unassumed(err, assumeCodes, role.RoleARN)
	}
	return s.cloud.issue(request.GetActionName(), got.header, response.Credentials)
}

// exchangeToken exchanges the token in the file for credentials. The call is
// not signed, which the SDK cannot do, and carries the token in its body, where
// no log of addresses shows it.
func (s *session) exchangeToken(ctx context.Context) (issued, error) {
	at, err := s.stsEndpoint()
	if err != nil {
		return issued{}, err
	}
	token, err := readToken(s.target.Pod.TokenFile)
	if err != nil {
		return issued{}, err
	}
	turn, err := s.cloud.budget.take(s.account(), api{at.product, at.region, withOIDC}, cloud.UrgencyOf(ctx))
	if err != nil {
		return issued{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cloud.callTimeout)
	defer cancel()
	got, sent := s.post(ctx, at, url.Values{
		"RoleArn": {s.target.Pod.RoleARN}, "OIDCProviderArn": {s.target.Pod.ProviderARN},
		"RoleSessionName": {sessionName}, "OIDCToken": {token},
	})
	got.secrets = []string{token}
	err = got.conclude(ctx, at, withOIDC, sent)
	turn.done(err)
	if err != nil {
		return issued{}, unassumed(err, oidcCodes, s.target.Pod.RoleARN)
	}
	var given sts.Credentials
	if json.Unmarshal(got.fields["Credentials"], &given) != nil {
		return issued{}, incomplete(withOIDC)
	}
	return s.cloud.issue(withOIDC, got.header, given)
}

// readToken reads the token, always anew: kubelet replaces the file long before
// the token in it expires.
func readToken(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // The path is from the operator's own environment, and from nowhere else.
	if err != nil {
		return "", &cloud.Error{
			Kind: cloud.Unauthenticated,
			Message: "the file with the OIDC token cannot be read: mount a projected ServiceAccount token for the audience sts.aliyuncs.com " +
				"into the operator's Pod, and name it in ALIBABA_CLOUD_OIDC_TOKEN_FILE, as pod identity (RRSA) does",
		}
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, longestToken+1))
	token := strings.TrimSpace(string(text))
	if err != nil || len(token) < shortestToken || len(text) > longestToken {
		return "", &cloud.Error{
			Kind:    cloud.Unauthenticated,
			Message: "there is no OIDC token in the file that ALIBABA_CLOUD_OIDC_TOKEN_FILE names: check what is mounted into the operator's Pod",
		}
	}
	return token, nil
}

// post sends one unsigned call.
func (s *session) post(ctx context.Context, at endpoint, form url.Values) (answer, error) {
	query := url.Values{
		"Action": {withOIDC}, "Version": {"2015-04-01"}, "Format": {"JSON"},
		"Timestamp": {s.cloud.clock().UTC().Format(time.RFC3339)},
	}
	address := url.URL{Scheme: strings.ToLower(at.scheme), Host: at.host, Path: "/", RawQuery: query.Encode()}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", s.cloud.userAgent)
	status, header, body, err := fetch(&wire{base: s.cloud.transport, ctx: ctx, scheme: at.scheme}, request)
	if err != nil {
		return answer{}, err
	}
	return answer{status: status, header: header}.with(body), nil
}

// fetch sends a request and reads the whole answer.
func fetch(over *wire, request *http.Request) (status int, header http.Header, body []byte, err error) {
	response, err := over.RoundTrip(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, nil, err
	}
	return response.StatusCode, response.Header, bytes.TrimSpace(body), nil
}
