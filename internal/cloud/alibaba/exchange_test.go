// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheTokenIsReadAnewForEveryExchange(t *testing.T) {
	w := newIssuing(t)
	w.at(-14 * time.Minute)
	target := podTarget(t)
	s := w.open(target)
	speaksAs(t, s, "pod/imageshare-operator")
	next := simcloud.OIDCToken{Token: "pod-token-Of-Tomorrow-987", Subject: subject}
	if err := w.world.SetOIDCTokens(simOwner, "ack", next); err != nil {
		t.Fatal(err)
	}
	writeToken(t, target.Pod.TokenFile, next.Token)
	w.at(14 * time.Minute)
	speaksAs(t, s, "pod/imageshare-operator")
	if got := w.asked(withOIDC); got != 1 {
		t.Errorf("asked %d times before it was due", got)
	}
	w.world.ForgetCalls()
	w.cloud.lease(s.(*session).target).doubt(w.cloud.lease(s.(*session).target).good.Credentials)
	speaksAs(t, s, "pod/imageshare-operator")
	if got := w.asked(withOIDC); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestWhatIsWrongWithPodIdentity(t *testing.T) {
	w := newIssuing(t, func(d *simcloud.Document) {
		d.OIDCProviders[0].Tokens = append(d.OIDCProviders[0].Tokens,
			simcloud.OIDCToken{Token: "token-that-is-old", Subject: subject, Expires: time.Now().Add(-time.Hour)},
			simcloud.OIDCToken{Token: "token-for-others", Subject: subject, Audience: "kubernetes"},
			simcloud.OIDCToken{Token: "token-of-a-team", Subject: "system:serviceaccount:team:x"})
	})
	for name, test := range map[string]struct {
		token string
		edit  func(*cloud.PodIdentity)
		says  string
	}{
		"it has expired":                  {"token-that-is-old", nil, "the OIDC token has expired: the file that ALIBABA_CLOUD_OIDC_TOKEN_FILE names is no longer renewed"},
		"it is for somebody else":         {"token-for-others", nil, "audience of the projected ServiceAccount token must be sts.aliyuncs.com"},
		"it is another service account's": {"token-of-a-team", nil, "its trust policy must name the identity provider"},
		"it is from elsewhere":            {"token-of-elsewhere", nil, "STS does not accept the OIDC token"},
		"there is none":                   {"  \n", nil, "there is no OIDC token in the file"},
		"it is too long":                  {strings.Repeat("x", 20001), nil, "there is no OIDC token in the file"},
		"there is no file":                {podToken, func(p *cloud.PodIdentity) { p.TokenFile += "-none" }, "the file with the OIDC token cannot be read"},
		"there is no such role":           {podToken, func(p *cloud.PodIdentity) { p.RoleARN += "-none" }, "there is no RAM role " + arnPod + "-none"},
		"the provider is not registered":  {podToken, func(p *cloud.PodIdentity) { p.ProviderARN += "-none" }, "must be registered in RAM"},
	} {
		t.Run(name, func(t *testing.T) {
			target := podTarget(t)
			writeToken(t, target.Pod.TokenFile, test.token)
			if test.edit != nil {
				test.edit(&target.Pod)
			}
			_, err := w.open(target).Identity(t.Context())
			tellsNoSecret(t, err, strings.TrimSpace(test.token), filepath.Dir(target.Pod.TokenFile))
			if found := mustBe(t, err, cloud.Unauthenticated); !strings.Contains(found.Message, test.says) || found.Subject != cloud.AboutCall {
				t.Errorf("got %+v", found)
			}
		})
	}
}

func TestWhatIsWrongWithARoleToAssume(t *testing.T) {
	w := newIssuing(t)
	for name, test := range map[string]struct {
		edit func(*cloud.RoleToAssume)
		says string
	}{
		"the wrong external ID": {func(r *cloud.RoleToAssume) { r.ExternalID = "another-tenant" }, "may not be assumed with these credentials"},
		"too long":              {func(r *cloud.RoleToAssume) { r.Duration = 3 * time.Hour }, "may not be assumed for that long"},
		"no such role":          {func(r *cloud.RoleToAssume) { r.RoleARN += "-none" }, "there is no RAM role " + arnSharing + "-none"},
		"no name of a session":  {func(r *cloud.RoleToAssume) { r.SessionName = "a b" }, "the session name is not one that STS takes"},
		"no external ID":        {func(r *cloud.RoleToAssume) { r.ExternalID = "a b" }, "the external ID is not one that STS takes"},
	} {
		t.Run(name, func(t *testing.T) {
			target := assuming(userTarget())
			test.edit(&target.Assume)
			_, err := w.open(target).Identity(t.Context())
			if found := mustBe(t, err, cloud.Unauthenticated); !strings.Contains(found.Message, test.says) {
				t.Errorf("got %+v", found)
			}
		})
	}
	target := assuming(userTarget())
	target.Credentials.AccessKeySecret = "not-the-secret"
	_, err := w.open(target).Identity(t.Context())
	if found := mustBe(t, err, cloud.Unauthenticated); !strings.Contains(found.Message, "access key secret does not belong") {
		t.Errorf("got %+v", found)
	}
}

