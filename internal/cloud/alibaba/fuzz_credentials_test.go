// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// issuer answers who asks for credentials, and for the metadata of an instance.
type issuer struct {
	status     int
	date, body string
	// token and role are what the metadata server says of them.
	token, role string
	// asked is what the asker proves itself by, and secrets are what else of the
	// question nobody must see.
	asked   string
	secrets []string
	// identities counts the questions who the caller is.
	identities int
}

// RoundTrip answers as told; a question for the identity it answers well.
func (i *issuer) RoundTrip(request *http.Request) (*http.Response, error) {
	status, body := i.status, i.body
	query := request.URL.Query()
	switch path := request.URL.Path; {
	case query.Get("Action") == "GetCallerIdentity":
		i.identities++
		status, body = http.StatusOK, `{"RequestId":"R","AccountId":"1000000000000009"}`
	case strings.HasSuffix(path, "/api/token"):
		status, body = http.StatusOK, i.token
	case strings.HasSuffix(path, "/security-credentials/"):
		status, body = http.StatusOK, i.role
	}
	i.secrets = append(i.secrets, query.Get("Signature"), query.Get("SignatureNonce"))
	body = strings.NewReplacer("{asked}", i.asked, "{signature}", query.Get("Signature"),
		"{key}", query.Get("AccessKeyId")).Replace(body)
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", Header: http.Header{"Date": {i.date}},
		Body: io.NopCloser(strings.NewReader(body)), Request: request,
	}, nil
}

// temporaryTargets are the ways to credentials that expire.
func temporaryTargets(tokenFile string) []cloud.Target {
	return []cloud.Target{
		assuming(cloud.Target{Credentials: testCredentials}),
		{Pod: cloud.PodIdentity{RoleARN: arnPod, ProviderARN: arnProvider, TokenFile: tokenFile}},
		{Instance: cloud.InstanceRole{Use: true}},
	}
}

const (
	issuedKeys = `"AccessKeyId":"STS.abcdefgh","AccessKeySecret":"issued-secret","SecurityToken":"issued-token"`
	goodIssue  = `{"RequestId":"R","Code":"Success",` + issuedKeys + `,"Expiration":"2026-11-21T13:00:00Z",` +
		`"Credentials":{` + issuedKeys + `,"Expiration":"2026-11-21T13:00:00Z"}}`
)

// FuzzIssuedCredentials gives whoever asks for credentials whatever answer:
// there are whole ones that have not expired, which are renewed in time and not
// all the time, or there are none; no turn stays taken, and no secret is told.
func FuzzIssuedCredentials(f *testing.F) {
	file := filepath.Join(f.TempDir(), "token")
	if err := os.WriteFile(file, []byte(podToken), 0o600); err != nil {
		f.Fatal(err)
	}
	plain := strings.Replace(goodIssue, `"Code":"Success",`, "", 1)
	for way := range uint8(3) {
		for _, body := range []string{
			goodIssue, plain, ``, `{}`, `[]`, `null`, `<html>{asked}</html>`, `{"RequestId":"R","Credentials":null}`,
			`{"Code":"AssumeRoleUnauthorizedAccess"}`, `{"RequestId":"R","Code":"Odd.{asked}","Message":"{asked} {key} {signature}"}`,
			`{"Code":"issued-secret",` + issuedKeys + `}`, `{"Code":"Success",` + issuedKeys + `,"Expiration":"soon"}`,
			strings.ReplaceAll(plain, "2026-11-21", "9999-12-31"), strings.ReplaceAll(goodIssue, "2026", "1970"),
			strings.ReplaceAll(plain, "2026-11-21T13:00:00Z", "2026-11-21T12:00:01Z"),
			strings.ReplaceAll(goodIssue, "2026-11-21", "9999-12-31"), strings.ReplaceAll(plain, "issued-token", ""),
		} {
			f.Add(way, 200, "Sat, 21 Nov 2026 12:00:00 GMT", body, "metadata-token", "node")
		}
		f.Add(way, 404, "", `{"RequestId":"R","Code":"EntityNotExist.Role","Message":"{key}"}`, "", "../user-data")
		f.Add(way, 403, "Thu, 01 Jan 1970 00:00:00 GMT", plain, "a\r\nb: c", "")
	}
	f.Fuzz(func(t *testing.T, way uint8, status int, date, body, token, role string) {
		over := &issuer{status: status, date: date, body: body, token: token, role: role, asked: []string{externalID, podToken, token}[way%3]}
		clock := newClock()
		c := New(Options{Transport: over, Clock: clock.Now})
		c.metadata.transport = over
		target := temporaryTargets(file)[int(way)%3]
		s := c.Open(target)
		_, err := s.Identity(t.Context())
		kept := c.lease(target)
		holds(t, kept.good, kept.renew, clock.Now(), over)
		if secrets := append(over.secrets, proof(over.asked), givenSecret(way%3 < 2, body)); err != nil {
			tellsNoSecret(t, err, secrets...)
			sureOfItself(t, *cloud.AsError(err))
		}
		if (err == nil) != (over.identities > 0) || (err == nil) != (kept.good != issued{}) {
			t.Fatalf("%+v after %d questions, %v", kept.good.until, over.identities, err)
		}
		over.body, over.status, over.date, over.token, over.role = goodIssue, 200, "", "metadata-token", "node"
		if int(way)%3 < 2 {
			over.body = plain
		}
		if _, err := s.Identity(t.Context()); err != nil {
			t.Fatalf("a bad answer is remembered: %v", err)
		}
	})
}

// holds checks the credentials that are kept, if any are.
func holds(t *testing.T, kept issued, renew, now time.Time, over *issuer) {
	t.Helper()
	if kept == (issued{}) {
		return
	}
	lasts := kept.until.Sub(now)
	if kept.AccessKeyID == "" || kept.AccessKeySecret == "" || kept.SecurityToken == "" || lasts <= 0 || over.status/100 != 2 {
		t.Fatalf("keeps credentials of which a part is missing, which have expired, or which nobody gave: %d, %s", over.status, lasts)
	}
	if wait := renew.Sub(now); wait < renewEvery || lasts > time.Hour && (wait < lasts/2 || wait >= lasts) {
		t.Fatalf("renews what lasts %s after %s", lasts, wait)
	}
}

// sureOfItself wants an error about credentials to say what to do only where
// something was said: by a code, or by the metadata server's status.
func sureOfItself(t *testing.T, found cloud.Error) {
	t.Helper()
	if found.Local || found.Message == "" || len(found.Message) > 4*maxMessage {
		t.Fatalf("got %+v", found)
	}
	ofInstance := strings.Contains(found.Message, "ECS instance")
	if found.Kind != cloud.Unauthenticated && found.Kind != cloud.Denied && found.Kind != cloud.Invalid && found.Kind != cloud.NotFound {
		return
	}
	if found.Code == "" && !ofInstance {
		t.Fatalf("is sure of what nobody said: %+v", found)
	}
}

// givenSecret is the secret that an answer gives out.
func givenSecret(sts bool, body string) string {
	var given struct {
		AccessKeySecret string
		Credentials     struct{ AccessKeySecret string }
	}
	if json.Unmarshal([]byte(body), &given) != nil {
		return ""
	}
	if sts {
		return proof(given.Credentials.AccessKeySecret)
	}
	return proof(given.AccessKeySecret)
}

// proof is a word that is long enough to be a secret, and occurs in no sentence
// and no code that is public.
func proof(word string) string {
	if _, public := meant(word); public || len(word) < 2*shortest || strings.Contains(goodIssue, word) && !strings.HasPrefix(word, "issued-") {
		return ""
	}
	return word
}
