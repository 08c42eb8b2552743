// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
)

func TestWhomAKeyAdmits(t *testing.T) {
	const role = "acs:ram::1:role/aliyunecsshareencryptimagedefaultrole"
	allow := func(principal string) string {
		return `{"Sid":"x","Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":[` + principal + `]},"Resource":["*"]}`
	}
	account := allow(`"acs:ram::1:*"`)
	swap := func(old, other string) string { return strings.Replace(account, old, other, 1) }
	four := `["kms:Encrypt","kms:DescribeKey","kms:Dec*","KMS:generatedatakey"]`
	deny := swap("Allow", "Deny")
	for sentence, c := range map[string]struct {
		statements []string
		want       Admission
	}{
		"the default policy":                            {[]string{account}, Admitted},
		"the account by its root":                       {[]string{allow(`"acs:ram::1:root"`)}, Admitted},
		"the role, in the vendor's case":                {[]string{allow(`"acs:ram::1:role/AliyunECSShareEncryptImageDefaultRole"`)}, Admitted},
		"roles of a name":                               {[]string{allow(`"acs:ram::1:role/AliyunECS*"`)}, Admitted},
		"the role among others":                         {[]string{allow(`"acs:ram::2:*","acs:ram::1:user/x","acs:ram::1:role/AliyunECSShareEncryptImageDefaultRole"`)}, Admitted},
		"everybody":                                     {[]string{allow(`"*"`)}, Admitted},
		"one principal that is not in a list":           {[]string{swap(`["acs:ram::1:*"]`, `"acs:ram::1:*"`)}, Admitted},
		"the four actions":                              {[]string{swap(`["kms:*"]`, four)}, Admitted},
		"the four actions in two statements":            {[]string{swap(`["kms:*"]`, `["kms:Encrypt","kms:DescribeKey"]`), swap(`["kms:*"]`, `["kms:De*","kms:Gen*"]`)}, Admitted},
		"three of the actions":                          {[]string{swap(`["kms:*"]`, strings.Replace(four, "Encrypt", "Sign", 1))}, NotAdmitted},
		"another account":                               {[]string{allow(`"acs:ram::2:*"`)}, NotAdmitted},
		"another role":                                  {[]string{allow(`"acs:ram::1:role/other"`)}, NotAdmitted},
		"a service":                                     {[]string{swap(`"RAM"`, `"Service"`)}, NotAdmitted},
		"nobody":                                        {nil, NotAdmitted},
		"a Deny beside":                                 {[]string{account, deny}, NotAdmitted},
		"a Deny of one action":                          {[]string{account, strings.Replace(deny, "kms:*", "kms:Decrypt", 1)}, NotAdmitted},
		"a Deny of another action":                      {[]string{account, strings.Replace(deny, "kms:*", "kms:ScheduleKeyDeletion", 1)}, Admitted},
		"a Deny of another role":                        {[]string{account, strings.Replace(allow(`"acs:ram::1:role/other"`), "Allow", "Deny", 1)}, Admitted},
		"a Deny beside what is not clear":               {[]string{swap("{", `{"Condition":{},`), `{}`, deny}, NotAdmitted},
		"a Deny under a condition":                      {[]string{account, strings.Replace(deny, "{", `{"Condition":{},`, 1)}, Unclear},
		"a Deny to all but somebody":                    {[]string{account, strings.Replace(deny, "Principal", "NotPrincipal", 1)}, Unclear},
		"a Deny of all but something":                   {[]string{account, strings.Replace(deny, "Action", "NotAction", 1)}, Unclear},
		"a Deny to another role under a condition":      {[]string{account, strings.NewReplacer("Allow", "Deny", `"Sid":"x"`, `"Condition":{}`).Replace(allow(`"acs:ram::1:role/other"`))}, Admitted},
		"a Deny of something, and of all but something": {[]string{account, strings.Replace(deny, `"Action":["kms:*"]`, `"Action":"kms:Sign","NotAction":"x"`, 1)}, Unclear},
		"a Deny to nobody, and to all but somebody":     {[]string{account, strings.Replace(deny, `"Principal":{"RAM":["acs:ram::1:*"]}`, `"Principal":{},"NotPrincipal":{}`, 1)}, Unclear},
		"the account beside what is no ARN":             {[]string{allow(`"acs:ram::1:*","1"`)}, Admitted},
		"no effect":                                     {[]string{account, swap(`"Effect":"Allow",`, "")}, Unclear},
		"an effect in other case":                       {[]string{account, swap("Allow", "deny")}, Unclear},
		"an Allow under a condition":                    {[]string{swap("{", `{"Condition":{},`)}, Unclear},
		"an Allow under a condition, and one plain":     {[]string{swap("{", `{"Condition":{},`), account}, Admitted},
		"an Allow to all but somebody":                  {[]string{swap("Principal", "NotPrincipal")}, Unclear},
		"an Allow of all but something":                 {[]string{swap("Action", "NotAction")}, Unclear},
		"an Allow of another action, conditionally":     {[]string{strings.Replace(swap("kms:*", "kms:Sign"), "{", `{"Condition":{},`, 1)}, NotAdmitted},
		"actions that cannot be read":                   {[]string{swap(`["kms:*"]`, "1")}, Unclear},
		"a field that is not known":                     {[]string{swap("Sid", "sid")}, Unclear},
		"another resource":                              {[]string{swap(`["*"]`, `["acs:kms:r:1:key/a"]`)}, Unclear},
		"no resource":                                   {[]string{swap(`,"Resource":["*"]`, "")}, Unclear},
		"a principal that is no ARN":                    {[]string{allow(`"1"`)}, Unclear},
		"a principal that is no text":                   {[]string{allow("1")}, Unclear},
		"everybody, in short":                           {[]string{swap(`{"RAM":["acs:ram::1:*"]}`, `"*"`)}, Unclear},
		"another kind of principal":                     {[]string{swap("RAM", "AWS")}, Unclear},
		"the session of the role":                       {[]string{allow(`"acs:ram::1:assumed-role/AliyunECSShareEncryptImageDefaultRole/ecs"`)}, Unclear},
		"the session of another role":                   {[]string{allow(`"acs:ram::1:assumed-role/other/ecs"`)}, NotAdmitted},
		"a statement that is none":                      {[]string{account, `"x"`}, Unclear},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := KeyPolicyAdmits(policyOf(c.statements...), role); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestKeyPoliciesThatAreNone(t *testing.T) {
	const role = "acs:ram::1:role/r"
	for document, want := range map[string]Admission{
		"": Admitted, " \n": Admitted, "x": Unclear, "{}": Unclear, "null": Unclear, `{"Statement":[],"Id":"x"}`: Unclear, `{"Statement":[]}`: NotAdmitted,
	} {
		if got := KeyPolicyAdmits(document, role); got != want {
			t.Errorf("%q: got %d, want %d", document, got, want)
		}
	}
	for _, arn := range []string{"", "r", "acs:ram::1:user/r", "acs:ram::1"} {
		if got := KeyPolicyAdmits(policyOf(), arn); got != Unclear {
			t.Errorf("%q: got %d", arn, got)
		}
	}
}
