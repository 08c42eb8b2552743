// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// noon is when the raw tests take place.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func rawWorld(t *testing.T) *simcloud.World {
	t.Helper()
	doc := testWorld()
	doc.Accounts[0].AccessKeys = append(doc.Accounts[0].AccessKeys,
		simcloud.AccessKey{ID: "off", Secret: "x", Inactive: true},
		simcloud.AccessKey{ID: "sts", Secret: "x", SecurityToken: "token"},
		simcloud.AccessKey{ID: "late", Secret: "x", SecurityToken: "token", Expires: noon})
	w, err := simcloud.New(doc, func() time.Time { return noon })
	must(t, err)
	return w
}

// raw is a request in the making, signed by this test's own reading of the protocol.
type raw struct {
	method string
	query  map[string]string
	form   map[string]string
	secret string
	hash   func() hash.Hash
	// spoil changes the request after it was signed.
	spoil func(q map[string]string)
}

func rawRequest() *raw {
	return &raw{method: http.MethodPost, secret: "root-secret", hash: sha1.New, form: map[string]string{}, query: map[string]string{
		"Action": "DescribeRegions", "Version": ecsAPI, "Format": "JSON", "AccessKeyId": "root", "SignatureMethod": "HMAC-SHA1",
		"SignatureVersion": "1.0", "SignatureNonce": "n1", "SignatureType": "", "Timestamp": "2026-11-21T12:00:00Z", "RegionId": region}}
}

