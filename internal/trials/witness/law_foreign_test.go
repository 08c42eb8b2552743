// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const keysPolicy = "ImageShareOperator-ImageKeys-1"

// trusting is a statement in the form of the operator's.
func trusting(ids ...string) string {
	return `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["` + strings.Join(ids, `@ecs.aliyuncs.com","`) + `@ecs.aliyuncs.com"]}}`
}

func document(statements ...string) string {
	return `{"Statement":[` + strings.Join(statements, ",") + `],"Version":"1"}`
}

// strange is a statement in nobody's form.
const strange = `{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::1000000000000009:root"]}}`

// writesTrust changes the trust policy of the role.
func (s *tale) writesTrust(before, after string) *tale {
	return s.does(simcloud.Entry{Action: "UpdateRole", Role: defaultRole, DocumentBefore: before, DocumentAfter: after})
}

func (s *tale) strangerWritesTrust(before, after string) *tale {
	return s.does(simcloud.Entry{ByHand: true, Account: owner, Action: "SetRole", Role: defaultRole, DocumentBefore: before, DocumentAfter: after})
}

// sees lets the operator read the role.
func (s *tale) sees(fault simcloud.FaultKind) *tale {
	s.tick()
	s.rec.Calls = append(s.rec.Calls, simcloud.Call{Seq: len(s.rec.Calls) + 1, Time: s.now, Action: "GetRole", Product: "Ram", Account: owner,
		AccessKey: "operator", Code: simcloud.CodeOK, Fault: fault})
	return s
}

func TestForeignTrustStays(t *testing.T) {
	wrong := []string{string(LawForeign) + ": " + defaultRole}
	with := document(strange, trusting(one))
	judge(t, []ending{
		{"beside the operator's own", func(s *tale) {
			s.sees("").writesTrust(document(strange), with).wait(time.Minute).sees("").writesTrust(with, document(strange))
		}, nil},
		{"a statement taken out", func(s *tale) { s.sees("").writesTrust(document(strange), document(trusting(one))) }, wrong},
		{"a statement written in other words", func(s *tale) {
			s.sees("").writesTrust(document(strange), document(strings.ReplaceAll(strange, ": ", ":"), trusting(one)))
		}, wrong},
		{"a statement that the cloud gives back in other words", func(s *tale) {
			world, err := simcloud.New(simcloud.Document{Regions: []simcloud.Region{{ID: region}}, Dialects: simcloud.Dialects{TrustForm: "reformatted"}}, func() time.Time { return s.now })
			if err != nil {
				t.Fatal(err)
			}
			s.rec.World = world
			s.sees("").writesTrust(document(strange), document(strings.ReplaceAll(strange, ": ", ":"), trusting(one)))
		}, nil},
		{"an account that somebody else had let in", func(s *tale) {
			s.sees("").writesTrust(document(trusting(two)), document(trusting(one)))
		}, []string{wrong[0], wrong[0]}},
		{"a statement of somebody else's, in the operator's form, in other words", func(s *tale) {
			s.sees("").writesTrust(document(strings.Replace(trusting(two), ":", ": ", 1)), document(trusting(two), trusting(one)))
		}, wrong},
		{"an account that somebody else had put beside the operator's", func(s *tale) {
			s.sees("").writesTrust("", document(trusting(one))).strangerWritesTrust(document(trusting(one)), document(trusting(one, two)))
			s.wait(time.Minute).sees("").writesTrust(document(trusting(one, two)), document(trusting(owner)))
		}, wrong},
		{"an account that was declared as somebody else let it in", func(s *tale) {
			s.share("golden", accounts(one)).strangerWritesTrust("", document(trusting(one)))
			s.wait(time.Minute).sees("").writesTrust(document(trusting(one)), document(trusting(owner)))
		}, nil},
		{"what was written since the operator's last look", func(s *tale) {
			s.sees("").strangerWritesTrust("", document(strange)).writesTrust(document(strange), document(trusting(one)))
		}, nil},
		{"after a look that told of the past", func(s *tale) {
			s.strangerWritesTrust("", document(strange)).wait(time.Minute).sees(simcloud.StaleRead).writesTrust(document(strange), document(trusting(one)))
		}, nil},
		{"the account's own ECS, in place of nobody", func(s *tale) {
			s.sees("").writesTrust(document(trusting(owner)), document(trusting(one))).wait(time.Minute).sees("").writesTrust(document(trusting(one)), document(trusting(owner)))
		}, nil},
		{"a folder and a directory", func(s *tale) {
			directory := `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"*@ecs.aliyuncs.com"},"Condition":{"StringEquals":{"sts:ServiceOwnerRDId":"rd-FkOrg1"}}}`
			below := `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"*@ecs.aliyuncs.com"},"Condition":{"StringLike":{"sts:ServiceOwnerRDPath":["rd-FkOrg1/r-FkTop1/fd-A*"]}}}`
			s.sees("").writesTrust(document(directory), document(directory, below)).wait(time.Minute).sees("").writesTrust(document(directory, below), document(below))
		}, []string{wrong[0], wrong[0]}},
	})
}

