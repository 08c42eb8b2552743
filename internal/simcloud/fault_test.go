// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// get sends a signed request over a real connection and says what came back.
func (r *rig) get(ctx context.Context, w *simcloud.World, action string, params ...string) (answer, body string) {
	q := rawRequest()
	q.query["Action"], q.query["SignatureNonce"] = action, fmt.Sprint(len(w.Calls()))
	for i := 0; i < len(params); i += 2 {
		q.query[params[i]] = params[i+1]
	}
	q.sign()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.server.URL+"/?"+values(q.query).Encode(), nil)
	if err != nil {
		return err.Error(), ""
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "no answer", err.Error()
	}
	data, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return "no answer", err.Error()
	}
	return fmt.Sprintf("%d %s", response.StatusCode, response.Header.Get("Content-Type")), string(data)
}

func TestFaults(t *testing.T) {
	const asJSON = "application/json;charset=utf-8"
	for _, c := range []struct {
		name   string
		fault  simcloud.Fault
		answer string
		body   string
		effect bool
	}{
		{"no fault at all", simcloud.Fault{Kind: simcloud.Latency, Action: "Other"}, "200 " + asJSON, `{"RequestId":`, true},
		{"a refused connection", simcloud.Fault{Kind: simcloud.Refuse}, "no answer", "reset", false},
		{"a connection dropped before the effect", simcloud.Fault{Kind: simcloud.DropBefore}, "no answer", "EOF", false},
		{"a connection dropped after the effect", simcloud.Fault{Kind: simcloud.DropAfter}, "no answer", "EOF", true},
		{"an internal error", simcloud.Fault{Kind: simcloud.ServerError}, "500 " + asJSON, `"Code":"InternalError"`, false},
		{"an internal error after the effect", simcloud.Fault{Kind: simcloud.ServerError, Effect: true}, "500 " + asJSON, `"Code":"InternalError"`, true},
		{"a server that is not available", simcloud.Fault{Kind: simcloud.Unavailable}, "503 " + asJSON, `"Code":"ServiceUnavailable"`, false},
		{"throttling", simcloud.Fault{Kind: simcloud.Throttled}, "400 " + asJSON, `"Code":"Throttling.User"`, false},
		{"a numeric code", simcloud.Fault{Kind: simcloud.NumericCode}, "404 " + asJSON, `"Code":404`, false},
		{"a detail that is no object", simcloud.Fault{Kind: simcloud.OddDetail}, "403 " + asJSON, `"AccessDeniedDetail":"none"`, false},
		{"an empty body", simcloud.Fault{Kind: simcloud.Empty}, "200 " + asJSON, "", false},
		{"an empty body after the effect", simcloud.Fault{Kind: simcloud.Empty, Effect: true}, "200 " + asJSON, "", true},
		{"a web page", simcloud.Fault{Kind: simcloud.HTML}, "200 text/html", "<!DOCTYPE html>", false},
		{"JSON that ends too early", simcloud.Fault{Kind: simcloud.Truncated}, "200 " + asJSON, `"ImageId":"m-`, false},
		{"a giant body", simcloud.Fault{Kind: simcloud.Giant}, "200 " + asJSON, strings.Repeat("x", 1<<20), false},
		{"latency", simcloud.Fault{Kind: simcloud.Latency, Delay: time.Millisecond}, "200 " + asJSON, `{"RequestId":`, true},
		{"a fault for another image", simcloud.Fault{Kind: simcloud.ServerError, Image: "m-other"}, "200 " + asJSON, `{"RequestId":`, true},
		{"a fault for another account", simcloud.Fault{Kind: simcloud.ServerError, Account: other}, "200 " + asJSON, `{"RequestId":`, true},
		{"a fault for this very call", simcloud.Fault{Kind: simcloud.ServerError, Product: "Ecs", Action: "ModifyImageSharePermission",
			Account: owner, Region: region, Image: image}, "500 " + asJSON, "InternalError", false},
		{"a stale read is no matter for a write", simcloud.Fault{Kind: simcloud.StaleRead}, "200 " + asJSON, `{"RequestId":`, true},
		{"an unknown kind", simcloud.Fault{Kind: "gremlins"}, "200 " + asJSON, `{"RequestId":`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, r := faultRig(t)
			w.Inject(c.fault)
			answer, body := r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1))
			if answer != c.answer || !strings.Contains(body, c.body) || (c.body == "" && body != "") {
				t.Errorf("got %q, %.200q; want %q, %q", answer, body, c.answer, c.body)
			}
			if got := len(w.Sharees(region, image)) == 1; got != c.effect {
				t.Errorf("took effect: %v, want %v", got, c.effect)
			}
		})
	}
}

