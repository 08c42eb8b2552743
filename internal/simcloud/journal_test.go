// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTheJournalTellsWhatHappened(t *testing.T) {
	w, r := faultRig(t)
	r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1))
	w.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Times: 1})
	r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(2), "RemoveAccount.1", sharee(1))
	r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", owner)
	r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", "m-nope")
	r.get(t.Context(), w, "DescribeImageSharePermission", "ImageId", image)
	must(t, w.ShareByHand(region, image, nil, []string{sharee(2)}))

	var got []string
	for i, e := range w.Journal() {
		if e.Seq != i+1 || !e.Time.Equal(noon) || (e.AccessKey == "root") == e.ByHand {
			t.Errorf("entry %d: %+v", i, e)
		}
		got = append(got, fmt.Sprintf("%s %s %v->%v %s lost=%v", e.Action, e.Image, e.Before, e.After, e.Code, e.Lost))
	}
	one, two := sharee(1), sharee(2)
	equal(t, "journal", got, []string{
		"ModifyImageSharePermission " + image + " []->[" + one + "] OK lost=false",
		"ModifyImageSharePermission " + image + " [" + one + "]->[" + two + "] OK lost=true",
		"ModifyImageSharePermission " + image + " [" + two + "]->[" + two + "] InvalidAccount.Forbbiden lost=false",
		"ModifyImageSharePermission m-nope []->[] InvalidImageId.NotFound lost=false",
		"ShareByHand " + image + " [" + two + "]->[] OK lost=false",
	})
}

func TestTheJournalMarksLostAnswers(t *testing.T) {
	for _, kind := range simcloud.FaultKinds() {
		if kind == simcloud.Hang {
			continue // goes on when it is removed, and then answers
		}
		t.Run(string(kind), func(t *testing.T) {
			w, r := faultRig(t)
			w.Inject(simcloud.Fault{Kind: kind, Effect: true})
			answer, body := r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1))
			took := len(w.Sharees(region, image)) == 1
			if entries := w.Journal(); took != (len(entries) == 1) {
				t.Fatalf("took effect: %v, but the journal says %+v", took, entries)
			}
			known := isPlainAnswer(body)
			for _, e := range w.Journal() {
				if e.Lost == known || e.Fault != kind && e.Fault != "" {
					t.Errorf("got %+v with the answer %q, %.100q", e, answer, body)
				}
			}
		})
	}
}

// isPlainAnswer says whether the body is what a write answers when nothing is wrong: a request ID alone.
func isPlainAnswer(body string) bool {
	var fields map[string]string
	return json.Unmarshal([]byte(body), &fields) == nil && len(fields) == 1 && fields["RequestId"] != ""
}

func TestTheCallLogCountsEveryCall(t *testing.T) {
	w, r := faultRig(t)
	r.get(t.Context(), w, "DescribeRegions")
	w.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Times: 1})
	for _, id := range []string{sharee(1), owner, sharee(2)} {
		r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", id)
	}
	r.get(t.Context(), w, "DescribeImageSharePermission", "ImageId", image)
	if n := w.CountCalls("ModifyImageSharePermission"); n != 3 {
		t.Errorf("counted %d writes, want 3", n)
	}
	if c := w.Calls(); len(c) != 5 || c[1].Status != 0 || c[2].Code != "InvalidAccount.Forbbiden" || c[4].Account != owner {
		t.Errorf("calls: %+v", c)
	}
	w.ForgetCalls()
	if n := w.CountCalls("ModifyImageSharePermission"); n != 0 || len(w.Calls()) != 0 || len(w.Journal()) != 3 {
		t.Errorf("after forgetting: %d counted", n)
	}
}
