// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const credentialsPath = "/latest/meta-data/ram/security-credentials/"

// look asks a metadata server.
func look(t *testing.T, server http.Handler, method, path, header, value string) (int, string) {
	t.Helper()
	q := httptest.NewRequest(method, path, http.NoBody)
	q.Header.Set(header, value)
	rec := httptest.NewRecorder()
	server.ServeHTTP(rec, q)
	return rec.Code, strings.TrimSpace(rec.Body.String())
}

func metadataToken(t *testing.T, server http.Handler) string {
	t.Helper()
	status, token := look(t, server, http.MethodPut, "/latest/api/token", "X-aliyun-ecs-metadata-token-ttl-seconds", "60")
	if status != http.StatusOK || token == "" {
		t.Fatalf("got %d %s", status, token)
	}
	return token
}

func TestAnInstanceHasTheKeyOfItsRole(t *testing.T) {
	r, ahead := stsWorld(t)
	server := r.world.MetadataHandler(owner, "node")
	const header = "X-aliyun-ecs-metadata-token"
	status, _ := look(t, server, http.MethodGet, credentialsPath, header, "")
	is(t, "without a token", http.StatusText(status), "Forbidden")
	status, _ = look(t, server, http.MethodPut, "/latest/api/token", header, "")
	is(t, "a token without an end", http.StatusText(status), "Bad Request")
	token := metadataToken(t, server)
	_, name := look(t, server, http.MethodGet, credentialsPath, header, token)
	is(t, "the role", name, "node")
	key := func() map[string]any {
		status, text := look(t, server, http.MethodGet, credentialsPath+"node", header, metadataToken(t, server))
		var body map[string]any
		if err := json.Unmarshal([]byte(text), &body); err != nil || status != http.StatusOK || body["Code"] != "Success" {
			t.Fatalf("got %d %s", status, text)
		}
		return body
	}
	first := key()
	_, err := r.as(first, "Ecs", ecsAPI, "DescribeImages", "RegionId", region)
	is(t, "a call with its key", outcome(err), "OK")
	if again := key(); again["AccessKeyId"] != first["AccessKeyId"] {
		t.Error("another key at once")
	}
	ahead.Store(int64(2 * time.Minute))
	status, _ = look(t, server, http.MethodGet, credentialsPath, header, token)
	is(t, "the token after a while", http.StatusText(status), "Forbidden")
	ahead.Store(int64(5*time.Hour + 45*time.Minute))
	if later := key(); later["AccessKeyId"] == first["AccessKeyId"] {
		t.Error("the same key shortly before its end")
	}
}

func TestAnInstanceWithoutARole(t *testing.T) {
	r, _ := stsWorld(t)
	for name, server := range map[string]http.Handler{"none": r.world.MetadataHandler(owner, ""), "not there": r.world.MetadataHandler(owner, "missing")} {
		status, _ := look(t, server, http.MethodGet, credentialsPath+"missing", "X-aliyun-ecs-metadata-token", metadataToken(t, server))
		is(t, name, http.StatusText(status), "Not Found")
	}
	server := r.world.MetadataHandler(owner, "sharing")
	_, text := look(t, server, http.MethodGet, credentialsPath+"sharing", "X-aliyun-ecs-metadata-token", metadataToken(t, server))
	if !strings.Contains(text, "AssumeRoleUnauthorizedAccess") {
		t.Errorf("a role that does not trust ECS: %s", text)
	}
}
