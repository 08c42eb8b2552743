// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	folderA  = "rd-FkOrg1/r-FkTop1/fd-a234567890"
	folderAB = folderA + "/fd-b234567890"
)

func pathOf(t interface{ Fatal(...any) }, text string) Path {
	path, err := ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// asked is a request that every rule below is held against: of a confirmed
// image that is encrypted and free, for two accounts.
func asked() Request {
	return Request{
		Namespace: "platform", NamespaceLabels: map[string]string{"team": "golden"}, Region: "cn-hangzhou", ImageID: "m-1",
		Kind:     &ImageKind{Family: "ubuntu", Tags: map[string]string{"scrubbed": "true", "by": "ci"}, Encrypted: true, EncryptionKnown: true},
		Accounts: set("1 2"), Sharees: 2, Confirmed: true,
	}
}

// Each thing that a rule can name, once as it is and once as it is not.
func TestOneRule(t *testing.T) {
	paid, plain := asked(), asked()
	paid.Kind, plain.Kind = &ImageKind{Paid: true, EncryptionKnown: true}, &ImageKind{EncryptionKnown: true}
	unconfirmed := asked()
	unconfirmed.Confirmed = false
	for _, c := range []struct {
		name     string
		rule     Rule
		request  Request
		objected string
	}{
		{"nothing", Rule{}, asked(), ""},
		{"every namespace", Rule{Namespaces: []string{"*"}}, asked(), ""},
		{"its namespace", Rule{Namespaces: []string{"shop", "platform"}}, asked(), ""},
		{"other namespaces", Rule{Namespaces: []string{"shop", "plat"}}, asked(), "namespace platform is not among its namespaces"},
		{"its label", Rule{NamespaceLabels: map[string]string{"team": "golden"}}, asked(), ""},
		{"another value", Rule{NamespaceLabels: map[string]string{"team": "silver"}}, asked(), "namespace platform lacks the label team=silver"},
		{"another label, empty", Rule{NamespaceLabels: map[string]string{"stage": ""}}, asked(), "namespace platform lacks the label stage="},
		{"its namespace, without the label", Rule{Namespaces: []string{"platform"}, NamespaceLabels: map[string]string{"stage": "x"}}, asked(), "lacks the label stage=x"},
		{"its image", Rule{ImageIDs: []string{"m-1"}}, asked(), ""},
		{"another image", Rule{ImageIDs: []string{"m-11"}}, asked(), "image m-1 is not among its images"},
		{"its region", Rule{Regions: []string{"cn-hangzhou"}}, asked(), ""},
		{"another region", Rule{Regions: []string{"cn-beijing"}}, asked(), "region cn-hangzhou is not among its regions"},
		{"its family", Rule{Families: []string{"ubuntu"}}, asked(), ""},
		{"another family", Rule{Families: []string{"debian"}}, asked(), `the image's family "ubuntu" is not among its families`},
		{"an image of no family", Rule{Families: []string{"debian"}}, plain, "the image is in no image family"},
		{"its tags", Rule{ImageTags: map[string]string{"scrubbed": "true", "by": "ci"}}, asked(), ""},
		{"one tag of two", Rule{ImageTags: map[string]string{"scrubbed": "true", "by": "hand"}}, asked(), "the image lacks the tag by=hand"},
		{"a tag that is not there, empty", Rule{ImageTags: map[string]string{"audited": ""}}, asked(), "the image lacks the tag audited="},
		{"its accounts", Rule{Accounts: set("1 2 3")}, asked(), ""},
		{"one account of two", Rule{Accounts: set("2 3")}, asked(), "it does not admit 1"},
		{"folders alone", Rule{Paths: []Path{pathOf(t, folderA)}}, asked(), "it does not admit 1, 2"},
		{"as many", Rule{MaxSharees: 2}, asked(), ""},
		{"fewer", Rule{MaxSharees: 1}, asked(), "2 sharees are declared, and it admits 1"},
		{"encrypted, as it is", Rule{Encrypted: true}, asked(), ""},
		{"encrypted, as it is not", Rule{Encrypted: true}, plain, "the image is not encrypted"},
		{"free, as it is", Rule{Unpaid: true}, asked(), ""},
		{"free, as it is not", Rule{Unpaid: true}, paid, "the image derives from a paid image"},
		{"a paid image, where that is no matter", Rule{}, paid, ""},
		{"confirmed, as it is", Rule{Confirmed: true}, asked(), ""},
		{"confirmed, as it is not", Rule{Confirmed: true}, unconfirmed, "the image is not confirmed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Judge([]Rule{c.rule}, c.request)
			if got.Admitted != (c.objected == "") || got.Refused() != (c.objected != "") {
				t.Fatalf("%+v", got)
			}
			if c.objected != "" && !strings.Contains(strings.Join(got.Objections[0].Why, "; "), c.objected) {
				t.Errorf("it objects %q, want %q", got.Objections[0].Why, c.objected)
			}
			if got.Unconfirmed != (c.objected == "the image is not confirmed") {
				t.Errorf("unconfirmed is %t", got.Unconfirmed)
			}
		})
	}
}

