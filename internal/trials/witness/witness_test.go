// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	shares  = "/apis/imageshare.alibabacloud.com/v1alpha1/imageshares"
	inTeam  = "/apis/imageshare.alibabacloud.com/v1alpha1/namespaces/team/imageshares"
	goldens = `{"kind":"ImageShare","metadata":{"namespace":"team","name":"golden","resourceVersion":"7"}}`
	list    = `{"kind":"ImageShareList","metadata":{"resourceVersion":"9"},"items":[` + goldens + `]}`
)

func TestALookIsALiveAnswer(t *testing.T) {
	get := func(path, query string, status int, body string) Exchange {
		return Exchange{Method: "GET", Path: path, Query: query, Status: status, Response: []byte(body)}
	}
	lost := get(shares, "", 200, list)
	lost.Lost = true
	for _, c := range []struct {
		name string
		e    Exchange
		want string
	}{
		{"a list of all", get(shares, "", 200, list), "9 [golden] whole {   }"},
		{"a list of a namespace", get(inTeam, "limit=500", 200, list), "9 [golden] whole {team   }"},
		{"a list of an image", get(shares, "fieldSelector=spec.image.region%3Dcn-hangzhou%2Cspec.image.id%3Dm-golden", 200, list), "9 [golden] whole {  cn-hangzhou m-golden}"},
		{"a list by what nobody knows here", get(shares, "fieldSelector=spec.sharerRef.name%3Ddefault", 200, list), "9 [golden] part {   }"},
		{"a list by labels", get(shares, "labelSelector=a%3Db", 200, list), "9 [golden] part {   }"},
		{"a first page", get(shares, "limit=1", 200, strings.Replace(list, `"resourceVersion":"9"`, `"resourceVersion":"9","continue":"x"`, 1)), "9 [golden] part {   }"},
		{"a further page", get(shares, "limit=1&continue=x", 200, list), "9 [golden] part {   }"},
		{"a list that may be of the past", get(shares, "resourceVersion=0", 200, list), ""},
		{"a list that may be of the past, not before something", get(shares, "resourceVersion=5&resourceVersionMatch=NotOlderThan", 200, list), ""},
		{"a watch", get(shares, "watch=true", 200, list), ""},
		{"a list of metadata", get(shares, "", 200, strings.Replace(list, "ImageShareList", "PartialObjectMetadataList", 1)), ""},
		{"an answer that was lost", lost, ""},
		{"a failure", get(shares, "", 500, `{"kind":"Status"}`), ""},
		{"a single one", get(inTeam+"/golden", "", 200, goldens), "7 [golden] part {team golden  }"},
		{"one that is not there", get(inTeam+"/silver", "", 404, `{"kind":"Status"}`), "0 [] whole {team silver  }"},
		{"a list that is not there", get(shares, "", 404, `{"kind":"Status"}`), ""},
		{"another kind", get("/api/v1/namespaces/team/secrets/golden", "", 200, goldens), ""},
		{"a write", Exchange{Method: "PATCH", Path: inTeam + "/golden/status", Status: 200, Response: []byte(goldens)}, "7 [golden] part {team golden  }"},
		{"a write that failed", Exchange{Method: "PATCH", Path: inTeam + "/golden", Status: 409, Response: []byte(goldens)}, ""},
		{"a deletion", Exchange{Method: "DELETE", Path: inTeam + "/golden", Status: 200, Response: []byte(goldens)}, ""},
	} {
		got := ""
		if l := lookOf(c.e); l != nil {
			got = strings.TrimPrefix(looksOf(Record{Looks: []Look{*l}})[0], "ImageShare ")
			got = fmt.Sprint(l.Resource, " ", got)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestARecordThatMissesSomethingSaysSo(t *testing.T) {
	whole := []string{string(LawWitness) + ": the journal"}
	judge(t, []ending{
		{"nothing", func(*tale) {}, nil},
		{"the beginning of the journal", func(s *tale) { s.rec.Journal = []simcloud.Entry{{Seq: 1001, ByHand: true}} }, whole},
		{"the beginning of the call log", func(s *tale) {
			s.rec.Calls = make([]simcloud.Call, keptCalls)
			s.rec.Calls[0].Seq = 1001
		}, []string{string(LawWitness) + ": the call log"}},
		{"a call log that was emptied on purpose", func(s *tale) { s.rec.Calls = []simcloud.Call{{Seq: 7}} }, nil},
		{"something that the recorder has noticed", func(s *tale) {
			r := NewRecorder(time.Now)
			r.Gap("a watch of %ss broke", kindImageShare)
			s.rec.Gaps = r.Record(nil).Gaps
		}, []string{string(LawWitness) + ": the record"}},
	})
}

func TestAViolationIsExplainedByBothHistoriesInTheOrderOfTime(t *testing.T) {
	s := newTale()
	s.share("golden", accounts(one)).looks().wait(time.Second).share("golden", accounts()).looks().wait(time.Second).adds(one)
	found := Examine(s.rec)
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	text := Explain(s.rec, found[0])
	at := 0
	for _, part := range []string{
		"granted only what is declared: m-golden/" + one + " at 12:00:02.006", "so it went:",
		"12:00:00.002 api 2 ImageShare team/golden m-golden [" + one + "]", "12:00:00.003 look of first: all ImageShares of m-golden as of 3, 1 there",
		"12:00:01.004 api 4 ImageShare team/golden m-golden []", "look of first", "* 12:00:02.006 cloud #1 operator ModifyImageSharePermission",
	} {
		next := strings.Index(text[at:], part)
		if next < 0 {
			t.Fatalf("%q is not in its place in:\n%s", part, text)
		}
		at += next
	}
}

func TestTextsOfTheRecorderAreScanned(t *testing.T) {
	world, err := simcloud.New(simcloud.Document{Regions: []simcloud.Region{{ID: region}},
		Accounts: []simcloud.Account{{ID: owner, AccessKeys: []simcloud.AccessKey{{ID: "AK", Secret: "fake-secret"}}}}}, time.Now)
	must(t, err)
	r := NewRecorder(time.Now)
	r.Text("log", []byte("beginning "))
	r.Text("log", []byte("fake-secret\n"))
	share := &v1alpha1.ImageShare{}
	share.Name, share.ResourceVersion, share.Status.Shared = "golden", "7", "fake-secret"
	r.saw(imageShareVersion(share, time.Now()), share)
	var got []string
	for _, v := range Examine(r.Record(world)) {
		got = append(got, v.Object)
	}
	compare(t, "texts", got, []string{"ImageShare /golden at 7, line 1", "log, line 1"})
}
