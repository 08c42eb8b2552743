// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"strings"
	"testing"
)

// accountStatement trusts accounts, in the vendor's form.
func accountStatement(services ...string) string {
	return `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["` + strings.Join(services, `","`) + `"]}}`
}

const (
	one1, two2, three3 = "1111111111111111", "2222222222222222", "3333333333333333"
	everybody          = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"*@ecs.aliyuncs.com"}`
	aFolder            = everybody + `,"Condition":{"StringLike":{"sts:ServiceOwnerRDPath":"rd-a/r-b/fd-c*"}}}`
)

func TestWhomAStatementTrusts(t *testing.T) {
	for sentence, c := range map[string]struct{ statement, trusts string }{
		"an account":                           {accountStatement("1@ecs.aliyuncs.com"), "1"},
		"several accounts":                     {accountStatement("2@ecs.aliyuncs.com", "1@ecs.aliyuncs.com"), "1 2"},
		"an account that is not in a list":     {strings.NewReplacer("[", "", "]", "").Replace(accountStatement("1@ecs.aliyuncs.com")), "1"},
		"an action in a list":                  {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), `"sts:AssumeRole"`, `["sts:AssumeRole"]`, 1), "1"},
		"keys in another order":                {`{"Principal":{"Service":"1@ecs.aliyuncs.com"},"Effect":"Allow","Action":"sts:AssumeRole"}`, "1"},
		"an account beside another service":    {accountStatement("ecs.aliyuncs.com", "1@ecs.aliyuncs.com"), "1"},
		"an account beside everybody":          {accountStatement("*@ecs.aliyuncs.com", "1@ecs.aliyuncs.com"), "1"},
		"everybody, which counts for nobody":   {everybody + "}", ""},
		"everybody, as text for an account":    {accountStatement("*@ecs.aliyuncs.com"), ""},
		"the service alone":                    {accountStatement("ecs.aliyuncs.com"), ""},
		"a service in other case":              {accountStatement("1@ECS.aliyuncs.com"), ""},
		"an account with a space":              {accountStatement("1@ ecs.aliyuncs.com", " 2@ecs.aliyuncs.com"), ""},
		"an account with too many digits":      {accountStatement(strings.Repeat("1", 33) + "@ecs.aliyuncs.com"), ""},
		"an account with a letter":             {accountStatement("1a@ecs.aliyuncs.com"), ""},
		"another service of an account":        {accountStatement("1@rds.aliyuncs.com", "1@ecs.aliyuncs.com.cn"), ""},
		"a Sid beside":                         {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), "{", `{"Sid":"x",`, 1), ""},
		"a condition beside":                   {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), "{", `{"Condition":{},`, 1), ""},
		"a user beside the service":            {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), `{"Service"`, `{"RAM":"acs:ram::1:root","Service"`, 1), ""},
		"another action beside":                {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), `"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession"]`, 1), ""},
		"any action":                           {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), "sts:AssumeRole", "sts:*", 1), ""},
		"no action":                            {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), `"sts:AssumeRole"`, "[]", 1), ""},
		"a number among the services":          {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), "[", "[1,", 1), ""},
		"a Deny":                               {strings.Replace(accountStatement("1@ecs.aliyuncs.com"), "Allow", "Deny", 1), ""},
		"a directory":                          {everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-a"}}}`, "rd-a"},
		"several directories":                  {everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":["rd-b","rd-a"]}}}`, "rd-a rd-b"},
		"a directory beside something":         {everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":["rd-b","*"]}}}`, "rd-b"},
		"a directory, loosely":                 {everybody + `,"Condition":{"StringLike":{"sts:ServiceOwnerRDId":"rd-a"}}}`, ""},
		"a directory and an address":           {everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-a","acs:SourceIp":"x"}}}`, ""},
		"a directory and another operator":     {everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-a"},"Bool":{}}}`, ""},
		"a directory of one account":           {strings.Replace(everybody, "*@", "1@", 1) + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-a"}}}`, ""},
		"a folder":                             {aFolder, "rd-a/r-b/fd-c"},
		"a folder but not what is below it":    {strings.Replace(aFolder, "c*", "c", 1), ""},
		"what is below a folder but not it":    {strings.Replace(aFolder, "c*", "c/*", 1), ""},
		"a directory as if it were a folder":   {strings.Replace(aFolder, "rd-a/r-b/fd-c*", "rd-a*", 1), ""},
		"a folder that is matched to the dot":  {strings.Replace(aFolder, "StringLike", "StringEquals", 1), ""},
		"a folder with a wildcard in its path": {strings.Replace(aFolder, "r-b", "*", 1), ""},
		"nothing that is a statement":          {`"sts:AssumeRole"`, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			policy := trust(t, policyOf(c.statement))
			if got := policy.Principals(); !got.Equal(who(c.trusts)) {
				t.Errorf("trusts %s", got)
			}
			if foreign := policy.Foreign(); (c.trusts == "") != (len(foreign) == 1 && foreign[0] == c.statement) {
				t.Errorf("foreign is %s", foreign)
			}
			if policy.Document() != policyOf(c.statement) {
				t.Errorf("became %s", policy.Document())
			}
		})
	}
}

func TestWhatIsAddedToATrustPolicy(t *testing.T) {
	a1, a2, a3 := one1+"@ecs.aliyuncs.com", two2+"@ecs.aliyuncs.com", three3+"@ecs.aliyuncs.com"
	for sentence, c := range map[string]struct {
		before   []string
		add, own string
		after    []string
	}{
		"the first account":                     {nil, one1, "", []string{accountStatement(a1)}},
		"an account beside ours":                {[]string{accountStatement(a2)}, one1, two2, []string{accountStatement(a1, a2)}},
		"an account beside a stranger's":        {[]string{accountStatement(a2)}, one1, "", []string{accountStatement(a2), accountStatement(a1)}},
		"ours among a stranger's":               {[]string{accountStatement(a3), accountStatement(a2)}, one1, two2, []string{accountStatement(a3), accountStatement(a1, a2)}},
		"an account that is there":              {[]string{accountStatement(a2, a1)}, one1, one1, []string{accountStatement(a2, a1)}},
		"one that a stranger has, with another": {[]string{accountStatement(a2)}, one1 + " " + two2, one1 + " " + three3, []string{accountStatement(a2), accountStatement(a1)}},
		"beside a statement with more in it":    {[]string{accountStatement("ecs.aliyuncs.com", a2)}, one1, two2, []string{accountStatement("ecs.aliyuncs.com", a2), accountStatement(a1)}},
		"all three forms": {nil, one1 + " rd-a rd-a/r-b/fd-c", "", []string{
			accountStatement(a1), everybody + `,"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-a"}}}`, aFolder}},
		"a second folder":                     {[]string{aFolder}, "rd-a/r-a", "rd-a/r-b/fd-c", []string{strings.Replace(aFolder, `"rd-a/r-b/fd-c*"`, `["rd-a/r-a*","rd-a/r-b/fd-c*"]`, 1)}},
		"a second folder beside a stranger's": {[]string{aFolder}, "rd-a/r-a", "", []string{aFolder, strings.Replace(aFolder, "r-b/fd-c", "r-a", 1)}},
		"what is no principal":                {nil, "* rd-* rd-a/* 1* @ " + strings.Repeat("1", 33), "", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := trust(t, policyOf(c.before...)).With(who(c.add), who(c.own)).Document()
			if want := policyOf(c.after...); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestWhatIsRemovedFromATrustPolicy(t *testing.T) {
	for sentence, c := range map[string]struct {
		before []string
		remove string
		after  []string
	}{
		"one of two":       {[]string{accountStatement("2@ecs.aliyuncs.com", "1@ecs.aliyuncs.com")}, "2", []string{accountStatement("1@ecs.aliyuncs.com")}},
		"the last":         {[]string{accountStatement("1@ecs.aliyuncs.com")}, "1", nil},
		"in every place":   {[]string{accountStatement("1@ecs.aliyuncs.com"), accountStatement("1@ecs.aliyuncs.com", "2@ecs.aliyuncs.com")}, "1", []string{accountStatement("2@ecs.aliyuncs.com")}},
		"beside strangers": {[]string{accountStatement("z", "1@ecs.aliyuncs.com", "a", "2@ecs.aliyuncs.com")}, "1", []string{accountStatement("z", "a", "2@ecs.aliyuncs.com")}},
		"all but a stranger, who then is foreign": {[]string{accountStatement("z<", "1@ecs.aliyuncs.com")}, "1", []string{accountStatement("z<")}},
		"a folder, and never its condition alone": {[]string{aFolder}, "rd-a/r-b/fd-c", nil},
		"a directory that is there as a folder":   {[]string{aFolder}, "rd-a", []string{aFolder}},
		"through a statement that is foreign":     {[]string{strings.Replace(aFolder, "{", `{"Sid":"x",`, 1)}, "rd-a/r-b/fd-c", []string{strings.Replace(aFolder, "{", `{"Sid":"x",`, 1)}},
	} {
		t.Run(sentence, func(t *testing.T) {
			policy := trust(t, policyOf(c.before...)).Without(who(c.remove))
			if want := policyOf(c.after...); policy.Document() != want || policy.Empty() != (c.after == nil) {
				t.Errorf("got  %s\nwant %s", policy.Document(), want)
			}
		})
	}
}

// A policy of accounts alone has 100 characters and 36 for each of them.
func TestHowLongATrustPolicyIs(t *testing.T) {
	for _, n := range []int{1, 50, 54, 111, 167} {
		var ids []Principal
		for i := range n {
			ids = append(ids, Principal(fmt.Sprintf("%016d", i)))
		}
		if got := (TrustPolicy{}).With(NewSet(ids...), Principals{}).Size(); got != 100+36*n {
			t.Errorf("%d accounts have %d characters", n, got)
		}
	}
	if got := (TrustPolicy{}).Document(); got != policyOf() {
		t.Errorf("the empty policy is %s", got)
	}
}
