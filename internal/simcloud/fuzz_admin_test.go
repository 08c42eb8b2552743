// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// adminPages are all pages that change something, or read by parameters.
var adminPages = []string{
	"POST /_sim/faults", "DELETE /_sim/faults", "PATCH /_sim/dialects", "POST /_sim/share", "PUT /_sim/limits", "PUT /_sim/images", "PATCH /_sim/images",
	"DELETE /_sim/images", "PATCH /_sim/accounts", "PUT /_sim/roles", "PATCH /_sim/roles", "DELETE /_sim/roles", "PUT /_sim/policies", "DELETE /_sim/policies",
	"POST /_sim/attachments", "DELETE /_sim/attachments", "PUT /_sim/keys", "PATCH /_sim/keys", "PATCH /_sim/snapshots", "PUT /_sim/directories",
	"PATCH /_sim/directories", "PUT /_sim/folders", "PATCH /_sim/folders", "DELETE /_sim/folders", "PUT /_sim/members", "PATCH /_sim/members",
	"DELETE /_sim/members", "PUT /_sim/shares", "DELETE /_sim/shares", "POST /_sim/shares/fail", "POST /_sim/shares/finish",
	"GET /_sim/uses", "GET /_sim/decrypts", "GET /_sim/journal", "DELETE /_sim/calls", "GET /_sim/world", "GET /_sim/shares",
}

// FuzzAdmin asks an admin page for whatever. What is refused changes nothing, and
// the world can be read back from its own file afterwards.
func FuzzAdmin(f *testing.F) {
	for i := range adminPages {
		page := uint8(i)
		f.Add(page, "region=cn-hangzhou&image=m-bp1own&account=1100000000000001&after=1&id=1",
			`{"region":"cn-hangzhou","image":"m-bp1own","add":["1100000000000002"]}`)
		f.Add(page, "after=-1&id=x&image=%ff", `{"id":"m-new","region":"cn-hangzhou","owner":"1000000000000001","disks":[{"sizeGiB":-1}]}`)
		f.Add(page, "", `{"account":"1000000000000001","role":"x","name":"x","trust":"{","policy":"p","type":"Custom","versions":[{"document":"[]"}]}`)
		f.Add(page, "", `{"directory":"rd-x","account":"1100000000000001","folder":"fd-x","parent":"fd-x","id":"fd-x","share":"rs-x","sharing":true}`)
		f.Add(page, "", `{"kind":"latency","delay":"-1h","times":-1,"deniedRead":"","shareesPerImage":-1}`)
	}
	var before []byte
	f.Fuzz(func(t *testing.T, page uint8, query, body string) {
		w := smallWorld(t)
		method, path, _ := strings.Cut(adminPages[int(page)%len(adminPages)], " ")
		if before == nil {
			before = stateOf(t, w)
		}
		q := httptest.NewRequest(method, path, strings.NewReader(body))
		q.URL.RawQuery = query
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, q)
		after := stateOf(t, w)
		if rec.Code != http.StatusOK && (rec.Code != http.StatusBadRequest || !bytes.Equal(before, after)) {
			t.Fatalf("%s %s: %d, and this has changed: %t: %s", method, path, rec.Code, !bytes.Equal(before, after), rec.Body)
		}
		if bytes.Equal(before, after) {
			return
		}
		again, err := simcloud.Load(after, func() time.Time { return noon })
		if err != nil {
			t.Fatalf("%s %s has left a world that cannot be read back: %v\n%s", method, path, err, after)
		}
		if once := stateOf(t, again); !bytes.Equal(once, after) {
			t.Fatalf("%s %s has left a world that becomes another when it is read back:\n%s\n%s", method, path, after, once)
		}
	})
}

func stateOf(t *testing.T, w *simcloud.World) []byte {
	t.Helper()
	state, err := w.State()
	must(t, err)
	return state
}

// smallWorld is the test world with few accounts, which is soon written.
func smallWorld(t *testing.T) *simcloud.World {
	t.Helper()
	doc := testWorld()
	doc.Accounts = doc.Accounts[:6]
	withRole(&doc)
	w, err := simcloud.New(doc, func() time.Time { return noon })
	must(t, err)
	return w
}

// FuzzMetadata asks the metadata server whatever: nobody gets a key who has not
// asked for a token first.
func FuzzMetadata(f *testing.F) {
	const keys = "/latest/meta-data/ram/security-credentials/"
	for _, path := range []string{keys, keys + "node", keys + "..", keys + "a/b", "/latest/api/token", "/", keys + "%2e%2e"} {
		f.Add("GET", path, "60", "x")
		f.Add("PUT", path, "-1", "")
	}
	f.Fuzz(func(t *testing.T, method, path, seconds, token string) {
		w := rawWorld(t)
		q := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		q.Method, q.URL.Path = method, path
		q.Header.Set("X-aliyun-ecs-metadata-token-ttl-seconds", seconds)
		q.Header.Set("X-aliyun-ecs-metadata-token", token)
		rec := httptest.NewRecorder()
		w.MetadataHandler(owner, "node").ServeHTTP(rec, q)
		if rec.Code == http.StatusOK && (method != http.MethodPut || path != "/latest/api/token") || rec.Code >= 500 {
			t.Fatalf("%s %s was answered %d %s", method, path, rec.Code, rec.Body)
		}
	})
}