func escape(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func (r *raw) sign() {
	all := maps.Clone(r.query)
	maps.Copy(all, r.form)
	var pairs []string
	for _, k := range slices.Sorted(maps.Keys(all)) { // by name: TagKey.1 comes before TagKey.10
		pairs = append(pairs, escape(k)+"="+escape(all[k]))
	}
	mac := hmac.New(r.hash, []byte(r.secret+"&"))
	mac.Write([]byte(r.method + "&%2F&" + escape(strings.Join(pairs, "&"))))
	r.query["Signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func values(m map[string]string) url.Values {
	v := url.Values{}
	for key, value := range m {
		v.Set(key, value)
	}
	return v
}

func (r *raw) send(w *simcloud.World) *httptest.ResponseRecorder {
	r.sign()
	if r.spoil != nil {
		r.spoil(r.query)
	}
	q := httptest.NewRequest(r.method, "/?"+values(r.query).Encode(), strings.NewReader(values(r.form).Encode()))
	if len(r.form) > 0 {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, q)
	return rec
}

func TestTheGateway(t *testing.T) {
	set := func(key, value string) func(*raw) { return func(r *raw) { r.query[key] = value } }
	unset := func(key string) func(*raw) {
		return func(r *raw) { r.spoil = func(q map[string]string) { delete(q, key) } }
	}
	spoil := func(key, value string) func(*raw) {
		return func(r *raw) { r.spoil = func(q map[string]string) { q[key] = value } }
	}
	as := func(id, secret, token string) func(*raw) {
		return func(r *raw) {
			r.query["AccessKeyId"], r.secret = id, secret
			if token != "" {
				r.query["SecurityToken"] = token
			}
		}
	}
	for _, c := range []struct {
		name string
		edit func(*raw)
		want string
	}{
		{"answers a POST with everything in the query", func(*raw) {}, "200"},
		{"answers a GET", func(r *raw) { r.method = http.MethodGet }, "200"},
		{"does not answer a PUT", func(r *raw) { r.method = http.MethodPut }, "400 UnsupportedHTTPMethod"},
		{"answers a POST with everything in the form", func(r *raw) { r.form, r.query = r.query, map[string]string{} }, "200"},
		{"answers a POST with parameters in both", func(r *raw) { r.form["X"] = "a b*~/+é" }, "200"},
		{"takes HMAC-SHA256", func(r *raw) { r.hash, r.query["SignatureMethod"] = sha256.New, "HMAC-SHA256" }, "200"},
		{"takes a temporary key with its token", as("sts", "x", "token"), "200"},
		{"wants the token of a temporary key", as("sts", "x", ""), "400 MissingSecurityToken"},
		{"wants the right token", as("sts", "x", "wrong"), "400 InvalidSecurityToken.MismatchWithAccessKey"},
		{"wants a token that has not expired", as("late", "x", "token"), "400 InvalidSecurityToken.Expired"},
		{"wants no token with a lasting key", as("root", "root-secret", "token"), "400 InvalidSecurityToken.Malformed"},
		{"does not know the key", as("nope", "x", ""), "404 InvalidAccessKeyId.NotFound"},
		{"does not take a disabled key", as("off", "x", ""), "400 InvalidAccessKeyId.Inactive"},
		{"does not take the wrong secret", as("root", "wrong", ""), "400 SignatureDoesNotMatch"},
		{"does not take a changed parameter", spoil("RegionId", "cn-beijing"), "400 SignatureDoesNotMatch"},
		{"does not take an added parameter", spoil("Extra", "1"), "400 SignatureDoesNotMatch"},
		{"does not take a signature that is none", spoil("Signature", "abc"), "400 IncompleteSignature"},
		{"wants a signature", unset("Signature"), "400 MissingSignature"},
		{"wants a key", unset("AccessKeyId"), "400 MissingAccessKeyId"},
		{"wants a time", unset("Timestamp"), "400 MissingTimestamp"},
		{"wants a nonce", unset("SignatureNonce"), "400 MissingSignatureNonce"},
		{"wants a time in its format", set("Timestamp", "noon"), "400 InvalidTimeStamp.Format"},
		{"takes a clock that is fourteen minutes slow", set("Timestamp", "2026-11-21T11:46:00Z"), "200"},
		{"does not take one that is sixteen minutes slow", set("Timestamp", "2026-11-21T11:44:00Z"), "400 InvalidTimeStamp.Expired"},
		{"does not take one that is sixteen minutes fast", set("Timestamp", "2026-11-21T12:16:00Z"), "400 InvalidTimeStamp.Expired"},
		{"does not know the signature method", set("SignatureMethod", "MD5"), "400 InvalidParameter.SignatureMethod"},
		{"wants an action", unset("Action"), "400 MissingAction"},
		{"wants a version", unset("Version"), "400 MissingVersion"},
		{"does not know the version", set("Version", "1999-01-01"), "400 InvalidVersion"},
		{"does not know the action", set("Action", "MakeCoffee"), "404 InvalidAction.NotFound"},
		{"does not know an action of another product", set("Action", "GetCallerIdentity"), "404 InvalidAction.NotFound"},
		{"wants a region where one is needed", func(r *raw) { r.query["Action"] = "DescribeImages"; delete(r.query, "RegionId") }, "400 MissingParameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rawRequest()
			c.edit(r)
			rec := r.send(rawWorld(t))
			if got := codeIn(rec); got != c.want {
				t.Errorf("got %s, want %s: %s", got, c.want, rec.Body)
			}
		})
	}
}

// codeIn reads status and code out of a JSON or XML answer.
func codeIn(rec *httptest.ResponseRecorder) string {
	for _, marks := range [][2]string{{`"Code":"`, `"`}, {"<Code>", "<"}} {
		if _, rest, ok := strings.Cut(rec.Body.String(), marks[0]); ok {
			code, _, _ := strings.Cut(rest, marks[1])
			return fmt.Sprintf("%d %s", rec.Code, code)
		}
	}
	return fmt.Sprint(rec.Code)
}

func TestANonceCountsOnce(t *testing.T) {
	w := rawWorld(t)
	if got := codeIn(rawRequest().send(w)); got != "200" {
		t.Fatalf("first: %s", got)
	}
	if got := codeIn(rawRequest().send(w)); got != "400 SignatureNonceUsed" {
		t.Errorf("again: got %s", got)
	}
}

func TestAWrongSignatureIsToldWhatTheServerSigned(t *testing.T) {
	r := rawRequest()
	r.secret = "wrong"
	body := r.send(rawWorld(t)).Body.String()
	if !strings.Contains(body, "server string to sign is:POST&%2F&AccessKeyId%3Droot%26Action%3DDescribeRegions") {
		t.Errorf("got %s", body)
	}
}

func TestTheAnswerIsXMLUnlessJSONIsAskedFor(t *testing.T) {
	for format, want := range map[string]string{
		"":     "text/xml;charset=utf-8 <?xml",
		"XML":  "text/xml;charset=utf-8 <?xml",
		"JSON": "application/json;charset=utf-8 {",
		"json": "application/json;charset=utf-8 {",
	} {
		r := rawRequest()
		r.query["Format"] = format
		rec := r.send(rawWorld(t))
		if got := rec.Header().Get("Content-Type") + " " + rec.Body.String(); !strings.HasPrefix(got, want) || rec.Code != 200 {
			t.Errorf("format %q: got %d %s", format, rec.Code, got)
		}
	}
	r := rawRequest()
	delete(r.query, "Format")
	body := r.send(rawWorld(t)).Body.String()
	if !strings.Contains(body, "<DescribeRegionsResponse><Regions><Region><LocalName>cn-hangzhou</LocalName>") {
		t.Errorf("got %s", body)
	}
	r = rawRequest()
	r.query["Format"] = "YAML"
	if got := codeIn(r.send(rawWorld(t))); got != "400 InvalidParameter.Format" {
		t.Errorf("an unknown format: got %s", got)
	}
}
