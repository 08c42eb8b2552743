// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		v := newVendor(t, func(url.Values) reply {
			return reply{status: status, header: http.Header{"Location": {elsewhere.URL}}}
		})
		for verb, do := range verbs {
			t.Run(fmt.Sprintf("%s %d", verb, status), func(t *testing.T) {
				mustBe(t, do(t.Context(), v.open(t, Options{})), cloud.Unknown)
			})
		}
	}
	if len(elsewhere.calls()) != 0 {
		t.Fatal("a redirect was followed")
	}
}

func TestHostileAnswers(t *testing.T) {
	echo := func(asked url.Values) string {
		return fmt.Sprintf(`{"RequestId":"R","Code":"Odd.%s","Message":"you sent %s %s"}`,
			asked.Get("AccessKeyId"), asked.Get("Signature"), url.QueryEscape(asked.Get("SecurityToken")))
	}
	for name, test := range map[string]struct {
		status int
		body   string
		kind   cloud.Kind
	}{
		"an empty 200":                     {200, ``, cloud.Unavailable},
		"an empty object":                  {200, `{}`, cloud.Unavailable},
		"null":                             {200, `null`, cloud.Unavailable},
		"a list":                           {200, `[]`, cloud.Unavailable},
		"HTML with 200":                    {200, `<html>sign in, please</html>`, cloud.Unavailable},
		"truncated JSON":                   {200, `{"RequestId":"R","Images":{"Image":[{"Im`, cloud.Unavailable},
		"a request ID that is none":        {200, `{"RequestId":{}}`, cloud.Unavailable},
		"a numeric code with 200":          {200, `{"RequestId":"R","Code":404}`, cloud.Unavailable},
		"a numeric code":                   {404, `{"RequestId":"R","Code":404,"Message":"m"}`, cloud.Unknown},
		"a numeric code with 500":          {500, `{"RequestId":"R","Code":500}`, cloud.Unavailable},
		"a denial with odd details":        {403, `{"RequestId":"R","Code":"NoPermission","AccessDeniedDetail":"x"}`, cloud.Denied},
		"everything of another type":       {400, `{"RequestId":1,"HostId":[],"Code":{},"Message":true,"Recommend":0}`, cloud.Unknown},
		"HTML with 502":                    {502, `<html>bad gateway</html>`, cloud.Unavailable},
		"HTML with 403":                    {403, `<html>blocked</html>`, cloud.Unknown},
		"HTML with 404":                    {404, `<html>lost</html>`, cloud.Unknown},
		"429 without a code":               {429, ``, cloud.Throttled},
		"no content":                       {204, ``, cloud.Unavailable},
		"an endless answer":                {200, `{"RequestId":"` + strings.Repeat("R", maxBody) + `"}`, cloud.Unavailable},
		"an answer that quotes the caller": {400, "echo", cloud.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(asked url.Values) reply {
				if test.body == "echo" {
					return reply{status: test.status, body: echo(asked)}
				}
				return reply{status: test.status, body: test.body}
			})
			for verb, do := range verbs {
				if len(test.body) > maxBody && verb != "Image" {
					continue // one is enough to read it
				}
				err := do(t.Context(), v.open(t, Options{}))
				if found := mustBe(t, err, test.kind); found.Message == "" {
					t.Errorf("%s says nothing", verb)
				}
				for _, asked := range v.calls() {
					tellsNoSecret(t, err, asked.Get("Signature"), asked.Get("SignatureNonce"))
				}
			}
		})
	}
}

func TestMissingKeysAndTalkativeSDK(t *testing.T) {
	v := newVendor(t, paged(0, 100))
	nobody := New(Options{Transport: v.transport(t)}).Open(cloud.Target{})
	t.Setenv("DEBUG", "tea,sdk")
	talkative := v.open(t, Options{})
	for _, do := range verbs {
		mustBe(t, do(t.Context(), nobody), cloud.Unauthenticated)
		mustBe(t, do(t.Context(), talkative), cloud.Unavailable)
	}
	if len(v.calls()) != 0 {
		t.Fatal("something was sent")
	}
}

func TestBadProxyListDoesNotHurt(t *testing.T) {
	t.Setenv("NO_PROXY", "(")
	t.Setenv("HTTPS_PROXY", "://%zz")
	v := newVendor(t, paged(3, 100))
	if _, err := v.open(t, Options{}).Permissions(t.Context(), testImage); err != nil {
		t.Fatal(err)
	}
}

func TestSessionsPrintNothing(t *testing.T) {
	session := New(Options{}).Open(cloud.Target{Credentials: testCredentials})
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		if got := fmt.Sprintf(form, session); got != "(session)" {
			t.Errorf("%s prints %q", form, got)
		}
	}
}