func TestWhatIsNotTheOperatorsIsNotWritten(t *testing.T) {
	policy := func(action, name string) simcloud.Entry {
		return simcloud.Entry{Action: action, Policy: name, Role: defaultRole}
	}
	byHand := func(e simcloud.Entry) simcloud.Entry { e.ByHand, e.Account = true, owner; return e }
	at := func(object string) []string { return []string{string(LawForeign) + ": " + object} }
	onShare := func(action, image string) simcloud.Entry {
		return simcloud.Entry{Action: action, Share: "rs-1", Image: image, Region: region}
	}
	judge(t, []ending{
		{"its own policy", func(s *tale) { s.does(policy("CreatePolicy", keysPolicy)).does(policy("DeletePolicy", keysPolicy)) }, nil},
		{"its own policy of an earlier run", func(s *tale) { s.does(policy("DeletePolicy", keysPolicy)) }, nil},
		{"a policy of another name", func(s *tale) { s.does(policy("DetachPolicyFromRole", "Backup")) }, at(defaultRole + " Backup")},
		{"a policy of its name that somebody else has made", func(s *tale) {
			s.does(byHand(policy("AddPolicy", keysPolicy))).does(policy("CreatePolicyVersion", keysPolicy))
		}, at(defaultRole + " " + keysPolicy)},
		{"the vendor's policy that it has attached", func(s *tale) {
			s.does(policy("AttachPolicyToRole", allKeysPolicy)).does(policy("DetachPolicyFromRole", allKeysPolicy))
		}, nil},
		{"the vendor's policy that somebody else has attached", func(s *tale) {
			s.does(byHand(policy("AttachByHand", allKeysPolicy))).does(policy("DetachPolicyFromRole", allKeysPolicy))
		}, at(defaultRole + " " + allKeysPolicy)},
		{"the vendor's policy that was attached before", func(s *tale) { s.does(policy("DetachPolicyFromRole", allKeysPolicy)) }, at(defaultRole + " " + allKeysPolicy)},
		{"another role", func(s *tale) { s.does(simcloud.Entry{Action: "UpdateRole", Role: "Admin"}) }, at("Admin")},
		{"a role that it has made, deleted", func(s *tale) {
			s.writesTrust("", document(trusting(owner))).does(simcloud.Entry{Action: "DeleteRole", Role: defaultRole, DocumentBefore: document(trusting(owner))})
		}, nil},
		{"a role that somebody else has made, deleted", func(s *tale) {
			s.strangerWritesTrust("", document(trusting(owner))).does(simcloud.Entry{Action: "DeleteRole", Role: defaultRole, DocumentBefore: document(trusting(owner))})
		}, at(defaultRole)},
		{"a role that was there, deleted", func(s *tale) {
			s.does(simcloud.Entry{Action: "DeleteRole", Role: defaultRole, DocumentBefore: document(trusting(owner))})
		}, at(defaultRole)},
		{"an image that no ImageShare is about", func(s *tale) { s.does(simcloud.Entry{Action: "TagResources", Image: golden}) }, at(golden)},
		{"an image that one is about", func(s *tale) { s.share("golden").does(simcloud.Entry{Action: "TagResources", Image: golden}) }, nil},
		{"its own resource share", func(s *tale) {
			s.share("golden").does(onShare("CreateResourceShare", golden)).does(onShare("DeleteResourceShare", ""))
		}, nil},
		{"somebody else's resource share", func(s *tale) {
			world, err := simcloud.New(simcloud.Document{Regions: []simcloud.Region{{ID: region}}, Accounts: []simcloud.Account{{ID: owner}},
				Shares: []simcloud.Share{{ID: "rs-AAAAAAAAAAAA", Region: region, Owner: owner, Name: "theirs"}}}, func() time.Time { return s.now })
			if err != nil {
				t.Fatal(err)
			}
			s.rec.World, s.rec.Owner = world, "us"
			s.does(simcloud.Entry{Action: "DisassociateResourceShare", Share: "rs-AAAAAAAAAAAA"})
		}, at("rs-AAAAAAAAAAAA")},
		{"its own resource share that has become somebody else's as well, deleted", func(s *tale) {
			s.share("golden").does(onShare("CreateResourceShare", golden))
			e := onShare("DeleteResourceShare", "")
			e.Ended = []string{"m-theirs/" + target}
			s.strangerWith("m-theirs").does(e)
		}, []string{at("m-theirs/" + target)[0], at("rs-1")[0]}},
		{"a role with another name, which the account names", func(s *tale) {
			s.sharer(func(o *v1alpha1.SharerAccount) { o.Spec.RoleName = "Another" }).does(simcloud.Entry{Action: "UpdateRole", Role: "Another"})
		}, nil},
	})
}

// strangerWith lets somebody else put an image of his on the operator's resource share.
func (s *tale) strangerWith(image string) *tale {
	return s.share("golden", accounts(one)).does(simcloud.Entry{ByHand: true, Action: "SetShare", Share: "rs-1", Image: image, Gained: []string{image + "/" + target}})
}