// Where a folder is has to be known, unless the rule names the folder itself.
func TestFoldersOfARule(t *testing.T) {
	for _, c := range []struct {
		rule, declared string
		sure           bool
		want           string
	}{
		{folderA, folderA, false, "admitted"},
		{folderA, "fd-a234567890", false, "admitted"},
		{folderA, folderAB, true, "admitted"},
		{folderA, folderAB, false, "unknown"},
		{folderA, "fd-b234567890", false, "unknown"},
		{folderA, "rd-FkOrg1", true, "refused"},
		{folderAB, folderA, true, "refused"},
		{folderA, "rd-FkOrg1/r-FkTop1/fd-c234567890", false, "refused"},
		{"rd-FkOrg1", folderAB, false, "admitted"},
		{"rd-FkOrg1", "rd-FkOrg1/r-FkTop1", false, "admitted"},
		{"rd-FkOrg1", "fd-b234567890", false, "unknown"},
		{"rd-FkOrg1", "rd-FkOrg2", false, "refused"},
	} {
		request := asked()
		request.Accounts, request.Places = Sharees{}, []Place{{Path: pathOf(t, c.declared), Sure: c.sure}}
		got := Judge([]Rule{{Paths: []Path{pathOf(t, c.rule)}}}, request)
		if said := map[bool]string{got.Admitted: "admitted", got.Refused(): "refused", !got.Admitted && !got.Refused(): "unknown"}[true]; said != c.want {
			t.Errorf("a rule for %s says of %s (sure %t): %s, want %s", c.rule, c.declared, c.sure, said, c.want)
		}
		if got := Judge([]Rule{{Accounts: set("1")}}, request); !got.Refused() {
			t.Errorf("a rule that lists accounts alone does not refuse %s", c.declared)
		}
		if got := Judge([]Rule{{Paths: []Path{{}}}}, request); !got.Refused() {
			t.Errorf("a rule with a path that is none does not refuse %s", c.declared)
		}
	}
}

// What nobody knows neither admits nor refuses, where nothing else objects.
func TestWhatNobodyKnows(t *testing.T) {
	request := asked()
	request.Kind, request.NamespaceLabels = nil, nil
	for _, rule := range []Rule{
		{Families: []string{"debian"}}, {ImageTags: map[string]string{"a": "b"}}, {Encrypted: true}, {Unpaid: true}, {NamespaceLabels: map[string]string{"a": "b"}},
	} {
		if got := Judge([]Rule{rule}, request); got.Admitted || got.Refused() {
			t.Errorf("%+v: %+v", rule, got)
		}
		rule.Regions = []string{"cn-beijing"}
		if got := Judge([]Rule{rule}, request); !got.Refused() {
			t.Errorf("%+v is refused anyhow: %+v", rule, got)
		}
		if got := Judge([]Rule{rule, {}}, request); !got.Admitted {
			t.Errorf("another rule admits it: %+v", got)
		}
	}
	request.Kind = &ImageKind{}
	if got := Judge([]Rule{{Encrypted: true}}, request); got.Admitted || got.Refused() {
		t.Errorf("an image of which nobody knows whether it is encrypted: %+v", got)
	}
}