// faultRig is a world at noon behind a real server.
func faultRig(t *testing.T) (*simcloud.World, *rig) {
	t.Helper()
	w := rawWorld(t)
	return w, serve(t, w)
}

func TestAFaultHitsTheNthCallAndSoManyTimes(t *testing.T) {
	w, r := faultRig(t)
	fault := w.Inject(simcloud.Fault{Kind: simcloud.Unavailable, Action: "DescribeRegions", Skip: 1, Times: 2})
	var got []string
	for range 5 {
		answer, _ := r.get(t.Context(), w, "DescribeRegions")
		got = append(got, answer[:3])
	}
	equal(t, "answers", got, []string{"200", "503", "503", "200", "200"})
	if fault.Hits() != 2 {
		t.Errorf("hits: %d, want 2", fault.Hits())
	}
}

func TestARemovedFaultIsGone(t *testing.T) {
	w, r := faultRig(t)
	fault := w.Inject(simcloud.Fault{Kind: simcloud.Unavailable})
	fault.Remove()
	fault.Remove()
	if answer, _ := r.get(t.Context(), w, "DescribeRegions"); answer[:3] != "200" {
		t.Errorf("got %s", answer)
	}
}

func TestAHangingCallGoesOnWhenTheFaultIsRemoved(t *testing.T) {
	w, r := faultRig(t)
	hang := w.Inject(simcloud.Fault{Kind: simcloud.Hang})
	done := make(chan string, 1)
	go func() {
		answer, _ := r.get(context.WithoutCancel(t.Context()), w, "DescribeRegions")
		done <- answer
	}()
	for hang.Hits() == 0 {
		select {
		case answer := <-done:
			t.Fatalf("did not hang: %s", answer)
		default:
		}
	}
	hang.Remove()
	if answer := <-done; answer[:3] != "200" {
		t.Errorf("got %s", answer)
	}
}

func TestAHangingCallEndsWithItsCaller(t *testing.T) {
	w, r := faultRig(t)
	w.Inject(simcloud.Fault{Kind: simcloud.Hang})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if answer, _ := r.get(ctx, w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1)); answer != "no answer" {
		t.Errorf("got %s", answer)
	}
	if got := w.Sharees(region, image); len(got) != 0 {
		t.Errorf("took effect: %v", got)
	}
}

func TestAStaleReadShowsAFormerState(t *testing.T) {
	w, r := faultRig(t)
	for n := 1; n <= 3; n++ {
		must(t, w.ShareByHand(region, image, []string{sharee(n)}, nil))
	}
	for ago, want := range map[int]string{0: `"TotalCount":2`, 1: `"TotalCount":2`, 2: `"TotalCount":1`, 3: `"TotalCount":0`, 99: `"TotalCount":0`} {
		fault := w.Inject(simcloud.Fault{Kind: simcloud.StaleRead, WritesAgo: ago, Times: 1})
		_, body := r.get(t.Context(), w, "DescribeImageSharePermission", "ImageId", image)
		if !strings.Contains(body, want) {
			t.Errorf("%d writes ago: got %s, want %s", ago, body, want)
		}
		fault.Remove()
	}
	if _, body := r.get(t.Context(), w, "DescribeImageSharePermission", "ImageId", image); !strings.Contains(body, `"TotalCount":3`) {
		t.Errorf("afterwards: got %s", body)
	}
}

func TestAThrottledFaultCarriesTheHint(t *testing.T) {
	w := rawWorld(t)
	w.Inject(simcloud.Fault{Kind: simcloud.Throttled, Delay: 7 * time.Second})
	if got := rawRequest().send(w).Header().Get("x-ratelimit-user-api"); got != "Limit:0,Remain:0,TimeLeft:7000" {
		t.Errorf("got %q", got)
	}
}
