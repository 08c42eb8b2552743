// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// v3 sends a request the way the vendor's newer clients sign it.
func v3(w *simcloud.World, secret, nonce string, body []byte, spoil func(*http.Request)) *httptest.ResponseRecorder {
	q := httptest.NewRequest(http.MethodPost, "http://ecs.cn-hangzhou.aliyuncs.com/?RegionId="+region, bytes.NewReader(body))
	sum := sha256.Sum256(body)
	headers := [][2]string{{"content-type", "application/x-www-form-urlencoded"}, {"host", q.Host}, {"x-acs-action", "DescribeImages"},
		{"x-acs-content-sha256", hex.EncodeToString(sum[:])}, {"x-acs-date", "2026-11-21T12:00:00Z"}, {"x-acs-signature-nonce", nonce},
		{"x-acs-version", ecsAPI}}
	var lines, names []string
	for _, h := range headers {
		lines, names = append(lines, h[0]+":"+h[1]+"\n"), append(names, h[0])
		q.Header.Set(h[0], h[1])
	}
	canonical := sha256.Sum256([]byte("POST\n/\nRegionId=" + region + "\n" + strings.Join(lines, "") + "\n" + strings.Join(names, ";") + "\n" + headers[3][1]))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(canonical[:])))
	q.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=root,SignedHeaders="+strings.Join(names, ";")+",Signature="+hex.EncodeToString(mac.Sum(nil)))
	if spoil != nil {
		spoil(q)
	}
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, q)
	return rec
}

func TestTheNewerSignature(t *testing.T) {
	for _, c := range []struct {
		name   string
		secret string
		spoil  func(*http.Request)
		want   string
	}{
		{"is taken, and answered in JSON", "root-secret", nil, "200"},
		{"wants the right secret", "wrong", nil, "400 SignatureDoesNotMatch"},
		{"covers the query", "root-secret", func(q *http.Request) { q.URL.RawQuery += "&X=1" }, "400 SignatureDoesNotMatch"},
		{"covers the action", "root-secret", func(q *http.Request) { q.Header.Set("x-acs-action", "DescribeRegions") }, "400 SignatureDoesNotMatch"},
		{"wants every common header signed", "root-secret", func(q *http.Request) { q.Header.Set("x-acs-security-token", "1") }, "400 IncompleteSignature"},
		{"leaves other headers alone", "root-secret", func(q *http.Request) { q.Header.Set("x-acs-trace", "1") }, "200"},
		{"covers the body", "root-secret", func(q *http.Request) {
			q.Body = http.NoBody
		}, "400 SignatureDoesNotMatch"},
		{"wants its own form", "root-secret", func(q *http.Request) { q.Header.Set("Authorization", "ACS3-HMAC-SHA256 x") }, "400 IncompleteSignature"},
		{"wants a date", "root-secret", func(q *http.Request) { q.Header.Del("x-acs-date") }, "400 MissingHeader"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := v3(rawWorld(t), c.secret, "n", []byte("ImageId="+image), c.spoil)
			if got := codeIn(rec); got != c.want {
				t.Errorf("got %s, want %s: %s", got, c.want, rec.Body)
			}
			if c.want == "200" && !strings.Contains(rec.Body.String(), `"TotalCount":1`) {
				t.Errorf("got %s", rec.Body)
			}
		})
	}
}
