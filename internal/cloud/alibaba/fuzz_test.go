// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	served string
}

// RoundTrip quotes back at the caller what the fuzzer wants quoted.
func (c *canned) RoundTrip(request *http.Request) (*http.Response, error) {
	c.asked = request.URL.Query()
	quote := strings.NewReplacer(
		"{url}", request.URL.String(), "{query}", request.URL.RawQuery,
		"{key}", testCredentials.AccessKeyID, "{secret}", testCredentials.AccessKeySecret,
		"{token}", testCredentials.SecurityToken, "{signature}", c.asked.Get("Signature"),
	)
	c.served = quote.Replace(c.body)
	return &http.Response{
		StatusCode: c.status,
		Proto:      "HTTP/1.1",
		Header:     http.Header{"X-Ratelimit-User-Api": {quote.Replace(c.header)}, "Location": {quote.Replace(c.header)}},
		Body:       io.NopCloser(strings.NewReader(c.served)),
		Request:    request,
	}, nil
}

// verbNames are the verbs in an order that stays, so that a corpus does.
var verbNames = slices.Sorted(maps.Keys(verbs))

func verbIndex(verb string) uint8 {
	return uint8(slices.Index(verbNames, verb))
}

// goodBodies are what each verb hopes for.
var goodBodies = map[string]string{
	"Identity": `{"RequestId":"R","AccountId":"1000000000000009"}`, "Image": images(1, imageRow), "Permissions": pageOf(2, 100, 0, 2),
	"Snapshots": snapshotPage("", "s-1"), "Role": roleBody, "RoleTags": tagsBody, "Attached": attachedBody, "Policy": policyBody,
	"Key": keyBody, "KeyPolicy": keyPolicyBody, "ResourceShares": sharesPage("", shareRow("rs-old", "Deleted", early)),
	"CreateResourceShare": shareBody, "Directory": directoryBody, "Folder": folderBody, "Member": memberBody, "ShareeQuota": quotasBody,
}

// oddBodies are what a verb may be answered all the same.
var oddBodies = []string{
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
	`{"RequestId":"R","Code":"InvalidImageId.NotFound"}`, `{"RequestId":"R","Code":"EntityNotExist.Role"}`,
	`{"RequestId":"R","TotalCount":0,"Accounts":{"Account":[]},"Images":{"Image":[]},"Quotas":[],"Policies":{"Policy":[]},"ResourceShares":[]}`,
	`{"RequestId":"R","TotalCount":0,"Accounts":null,"Images":null,"Quotas":null,"Policies":null,"ResourceShares":null,"Policy":null}`,
}

// FuzzAnswer gives a verb whatever answer: it keeps the laws of answers.
func FuzzAnswer(f *testing.F) {
	for verb, body := range goodBodies {
		f.Add(verbIndex(verb), 200, "", body)
	}
	for i, body := range oddBodies {
		f.Add(uint8(i%len(verbNames)), []int{200, 302, 400, 404, 500}[i%5], "TimeLeft:5", body)
	}
	f.Fuzz(func(t *testing.T, verb uint8, status int, header, body string) {
		meets(t, verbNames[int(verb)%len(verbNames)], &canned{status: status, header: header, body: body})
	})
}

func TestEveryVerbMeetsEveryAnswer(t *testing.T) {
	bodies := slices.Concat(oddBodies, slices.Collect(maps.Values(goodBodies)))
	for _, verb := range verbNames {
		t.Run(verb, func(t *testing.T) {
			for _, body := range bodies {
				for _, status := range []int{200, 404, 500} {
					meets(t, verb, &canned{status: status, header: "TimeLeft:5", body: body})
				}
			}
		})
	}
}

// meets calls a verb and holds what it makes of the answer against the laws.
func meets(t *testing.T, verb string, wire *canned) {
	t.Helper()
	session := New(Options{Transport: wire, Clock: newClock().Now, Limits: Limits{Rate: 1e6, Burst: 1e6, InFlight: 1000}}).Open(cloud.Target{Credentials: testCredentials})
	got, err := reads(t.Context(), session, verb)
	tellsNoSecret(t, err, wire.asked.Get("Signature"), wire.asked.Get("SignatureNonce"))
	came := toldBy(wire.status, wire.served)
	if lie := came.lie(verb, got, err); lie != "" {
		t.Fatalf("%s %s: got %+v, %v of %d %q", verb, lie, got, err, wire.status, wire.served)
	}
}
