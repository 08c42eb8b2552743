// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// What the tests speak of.
const (
	testRole  = "AliyunECSShareEncryptImageDefaultRole"
	testTrust = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow",` +
		`"Principal":{"Service":["1000000000000001@ecs.aliyuncs.com"]}}]}`
	testDocument = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:List*","Resource":"*"}]}`
	testKey      = "key-hzz0001"
)

var (
	testPolicy = cloud.PolicyRef{Name: "imageshare-keys"}
	oneTag     = map[string]string{"managed-by": "imageshare"}
)

// verbs is every verb of a session, by name.
var verbs = map[string]func(context.Context, cloud.Session) error{
	"Identity":    func(ctx context.Context, s cloud.Session) error { return second(s.Identity(ctx)) },
	"Image":       func(ctx context.Context, s cloud.Session) error { return second(s.Image(ctx, testImage)) },
	"Permissions": func(ctx context.Context, s cloud.Session) error { return second(s.Permissions(ctx, testImage)) },
	"Grant":       func(ctx context.Context, s cloud.Session) error { return s.Grant(ctx, testImage, oneMore) },
	"Revoke":      func(ctx context.Context, s cloud.Session) error { return s.Revoke(ctx, testImage, oneMore) },
	"Snapshots": func(ctx context.Context, s cloud.Session) error {
		return second(s.Snapshots(ctx, homeRegion, []string{"s-1"}))
	},
	"TagImage":   func(ctx context.Context, s cloud.Session) error { return s.TagImage(ctx, testImage, oneTag) },
	"UntagImage": func(ctx context.Context, s cloud.Session) error { return s.UntagImage(ctx, testImage, []string{"a"}) },
	"Role":       func(ctx context.Context, s cloud.Session) error { return second(s.Role(ctx, testRole)) },
	"CreateRole": func(ctx context.Context, s cloud.Session) error {
		return s.CreateRole(ctx, cloud.NewRole{Name: testRole, Trust: testTrust, Tags: oneTag})
	},
	"SetTrust":   func(ctx context.Context, s cloud.Session) error { return s.SetTrust(ctx, testRole, testTrust) },
	"DeleteRole": func(ctx context.Context, s cloud.Session) error { return s.DeleteRole(ctx, testRole) },
	"RoleTags":   func(ctx context.Context, s cloud.Session) error { return second(s.RoleTags(ctx, testRole)) },
	"TagRole":    func(ctx context.Context, s cloud.Session) error { return s.TagRole(ctx, testRole, oneTag) },
	"UntagRole":  func(ctx context.Context, s cloud.Session) error { return s.UntagRole(ctx, testRole, []string{"a"}) },
	"Attached":   func(ctx context.Context, s cloud.Session) error { return second(s.Attached(ctx, testRole)) },
	"Attach":     func(ctx context.Context, s cloud.Session) error { return s.Attach(ctx, testRole, testPolicy) },
	"Detach":     func(ctx context.Context, s cloud.Session) error { return s.Detach(ctx, testRole, testPolicy) },
	"Policy":     func(ctx context.Context, s cloud.Session) error { return second(s.Policy(ctx, testPolicy)) },
	"CreatePolicy": func(ctx context.Context, s cloud.Session) error {
		return s.CreatePolicy(ctx, cloud.Policy{Ref: testPolicy, Document: testDocument})
	},
	"SetPolicy": func(ctx context.Context, s cloud.Session) error {
		return s.SetPolicy(ctx, testPolicy.Name, testDocument)
	},
	"DeletePolicy": func(ctx context.Context, s cloud.Session) error { return s.DeletePolicy(ctx, testPolicy.Name) },
	"Key":          func(ctx context.Context, s cloud.Session) error { return second(s.Key(ctx, homeRegion, testKey)) },
	"KeyPolicy": func(ctx context.Context, s cloud.Session) error {
		return second(s.KeyPolicy(ctx, homeRegion, testKey))
	},
	"ResourceShares": func(ctx context.Context, s cloud.Session) error {
		return second(s.ResourceShares(ctx, homeRegion, shareTag))
	},
	"CreateResourceShare": func(ctx context.Context, s cloud.Session) error {
		return second(s.CreateResourceShare(ctx, testShare))
	},
	"Associate": func(ctx context.Context, s cloud.Session) error {
		return s.Associate(ctx, homeRegion, "rs-abc", []string{testFolder})
	},
	"Disassociate": func(ctx context.Context, s cloud.Session) error {
		return s.Disassociate(ctx, homeRegion, "rs-abc", []string{testFolder})
	},
	"DeleteResourceShare": func(ctx context.Context, s cloud.Session) error {
		return s.DeleteResourceShare(ctx, homeRegion, "rs-abc")
	},
	"Directory": func(ctx context.Context, s cloud.Session) error { return second(s.Directory(ctx)) },
	"Folder":    func(ctx context.Context, s cloud.Session) error { return second(s.Folder(ctx, testFolder)) },
	"Member":    func(ctx context.Context, s cloud.Session) error { return second(s.Member(ctx, testMember)) },
	"ShareeQuota": func(ctx context.Context, s cloud.Session) error {
		return second(s.ShareeQuota(ctx, homeRegion))
	},
}

