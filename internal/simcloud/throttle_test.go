// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestThrottling(t *testing.T) {
	now := noon
	doc := testWorld()
	doc.Limits.Throttle = []simcloud.Rate{{Action: "DescribeRegions", Limit: 2}}
	w, err := simcloud.New(doc, func() time.Time { return now })
	must(t, err)
	nonce := 0
	ask := func(key, reg string) *httptest.ResponseRecorder {
		nonce++
		r := rawRequest()
		r.query["SignatureNonce"], r.query["RegionId"] = fmt.Sprint(nonce), reg
		r.query["AccessKeyId"], r.secret = key, key+"-secret"
		return r.send(w)
	}
	first := ask("root", region)
	if got := first.Header().Get("x-ratelimit-user-api"); got != "Limit:2,Remain:1,TimeLeft:60000" {
		t.Errorf("the hint is %q", got)
	}
	for _, c := range []struct {
		name, key, region, dialect string
		later                      time.Duration
		want                       string
	}{
		{name: "two calls a minute are fine", key: "op", region: region, want: "200"},
		{name: "users share the account's budget", key: "root", region: region, want: "400 Throttling.User"},
		{name: "another region has its own", key: "root", region: "cn-beijing", want: "200"},
		{name: "another account has its own", key: "other", region: region, want: "200"},
		{name: "the status may be 429", key: "root", region: region, dialect: "429", want: "429 Throttling.User"},
		{name: "the status may be 200", key: "root", region: region, dialect: "200", want: "200 Throttling.User"},
		{name: "the next minute is a new one", key: "root", region: region, later: time.Minute, want: "200"},
	} {
		if now = now.Add(c.later); c.dialect != "" {
			must(t, w.SetDialect("throttleStatus", c.dialect))
		}
		if got := codeIn(ask(c.key, c.region)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