// The image is worth a look only where that can make a difference.
func TestWhatHangsOnTheKindOfImage(t *testing.T) {
	unconfirmed := asked()
	unconfirmed.Confirmed = false
	tagged := map[string]string{"audited": "true"}
	for _, c := range []struct {
		name    string
		rules   []Rule
		request Request
		want    bool
	}{
		{"a tag alone", []Rule{{ImageTags: tagged}}, asked(), true},
		{"a tag, in another rule than the first", []Rule{{Regions: []string{"cn-beijing"}}, {ImageTags: tagged}}, asked(), true},
		{"a tag, and a region too", []Rule{{ImageTags: tagged, Regions: []string{"cn-beijing"}}}, asked(), false},
		{"a tag, and a confirmation too", []Rule{{ImageTags: tagged, Confirmed: true}}, unconfirmed, false},
		{"a region alone", []Rule{{Regions: []string{"cn-beijing"}}}, asked(), false},
		{"nothing, since another rule admits it", []Rule{{ImageTags: tagged}, {}}, asked(), false},
	} {
		if got := Judge(c.rules, c.request); got.Kind != c.want {
			t.Errorf("%s: %t", c.name, got.Kind)
		}
	}
}

func TestOneRuleAdmitsInWhole(t *testing.T) {
	halves := []Rule{{Accounts: set("1"), Regions: []string{"cn-hangzhou"}}, {Accounts: set("2"), MaxSharees: 1}}
	got := Judge(halves, asked())
	if !got.Refused() || len(got.Objections) != 2 || got.Objections[0].Rule != 0 || len(got.Objections[1].Why) != 2 {
		t.Errorf("%+v", got)
	}
	if got := Judge(nil, asked()); !got.Refused() {
		t.Errorf("no rule at all admits nothing: %+v", got)
	}
	if got := Judge(append(halves, Rule{Accounts: set("1 2")}), asked()); !got.Admitted {
		t.Errorf("%+v", got)
	}
}

// More rules never admit less, and whom a rule admits it admits in parts too.
func TestRulesAdd(t *testing.T) {
	ids := rapid.Permutation([]string{"1", "2", "3", "4"})
	some := rapid.Custom(func(t *rapid.T) Sharees {
		return set(strings.Join(ids.Draw(t, "ids")[:rapid.IntRange(0, 4).Draw(t, "n")], " "))
	})
	rule := rapid.Custom(func(t *rapid.T) Rule {
		return Rule{Accounts: some.Draw(t, "accounts"), MaxSharees: rapid.IntRange(0, 3).Draw(t, "most")}
	})
	rapid.Check(t, func(t *rapid.T) {
		rules, more := rapid.SliceOfN(rule, 0, 3).Draw(t, "rules"), rapid.SliceOfN(rule, 0, 3).Draw(t, "more")
		request := asked()
		request.Accounts = some.Draw(t, "declared")
		request.Sharees = request.Accounts.Len()
		admitted := Judge(rules, request).Admitted
		if admitted && !Judge(slices.Concat(rules, more), request).Admitted {
			t.Fatalf("%v with %v refuses %v", rules, more, request.Accounts)
		}
		request.Accounts = request.Accounts.First(1)
		request.Sharees = request.Accounts.Len()
		if admitted && !Judge(rules, request).Admitted {
			t.Fatalf("%v refuses %v", rules, request.Accounts)
		}
	})
}