// second is the error of a verb that answers something besides.
func second[Answer any](_ Answer, err error) error { return err }

// actions are the verbs as RAM policies name what they do.
var actions = map[string]string{
	"Identity": "sts:GetCallerIdentity", "Image": "ecs:DescribeImages", "Permissions": "ecs:DescribeImageSharePermission",
	"Grant": "ecs:ModifyImageSharePermission", "Revoke": "ecs:ModifyImageSharePermission", "Snapshots": "ecs:DescribeSnapshots",
	"TagImage": "ecs:TagResources", "UntagImage": "ecs:UntagResources",
	"Role": "ram:GetRole", "CreateRole": "ram:CreateRole", "SetTrust": "ram:UpdateRole", "DeleteRole": "ram:DeleteRole",
	"RoleTags": "ram:ListTagResources", "TagRole": "ram:TagResources", "UntagRole": "ram:UntagResources",
	"Attached": "ram:ListPoliciesForRole", "Attach": "ram:AttachPolicyToRole", "Detach": "ram:DetachPolicyFromRole",
	"Policy": "ram:GetPolicy", "CreatePolicy": "ram:CreatePolicy", "SetPolicy": "ram:CreatePolicyVersion",
	"DeletePolicy": "ram:DeletePolicy", "Key": "kms:DescribeKey", "KeyPolicy": "kms:GetKeyPolicy",
	"ResourceShares": "resourcesharing:ListResourceShares", "CreateResourceShare": "resourcesharing:CreateResourceShare",
	"Associate": "resourcesharing:AssociateResourceShare", "Disassociate": "resourcesharing:DisassociateResourceShare",
	"DeleteResourceShare": "resourcesharing:DeleteResourceShare", "Directory": "resourcemanager:GetResourceDirectory",
	"Folder": "resourcemanager:GetFolder", "Member": "resourcemanager:GetAccount", "ShareeQuota": "quotas:ListProductQuotas",
}

func TestDeniedNamesTheActionOfEachVerb(t *testing.T) {
	v := newVendor(t, func(url.Values) reply {
		return reply{status: 403, body: `{"RequestId":"R","Code":"Forbidden.RAM","Message":"m"}`}
	})
	for verb, do := range verbs {
		found := mustBe(t, do(t.Context(), v.open(t, Options{})), cloud.Denied)
		if actions[verb] == "" || !strings.Contains(found.Message, "allow "+actions[verb]+" in its RAM policy") {
			t.Errorf("%s says %q", verb, found.Message)
		}
	}
}

