// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// tagRow is a row of the answer to ListTagResources.
func tagRow(role, key, value string) string {
	return fmt.Sprintf(`{"ResourceName":%q,"ResourceType":"role","TagKey":%q,"TagValue":%q}`, role, key, value)
}

// tagPage is a page of rows.
func tagPage(next string, rows ...string) string {
	return fmt.Sprintf(`{"RequestId":"R","NextToken":%q,"TagResources":[%s]}`, next, strings.Join(rows, ","))
}

func TestRoleTags(t *testing.T) {
	v := newVendor(t, func(asked url.Values) reply {
		switch asked.Get("NextToken") {
		case "":
			return ok(tagPage("one+/=", tagRow(testRole, "a", "1"), tagRow(strings.ToLower(testRole), "b", "")))
		case "one+/=":
			return ok(tagPage("two"))
		}
		return ok(tagPage("", tagRow(testRole, "managed-by", "imageshare")))
	})
	got, err := v.open(t, Options{}).RoleTags(t.Context(), testRole)
	if want := map[string]string{"a": "1", "b": "", "managed-by": "imageshare"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if len(v.calls()) != 3 || v.hosts[0] != globalRAM {
		t.Errorf("%d calls to %v", len(v.calls()), v.hosts)
	}
	for _, asked := range v.calls() {
		for parameter, want := range map[string]string{
			"Action": "ListTagResources", "Version": "2015-05-01", "ResourceType": "role", "PageSize": "100",
			"ResourceNames": `["AliyunECSShareEncryptImageDefaultRole"]`, "Signature": signatureOf(asked),
		} {
			if asked.Get(parameter) != want {
				t.Errorf("%s is %q", parameter, asked.Get(parameter))
			}
		}
	}
}

func TestRoleWithoutTags(t *testing.T) {
	for _, body := range []string{`{"RequestId":"R","TagResources":[]}`, `{"RequestId":"R"}`} {
		v := newVendor(t, func(url.Values) reply { return ok(body) })
		got, err := v.open(t, Options{}).RoleTags(t.Context(), testRole)
		if err != nil || got == nil || len(got) != 0 {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
}

func TestRoleTagsNeverFewer(t *testing.T) {
	for name, body := range map[string]string{
		"a list of another shape": `{"RequestId":"R","TagResources":{"TagResource":[]}}`,
		"half a list":             `{"RequestId":"R","TagResources":[{"Tag`,
		"another role's":          tagPage("", tagRow("other", "a", "1")),
		"a tag without a key":     tagPage("", tagRow(testRole, "", "1")),
		"a tag twice":             tagPage("", tagRow(testRole, "a", "1"), tagRow(testRole, "a", "2")),
		"the same page again":     tagPage("more", tagRow(testRole, "a", "1")),
		"empty pages and no end":  tagPage("more"),
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t, func(url.Values) reply { return ok(body) })
			got, err := v.open(t, Options{Limits: Limits{Rate: 1000, Burst: 1000}}).RoleTags(t.Context(), testRole)
			mustBe(t, err, cloud.Unavailable)
			if got != nil {
				t.Error("a part of the list came along")
			}
			if n := len(v.calls()); n > maxPages || n > 2 && name != "empty pages and no end" {
				t.Errorf("%d calls", n)
			}
		})
	}
}

func TestTagging(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	for _, test := range []struct {
		err                     error
		action, parameter, want string
	}{
		{
			session.TagRole(t.Context(), testRole, map[string]string{"b": "", "a": "1"}),
			"TagResources", "Tag", `[{"Key":"a","Value":"1"},{"Key":"b","Value":""}]`,
		},
		{session.UntagRole(t.Context(), testRole, []string{"b", "a", "b"}), "UntagResources", "TagKeys", `["a","b"]`},
	} {
		if test.err != nil {
			t.Fatal(test.err)
		}
		found := false
		for _, asked := range v.calls() {
			found = found || asked.Get("Action") == test.action && asked.Get(test.parameter) == test.want &&
				asked.Get("ResourceType") == "role" && asked.Get("ResourceNames") == `["`+testRole+`"]` && !asked.Has("All")
		}
		if !found {
			t.Errorf("%s: asked for %v", test.action, v.calls())
		}
	}
}

func TestTagsThatAreNotSent(t *testing.T) {
	v := newVendor(t, willing)
	session := v.open(t, Options{})
	if err := session.TagRole(t.Context(), testRole, nil); err != nil {
		t.Error(err)
	}
	if err := session.UntagRole(t.Context(), testRole, nil); err != nil {
		t.Error(err)
	}
	many, keys := map[string]string{}, []string(nil)
	for i := range maxTags + 1 {
		keys = append(keys, strconv.Itoa(i))
		many[strconv.Itoa(i)] = ""
	}
	for _, err := range []error{
		session.TagRole(t.Context(), testRole, many),
		session.UntagRole(t.Context(), testRole, keys),
		session.CreateRole(t.Context(), cloud.NewRole{Name: testRole, Trust: testTrust, Tags: many}),
	} {
		if found := mustBe(t, err, cloud.Invalid); found.Subject != cloud.AboutRole {
			t.Errorf("got %+v", found)
		}
	}
	if len(v.calls()) != 0 {
		t.Error("something was sent")
	}
}
