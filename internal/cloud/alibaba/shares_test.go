// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const early = "2026-01-01T00:00:00.000Z"

// shareRow is a row of the answer to ListResourceShares.
func shareRow(id, status, created string) string {
	return fmt.Sprintf(`{"ResourceShareId":%q,"ResourceShareName":"name of %s","ResourceShareStatus":%q,`+
		`"ResourceShareOwner":"1000000000000001","AllowExternalTargets":false,"CreateTime":%q,"UpdateTime":%q}`, id, id, status, created, created)
}

// sharesPage is a page of such rows.
func sharesPage(next string, rows ...string) string {
	return fmt.Sprintf(`{"RequestId":"R","NextToken":%q,"ResourceShares":[%s]}`, next, strings.Join(rows, ","))
}

// sharingAnswer is what the vendor lists: two resource shares and a deleted one,
// of which one carries the tag.
func sharingAnswer(asked url.Values) string {
	tag, first := asked.Get("Tag.1.Value"), asked.Get("NextToken") == ""
	switch {
	case asked.Get("Action") == "ListResourceShares" && tag == "" && first:
		return sharesPage("next+/=", shareRow("rs-b", "Active", early), shareRow("rs-old", "Deleted", early))
	case asked.Get("Action") == "ListResourceShares" && tag == "":
		return sharesPage("", shareRow("rs-a", "Pending", "when?"), shareRow("rs-going", "Deleting", early), shareRow("rs-b", "Active", early))
	case asked.Get("Action") == "ListResourceShares" && tag == shareTag.Value:
		return sharesPage("", shareRow("rs-b", "Active", early), shareRow("rs-new", "Active", early))
	case asked.Get("Action") == "ListResourceShares":
		return sharesPage("")
	case asked.Get("AssociationType") == "Resource":
		return associationsPage("", associationOf("rs-b", "Resource", testImage.ID, "Associated", early))
	case first:
		return associationsPage("next+/=", associationOf("rs-b", "Target", testFolder, "Associating", early))
	}
	return associationsPage("", associationOf("rs-b", "Target", testDirectory, "Failed", early, "full"))
}

func TestResourceShares(t *testing.T) {
	v := newVendor(t, willing)
	got, err := v.open(t, Options{}).ResourceShares(t.Context(), "cn-beijing", shareTag)
	if err != nil || len(got) != 3 || got[2].ID != "rs-going" || !got[2].Deleting {
		t.Fatalf("got %+v, %v", got, err)
	}
	for i, want := range []cloud.ResourceShare{
		{ID: "rs-a", Name: "name of rs-a"},
		{
			ID: "rs-b", Name: "name of rs-b", Tagged: true, Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Images: []cloud.Association{{Entity: testImage.ID, State: cloud.Associated}},
			Targets: []cloud.Association{
				{Entity: testFolder, State: cloud.Associating},
				{Entity: testDirectory, State: cloud.AssociationFailed, Reason: "full"},
			},
		},
	} {
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("got %+v, want %+v", got[i], want)
		}
	}
}

func TestHowResourceSharesAreAskedFor(t *testing.T) {
	v := newVendor(t, willing)
	if _, err := v.open(t, Options{}).ResourceShares(t.Context(), "cn-beijing", shareTag); err != nil {
		t.Fatal(err)
	}
	shares, associations := "ListResourceShares", "ListResourceShareAssociations"
	for i, want := range []map[string]string{
		{"Action": shares, "ResourceOwner": "Self"},
		{"Action": shares, "ResourceOwner": "Self", "NextToken": "next+/="},
		{"Action": shares, "ResourceOwner": "Self", "Tag.1.Key": shareTag.Key, "Tag.1.Value": shareTag.Value},
		{"Action": associations, "AssociationType": "Resource"},
		{"Action": associations, "AssociationType": "Target"},
		{"Action": associations, "AssociationType": "Target", "NextToken": "next+/="},
	} {
		asked := v.calls()[i]
		want["MaxResults"], want["RegionId"], want["Version"], want["Signature"] = "100", "cn-beijing", "2020-01-10", signatureOf(asked)
		for _, parameter := range []string{
			"Action", "ResourceOwner", "NextToken", "Tag.1.Key", "Tag.1.Value", "AssociationType", "ResourceShareIds.1", "ResourceShareStatus",
			"MaxResults", "RegionId", "Version", "Signature",
		} {
			if asked.Get(parameter) != want[parameter] || asked.Has(parameter) != (want[parameter] != "") {
				t.Errorf("call %d: %s is %q, want %q", i, parameter, asked.Get(parameter), want[parameter])
			}
		}
		if v.hosts[i] != "resourcesharing.cn-beijing.aliyuncs.com" {
			t.Errorf("call %d went to %s", i, v.hosts[i])
		}
	}
	if len(v.calls()) != 6 {
		t.Errorf("%d calls", len(v.calls()))
	}
}

func TestNoResourceShares(t *testing.T) {
	for name, body := range map[string]string{"none": sharesPage(""), "none any more": sharesPage("", shareRow("rs-a", "Deleted", early))} {
		v := newVendor(t, func(url.Values) reply { return ok(body) })
		got, err := v.open(t, Options{}).ResourceShares(t.Context(), homeRegion, shareTag)
		if err != nil || len(got) != 0 || len(v.calls()) != 1 {
			t.Errorf("%s: got %+v, %v after %d calls", name, got, err, len(v.calls()))
		}
	}
}