// The answers that the vendor gives when all is well.
const (
	roleBody = `{"RequestId":"R","Role":{"RoleId":"3","RoleName":"AliyunECSShareEncryptImageDefaultRole",` +
		`"Arn":"acs:ram::1000000000000009:role/aliyunecsshareencryptimagedefaultrole","Description":"for images",` +
		`"AssumeRolePolicyDocument":"{\n \"Version\": \"1\"\n}","MaxSessionDuration":3600,` +
		`"CreateDate":"2026-01-01T00:00:00Z","UpdateDate":"2026-01-01T00:00:00Z"}}`
	tagsBody = `{"RequestId":"R","TagResources":[{"ResourceName":"aliyunecsshareencryptimagedefaultrole",` +
		`"ResourceType":"role","TagKey":"managed-by","TagValue":"imageshare"}]}`
	attachedBody = `{"RequestId":"R","Policies":{"Policy":[` +
		`{"PolicyName":"imageshare-keys","PolicyType":"Custom","DefaultVersion":"v2","Description":"","AttachDate":"2026-01-01T00:00:00Z"},` +
		`{"PolicyName":"AliyunKMSFullAccess","PolicyType":"System","DefaultVersion":"v1"}]}}`
	policyBody = `{"RequestId":"R","Policy":{"PolicyName":"imageshare-keys","PolicyType":"Custom","DefaultVersion":"v2",` +
		`"Description":"keys","AttachmentCount":1,"PolicyDocument":"{\"old\":1}"},"DefaultPolicyVersion":{"VersionId":"v2",` +
		`"IsDefaultVersion":true,"PolicyDocument":"{\"Version\":\"1\"}","CreateDate":"2026-01-01T00:00:00Z"}}`
	keyBody = `{"RequestId":"R","KeyMetadata":{"KeyId":"key-hzz0001","KeyState":"Enabled","Creator":"1000000000000009",` +
		`"Origin":"Aliyun_KMS","Arn":"acs:kms:cn-hangzhou:1000000000000009:key/key-hzz0001","KeySpec":"Aliyun_AES_256",` +
		`"KeyUsage":"ENCRYPT/DECRYPT","DKMSInstanceId":"kst-hzz1"}}`
	keyPolicyBody = `{"RequestId":"R","Policy":"{\"Version\":\"1\"}"}`
	snapshotsBody = `{"RequestId":"R","NextToken":"","PageNumber":1,"PageSize":10,"TotalCount":0,"Snapshots":{"Snapshot":[` +
		`{"SnapshotId":"s-1","Encrypted":true,"KMSKeyId":"key-hzz0001","Status":"accomplished","SourceDiskType":"system"}]}}`
)

// willing is a vendor that does whatever it is asked to.
func willing(asked url.Values) reply {
	if asked.Get("Action") == "DescribeImageSharePermission" {
		return paged(230, 100)(asked)
	}
	if strings.HasPrefix(asked.Get("Action"), "ListResourceShare") {
		return ok(sharingAnswer(asked))
	}
	body := map[string]string{
		"GetCallerIdentity": `{"RequestId":"R","AccountId":"1000000000000009"}`,
		"DescribeImages":    images(1, imageRow), "DescribeSnapshots": snapshotsBody,
		"GetRole": roleBody, "ListTagResources": tagsBody, "ListPoliciesForRole": attachedBody,
		"GetPolicy": policyBody, "DescribeKey": keyBody, "GetKeyPolicy": keyPolicyBody,
		"CreateResourceShare": shareBody, "AssociateResourceShare": changedBody, "DisassociateResourceShare": changedBody,
		"GetResourceDirectory": directoryBody, "GetFolder": folderBody, "GetAccount": memberBody,
		"ListProductQuotas": quotasBody,
	}[asked.Get("Action")]
	if body == "" {
		body = `{"RequestId":"R"}`
	}
	return ok(body)
}
