// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
)

func TestWhomATrustPolicyMayRefuse(t *testing.T) {
	deny := func(action, principal string) string {
		return `{"Action":` + action + `,"Effect":"Deny","Principal":` + principal + `}`
	}
	const assume, all = `"sts:AssumeRole"`, `{"Service":"*"}`
	for sentence, c := range map[string]struct {
		statement          string
		account, directory bool
	}{
		"an Allow":                               {accountStatement("1@ecs.aliyuncs.com"), false, false},
		"the account":                            {deny(assume, `{"Service":["1@ecs.aliyuncs.com"]}`), true, true},
		"another account, who may be a member":   {deny(assume, `{"Service":"2@ecs.aliyuncs.com"}`), false, true},
		"all accounts":                           {deny(assume, `{"Service":"*@ecs.aliyuncs.com"}`), true, true},
		"some accounts":                          {deny(assume, `{"Service":"2*"}`), false, true},
		"every service":                          {deny(assume, all), true, true},
		"a question mark":                        {deny(assume, `{"Service":"?@ecs.aliyuncs.com"}`), true, true},
		"the service on behalf of everybody":     {deny(assume, `{"Service":"ecs.aliyuncs.com"}`), true, true},
		"the account with a space":               {deny(assume, `{"Service":"1@ ecs.aliyuncs.com"}`), true, true},
		"the account in other case":              {deny(assume, `{"Service":"1@ECS.aliyuncs.com"}`), true, true},
		"another service":                        {deny(assume, `{"Service":["1@rds.aliyuncs.com","rds.aliyuncs.com"]}`), false, false},
		"nobody":                                 {deny(assume, `{"Service":[]}`), false, false},
		"the account as itself":                  {deny(assume, `{"RAM":"acs:ram::1:root"}`), true, true},
		"another account as itself":              {deny(assume, `{"RAM":"acs:ram::2:root"}`), false, true},
		"every account as itself":                {deny(assume, `{"RAM":"acs:ram::*:*"}`), true, true},
		"a user":                                 {deny(assume, `{"RAM":"acs:ram::1:user/bob"}`), false, false},
		"everybody in RAM":                       {deny(assume, `{"RAM":"*"}`), true, true},
		"users of somebody's directory service":  {deny(assume, `{"Federated":"acs:ram::1:saml-provider/x"}`), false, false},
		"a kind that is not known":               {deny(assume, `{"Organization":"x"}`), true, true},
		"everybody, in short":                    {deny(assume, `"*"`), true, true},
		"nobody that can be read":                {deny(assume, `{"Service":{}}`), true, true},
		"another action":                         {deny(`["sts:AssumeRoleWithSAML","ecs:*"]`, all), false, false},
		"every action of the service":            {deny(`"sts:*"`, all), true, true},
		"every action":                           {deny(`["x","*"]`, all), true, true},
		"the action in other case":               {deny(`"STS:assumerole"`, all), true, true},
		"an action that cannot be read":          {deny(`1`, all), true, true},
		"all actions but one":                    {`{"NotAction":"x","Effect":"Deny","Principal":` + all + `}`, true, true},
		"all actions but one, and another":       {`{"Action":"x","NotAction":"x","Effect":"Deny","Principal":` + all + `}`, true, true},
		"all but somebody":                       {`{"Action":` + assume + `,"Effect":"Deny","NotPrincipal":{"Service":"1@ecs.aliyuncs.com"}}`, true, true},
		"all but somebody, and nobody":           {`{"Action":` + assume + `,"Effect":"Deny","Principal":{},"NotPrincipal":{}}`, true, true},
		"everybody under a condition":            {strings.Replace(deny(assume, all), "{", `{"Condition":{"Bool":{"x":"true"}},`, 1), false, false},
		"without a word":                         {`{"Action":` + assume + `,"Principal":` + all + `}`, true, true},
		"in other case":                          {strings.Replace(deny(assume, all), "Deny", "deny", 1), true, true},
		"with a key in other case":               {strings.Replace(deny(assume, all), "Effect", "effect", 1), true, true},
		"with something that is not a statement": {`null`, true, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			policy := trust(t, policyOf(accountStatement("1@ecs.aliyuncs.com"), c.statement))
			for p, want := range map[Principal]bool{"1": c.account, "rd-a": c.directory, "rd-a/r-b": c.directory} {
				if policy.Denies(p) != want {
					t.Errorf("%s: %t", p, !want)
				}
			}
		})
	}
	if (TrustPolicy{}).Denies("1") {
		t.Error("the empty policy refuses somebody")
	}
}
