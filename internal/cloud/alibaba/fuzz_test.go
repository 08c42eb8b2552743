// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// canned answers every request without a network.
type canned struct {
	status int
	header string
	body   string
	asked  url.Values
}

// RoundTrip quotes back at the caller what the fuzzer wants quoted.
func (c *canned) RoundTrip(request *http.Request) (*http.Response, error) {
	c.asked = request.URL.Query()
	quote := strings.NewReplacer(
		"{url}", request.URL.String(), "{query}", request.URL.RawQuery,
		"{key}", testCredentials.AccessKeyID, "{secret}", testCredentials.AccessKeySecret,
		"{token}", testCredentials.SecurityToken, "{signature}", c.asked.Get("Signature"),
	)
	return &http.Response{
		StatusCode: c.status,
		Proto:      "HTTP/1.1",
		Header:     http.Header{"X-Ratelimit-User-Api": {quote.Replace(c.header)}, "Location": {quote.Replace(c.header)}},
		Body:       io.NopCloser(strings.NewReader(quote.Replace(c.body))),
		Request:    request,
	}, nil
}

// FuzzAnswer gives every verb whatever answer: it must neither panic nor tell
// a secret.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `{"RequestId":"R"}`, images(1, imageRow), images(0), regionsBody,
		pageOf(1, 100, 0, 1), pageOf(230, 100, 0, 100), `{"RequestId":"R","AccountId":"1000000000000009"}`,
		`{"RequestId":"R","Code":"Throttling.User","Message":"{key}"}`,
		`{"RequestId":"R","Code":"Odd.{key}","Message":"{url}"}`,
		`{"RequestId":"R","Code":"Odd","Message":"{query}\n{secret} {token} {signature}"}`,
		`{"Code":404,"AccessDeniedDetail":"x"}`, `{"Code":"NoPermission","AccessDeniedDetail":[]}`,
		`{"RequestId":"R","TotalCount":"1e9","Accounts":{"Account":[{"AliyunId":1}]}}`,
		roleBody, tagsBody, attachedBody, policyBody, keyBody, keyPolicyBody, snapshotsBody,
		shareBody, directoryBody, folderBody, memberBody,
		`{"RequestId":"R","NextToken":"x","ResourceShares":[` + shareRow("rs-abc", "Active", "2026-01-01T00:00:00Z") +
			`],"ResourceShareAssociations":[` + associationOf("rs-abc", "Target", testFolder, "Failed", "2026-01-01T00:00:00Z", "{url} {key}") + `]}`,
		`{"RequestId":"R","Code":"DeleteConflict.Policy.Version"}`, `{"RequestId":"R","Code":"InvalidParameter"}`,
		`{"RequestId":"R","NextToken":"x","TagResources":[],"Snapshots":{},"Policy":{},"KeyMetadata":{"Arn":"acs:kms:"}}`,
		`<html>{url}</html>`, `{"RequestId":"R","Images":{"Image":[{"ImageId":"m-bp1test","ImageOwnerId":"x"}]}}`,
	} {
		for _, status := range []int{200, 302, 400, 404, 500} {
			f.Add(status, "TimeLeft:5", body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, header, body string) {
		for verb, do := range verbs {
			wire := &canned{status: status, header: header, body: body}
			session := New(Options{Transport: wire, Clock: newClock().Now}).Open(cloud.Target{Credentials: testCredentials})
			err := do(t.Context(), session)
			tellsNoSecret(t, err, wire.asked.Get("Signature"), wire.asked.Get("SignatureNonce"))
			if found := cloud.AsError(err); found != nil && found.Message == "" {
				t.Errorf("%s says nothing: %#v", verb, found)
			}
		}
	})
}