// Without a tag nothing is marked. With one, a vendor who does not heed it must
// not have everything marked.
func TestTagsOfResourceShares(t *testing.T) {
	for name, test := range map[string]struct {
		tag    cloud.Tag
		lists  func(tag string) bool
		marked bool
		kind   cloud.Kind
	}{
		"no tag is asked for": {cloud.Tag{}, func(string) bool { return true }, false, -1},
		"all have the tag":    {shareTag, func(tag string) bool { return tag != nobodysValue }, true, -1},
		"none has the tag":    {shareTag, func(tag string) bool { return tag == "" }, false, -1},
		"tags are not heeded": {shareTag, func(string) bool { return true }, false, cloud.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(asked url.Values) reply {
				switch {
				case asked.Get("Action") != "ListResourceShares":
					return ok(associationsPage(""))
				case test.lists(asked.Get("Tag.1.Value")):
					return ok(sharesPage("", shareRow("rs-a", "Active", early), shareRow("rs-gone", "Deleted", early)))
				}
				return ok(sharesPage(""))
			})
			got, err := v.open(t, Options{}).ResourceShares(t.Context(), homeRegion, test.tag)
			if test.kind >= 0 {
				mustBe(t, err, test.kind)
			} else if err != nil || len(got) != 1 || got[0].Tagged != test.marked {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestResourceSharesNeverFewer(t *testing.T) {
	row, target := shareRow("rs-b", "Active", early), associationOf("rs-b", "Target", testFolder, "Associated", early)
	for name, test := range map[string]struct{ action, body string }{
		"no list":                        {"ListResourceShares", `{"RequestId":"R"}`},
		"a list of another shape":        {"ListResourceShares", `{"RequestId":"R","ResourceShares":{"ResourceShare":[]}}`},
		"half a list":                    {"ListResourceShares", `{"RequestId":"R","ResourceShares":[{"Res`},
		"a share without an ID":          {"ListResourceShares", sharesPage("", shareRow("", "Active", early))},
		"a share without a state":        {"ListResourceShares", sharesPage("", shareRow("rs-b", "", early))},
		"the same page again":            {"ListResourceShares", sharesPage("more", row)},
		"no associations":                {"ListResourceShareAssociations", `{"RequestId":"R"}`},
		"associations of another shape":  {"ListResourceShareAssociations", `{"RequestId":"R","ResourceShareAssociations":{}}`},
		"an association of nothing":      {"ListResourceShareAssociations", associationsPage("", strings.Replace(target, testFolder, "", 1))},
		"an association without a share": {"ListResourceShareAssociations", associationsPage("", strings.Replace(target, "rs-b", "", 1))},
		"an association in no state":     {"ListResourceShareAssociations", associationsPage("", strings.Replace(target, "Associated", "", 1))},
		"an association of no kind":      {"ListResourceShareAssociations", associationsPage("", strings.Replace(target, `"Account"`, `""`, 1))},
		"associations of both kinds":     {"ListResourceShareAssociations", associationsPage("", target, strings.Replace(target, `"Target"`, `"Resource"`, 1))},
		"the same associations again":    {"ListResourceShareAssociations", associationsPage("more")},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(asked url.Values) reply {
				if asked.Get("Action") == test.action && asked.Get("AssociationType") != "Resource" {
					return ok(test.body)
				}
				return willing(asked)
			})
			got, err := v.open(t, Options{}).ResourceShares(t.Context(), homeRegion, shareTag)
			mustBe(t, err, cloud.Unavailable)
			if got != nil || len(v.calls()) > 6 {
				t.Errorf("got %v after %d calls", got, len(v.calls()))
			}
		})
	}
}

// A list of more pages than the budget allows at once must be readable all the
// same, and is bounded.
func TestLongListsOfResourceShares(t *testing.T) {
	for pages, kind := range map[int]cloud.Kind{50: -1, sharePages: -1, sharePages + 1: cloud.Unavailable} {
		v := newVendor(t, func(asked url.Values) reply {
			page, _ := strconv.Atoi(asked.Get("NextToken"))
			next := strconv.Itoa(page + 1)
			if page == pages-1 {
				next = ""
			}
			if asked.Get("Action") == "ListResourceShares" {
				return ok(sharesPage(next, shareRow(fmt.Sprintf("rs-%03d", page), "Active", early)))
			}
			return ok(associationsPage(""))
		})
		session := v.open(t, Options{Clock: newClock().Now})
		got, err := session.ResourceShares(cloud.WithUrgency(t.Context(), cloud.Routine), homeRegion, cloud.Tag{})
		if kind < 0 {
			if err != nil || len(got) != pages {
				t.Errorf("%d pages: %d shares, %v", pages, len(got), err)
			}
			mustBe(t, second(session.ResourceShares(t.Context(), homeRegion, cloud.Tag{})), cloud.Throttled)
		} else {
			mustBe(t, err, kind)
		}
	}
}
