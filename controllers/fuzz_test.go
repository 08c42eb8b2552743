// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// annotated is an ImageShare with an annotation, as the API server keeps it: text
// in JSON.
func annotated(key, value string) *v1alpha1.ImageShare {
	out := &v1alpha1.ImageShare{}
	out.SetAnnotations(map[string]string{key: value})
	return out
}

// FuzzAnnotations writes whatever into the annotations that the operator heeds:
// a plan is approved by its whole hash and nothing else, an image is confirmed by
// its whole ID, and a request for a look fits a status and is heard.
func FuzzAnnotations(f *testing.F) {
	for _, text := range []string{"", "a1b2c3d4e5f60718", " a1b2c3d4e5f60718 ,x", ",,", "a1b2c3d4e5f60718a1b2c3d4e5f60718", "2026-11-21T12:00:00Z",
		"\u00a0a1b2c3d4e5f60718", strings.Repeat("é", 300), strings.Repeat("x", 256), "*", "a1b2c3d4e5f6071", "A1B2C3D4E5F60718", "\x00", "\n"} {
		f.Add(text, "a1b2c3d4e5f60718")
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, hash string) {
		text, hash = strings.ToValidUTF8(text, "?"), strings.ToValidUTF8(hash, "?")
		approvesByTheWhole(t, text, hash)
		asksOnce(t, text)
		if confirmed(annotated(v1alpha1.SecurityConfirmed, text)) != text {
			t.Fatalf("%q confirms another image", text)
		}
		for _, key := range []string{v1alpha1.ApprovedPlan, v1alpha1.SecurityConfirmed} {
			changed := event.UpdateEvent{ObjectOld: annotated(key, text), ObjectNew: annotated(key, hash)}
			if wakes().Update(changed) != (text != hash) {
				t.Fatalf("%s from %q to %q wakes: %t", key, text, hash, text == hash)
			}
		}
	})
}

func approvesByTheWhole(t *testing.T, text, hash string) {
	t.Helper()
	approval := approvedBy(annotated(v1alpha1.ApprovedPlan, text))
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		parts = append(parts, strings.TrimSpace(part))
	}
	if got := approves(approval, hash); got != (hash != "" && slices.Contains(parts, hash)) {
		t.Fatalf("%q approves %q: %t", text, hash, got)
	}
	if approves(approval, hash) && !approves(approval+", more", hash) || approves(approval, "") {
		t.Fatalf("%q approves less once it approves more, or nothing at all", text)
	}
}

func asksOnce(t *testing.T, text string) {
	t.Helper()
	asked := requested(annotated(v1alpha1.ReconcileRequestedAt, text))
	fits := utf8.RuneCountInString(asked) <= maxRequested && clipTo(asked, maxRequested) == asked
	if !fits || (asked == "") != (text == "") || kept(t, asked) != asked {
		t.Fatalf("%q asks for %q", text, asked)
	}
}

// kept is what becomes of a text that is written to the API server and read back.
func kept(t *testing.T, text string) string {
	t.Helper()
	written, err := json.Marshal(text)
	var back string
	if err != nil || json.Unmarshal(written, &back) != nil {
		t.Fatalf("%q is not kept: %v", text, err)
	}
	return back
}

// FuzzClaimTag writes whatever into the tag that says whose an image is: nobody
// but the operator itself passes for it, nobody's is only what is empty, and what
// a status and a held plan keep of the holder is the holder still.
func FuzzClaimTag(f *testing.F) {
	for _, tag := range []string{"", " ", "us/imageshare-system", "us/imageshare-system ", "US/imageshare-system", "another/imageshare-system",
		strings.Repeat("x", 255), strings.Repeat("x", 256), strings.Repeat("x", 257), strings.Repeat("é", 5000), "\x00", "\n", "\u202e"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		if !utf8.ValidString(tag) {
			return // which the cloud's adapter lets through from nobody
		}
		const own = "us/imageshare-system"
		image := cloud.Image{Tags: map[string]string{converge.TagOwner: tag}}
		holder := holderOf(image)
		if (holder == own) != (tag == own) || (holder == "") != (tag == "") {
			t.Fatalf("%q passes for %q", tag, holder)
		}
		if utf8.RuneCountInString(holder) > maxHolder || kept(t, holder) != holder {
			t.Fatalf("%q is more than a status can hold", holder)
		}
		image.Tags[converge.TagOwner] = kept(t, holder)
		if holderOf(image) != holder {
			t.Fatalf("%q is another when it is looked at again", holder)
		}
		p := &pass{reconciler: &ImageShareReconciler{Owner: own}, key: ImageKey{Account: "1000000000000001", Region: "cn-hangzhou", ID: "m-1"}}
		if message := clip(p.claimedMessage(holder)); !utf8.ValidString(message) || strings.ContainsAny(message, "\n\r\x00") || utf8.RuneCountInString(message) > maxMessage {
			t.Fatalf("%q is told as %q", holder, message)
		}
	})
}

// FuzzSnapshotKey reads whatever for the key of a snapshot: it is one of the
// image's own account, or the account is told that it is of, and no policy gives
// more by it than that one key.
func FuzzSnapshotKey(f *testing.F) {
	for _, word := range []string{"", "key-1", "acs:kms:cn-hangzhou:1000000000000001:key/key-1", "acs:kms:cn-hangzhou:2:key/key-1", "acs:kms:::", "acs:kms:*:*:key/*",
		"*", "alias/acs/ecs", "acs:kms:cn-hangzhou:1000000000000001:alias/a", "key/../..", "a/b/c", "acs:kms:a/b:1000000000000001:key/k"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		own := ImageKey{Account: "1000000000000001", Region: "cn-hangzhou", ID: "m-1"}
		id, foreign := keyOfSnapshot(word, own)
		if id != "" && foreign != "" || foreign == own.Account {
			t.Fatalf("%q is %q and %q", word, id, foreign)
		}
		if string(id)+string(foreign) == "" && !slices.Contains([]string{"", "acs:kms:"}, word[:min(len(word), len("acs:kms:"))]) {
			t.Fatalf("%q is no key", word)
		}
		policy := share.NewKeyPolicy(own.Account, share.NewSet(id))
		read, err := share.ParseKeyPolicy(policy.Document())
		if err != nil || !read.Keys().Without(share.NewSet(id)).Empty() || strings.Contains(strings.ReplaceAll(policy.Document(), "kms:List*", ""), "*") {
			t.Fatalf("%q gives %s: %v", word, policy.Document(), err)
		}
	})
}