// loose is a vendor that repeats to the caller one of the words that it was sent.
func loose(status int, word string) func(url.Values) reply {
	return func(asked url.Values) reply {
		return reply{status: status, body: `{"RequestId":"R","Code":"Some.Code","Message":"not accepted: ` + asked.Get(word) + `."}`}
	}
}

func TestExchangesTellNoSecret(t *testing.T) {
	for _, word := range []string{"OIDCToken", "ExternalId", "SecurityToken", "Signature", "AccessKeyId"} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusInternalServerError} {
			v := newVendor(t, loose(status, word))
			targets := map[string]cloud.Target{"a token": podTarget(t), "a role": assuming(cloud.Target{Credentials: testCredentials})}
			for name, target := range targets {
				_, err := New(Options{Transport: v.transport(t)}).Open(target).Identity(t.Context())
				if err == nil {
					t.Fatalf("%s: no error", name)
				}
				secrets := []string{podToken, externalID}
				for _, asked := range v.calls() {
					secrets = append(secrets, asked.Get("Signature"))
				}
				tellsNoSecret(t, err, secrets...)
			}
			for _, asked := range v.calls() {
				if asked.Get("Action") == withOIDC && (asked.Has("Signature") || asked.Has("AccessKeyId")) {
					t.Errorf("the exchange was signed: %v", asked)
				}
			}
		}
	}
}

func TestATokenIsNotSentInTheClear(t *testing.T) {
	sent := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent++ }))
	t.Cleanup(server.Close)
	target := podTarget(t)
	target.Endpoints.STS = server.Listener.Addr().String()
	transport := newTransport()
	transport.Proxy = nil
	t.Cleanup(transport.CloseIdleConnections)
	_, err := New(Options{Transport: transport}).Open(target).Identity(t.Context())
	mustBe(t, err, cloud.Unavailable)
	if sent != 0 {
		t.Error("it was")
	}
}

func TestAnswersToAnExchangeThatAreNotBelieved(t *testing.T) {
	good := `"AccessKeyId":"STS.x","AccessKeySecret":"y","SecurityToken":"z","Expiration":"2036-01-01T00:00:00Z"`
	for name, body := range map[string]string{
		"nothing":            ``,
		"no credentials":     `{"RequestId":"R"}`,
		"half of them":       `{"RequestId":"R","Credentials":{"AccessKeyId":"STS.x","Expiration":"2036-01-01T00:00:00Z"}}`,
		"another form":       `{"RequestId":"R","Credentials":[]}`,
		"no end":             `{"RequestId":"R","Credentials":{"AccessKeyId":"STS.x","AccessKeySecret":"y","SecurityToken":"z"}}`,
		"an end in the past": `{"RequestId":"R","Credentials":{` + strings.Replace(good, "2036", "2016", 1) + `}}`,
		"no request ID":      `{"Credentials":{` + good + `}}`,
		"a web page":         `<html>`,
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(body) })
			for _, target := range []cloud.Target{podTarget(t), assuming(cloud.Target{Credentials: testCredentials})} {
				_, err := New(Options{Transport: v.transport(t)}).Open(target).Identity(t.Context())
				mustBe(t, err, cloud.Unavailable)
			}
			if calls := v.calls(); len(calls) != 2 {
				t.Errorf("%d calls", len(calls))
			}
		})
	}
}

func TestThrottledExchangesAreThrottled(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return refusal(http.StatusBadRequest, "Throttling.User") })
	for _, target := range []cloud.Target{podTarget(t), assuming(cloud.Target{Credentials: testCredentials})} {
		_, err := New(Options{Transport: v.transport(t)}).Open(target).Identity(t.Context())
		if found := mustBe(t, err, cloud.Throttled); found.RetryAfter == 0 {
			t.Errorf("got %+v", found)
		}
	}
}
