// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestKeysAreDescribed(t *testing.T) {
	arn := "acs:kms:" + region + ":" + owner + ":key/"
	for _, c := range []struct {
		name   string
		params []string
		want   string
	}{
		{"by ID", []string{"KeyId", "key-1"}, "key-1"},
		{"by ARN", []string{"KeyId", arn + "key-1"}, "key-1"},
		{"by alias", []string{"KeyId", "alias/acs/ecs"}, "key-2"},
		{"unknown", []string{"KeyId", "key-9"}, "404 Forbidden.KeyNotFound"},
		{"unknown by alias", []string{"KeyId", "alias/none"}, "404 Forbidden.AliasNotFound"},
		{"of another region", []string{"KeyId", "key-1", "RegionId", "cn-beijing"}, "404 Forbidden.KeyNotFound"},
		{"without a name", nil, "400 MissingParameter"},
		{"in no region", []string{"KeyId", "key-1", "RegionId", "cn-nowhere"}, "404 InvalidRegionId.NotFound"},
	} {
		body, err := newRig(t).ask("root", "Kms:DescribeKey", c.params...)
		got := outcome(err)
		if err == nil {
			got, _ = dig(body, "KeyMetadata.KeyId").(string)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := newRig(t).try("other", "Kms:DescribeKey", "KeyId", "key-1"); got != "404 Forbidden.KeyNotFound" {
		t.Errorf("of another account: got %s", got)
	}
}

func TestAKeyIsDescribedInEveryState(t *testing.T) {
	for _, state := range []string{simcloud.KeyEnabled, simcloud.KeyDisabled, simcloud.KeyPendingDeletion, simcloud.KeyPendingImport} {
		r := newRig(t)
		must(t, r.world.SetKeyState(region, "key-1", state))
		body, err := r.ask("root", "Kms:DescribeKey", "KeyId", "key-1")
		must(t, err)
		deleted, _ := dig(body, "KeyMetadata.DeleteDate").(string)
		if dig(body, "KeyMetadata.KeyState") != state || (deleted != "") != (state == simcloud.KeyPendingDeletion) {
			t.Errorf("%s: got %v", state, body)
		}
	}
}

func TestTypedKMSRequestsOfTheVendorsSDKWork(t *testing.T) {
	r := newRig(t)
	client, err := kms.NewClientWithAccessKey(region, "root", "root-secret")
	must(t, err)
	client.GetConfig().WithScheme("HTTP")
	client.Domain = r.host()

	describe := kms.CreateDescribeKeyRequest()
	describe.KeyId = "alias/acs/ecs"
	service, err := client.DescribeKey(describe)
	must(t, err)
	if k := service.KeyMetadata; k.Creator == owner || strings.Trim(k.Creator, "0123456789") == "" || k.Arn != "acs:kms:"+region+":"+owner+":key/key-2" {
		t.Errorf("the service key: %+v", k)
	}
	describe = kms.CreateDescribeKeyRequest()
	describe.KeyId = "key-3"
	own, err := client.DescribeKey(describe)
	must(t, err)
	if k := own.KeyMetadata; k.Creator != owner || k.DKMSInstanceId != "kst-1" {
		t.Errorf("a key of our own: %+v", k)
	}
	policy := kms.CreateGetKeyPolicyRequest()
	policy.KeyId, policy.PolicyName = "key-3", "default"
	got, err := client.GetKeyPolicy(policy)
	must(t, err)
	if !strings.Contains(got.Policy, `"acs:ram::`+owner+`:*"`) {
		t.Errorf("the policy of a key without a special one: %s", got.Policy)
	}
	list := kms.CreateListKeysRequest()
	keys, err := client.ListKeys(list)
	must(t, err)
	if keys.TotalCount != 3 || keys.PageSize != 10 || keys.Keys.Key[0].KeyArn != "acs:kms:"+region+":"+owner+":key/key-1" {
		t.Errorf("the keys: %+v", keys)
	}
}

func TestKeysAndAliasesAreListed(t *testing.T) {
	r := newRig(t)
	must(t, r.world.SetKeyState(region, "key-3", simcloud.KeyDisabled))
	for _, c := range []struct {
		action, outer, inner, field string
		params                      []string
		want                        []string
	}{
		{"ListKeys", "Keys", "Key", "KeyId", nil, []string{"key-1", "key-2", "key-3"}},
		{"ListKeys", "Keys", "Key", "KeyId", []string{"Filters", `[{"Key":"CreatorType","Values":["Service"]}]`}, []string{"key-2"}},
		{"ListKeys", "Keys", "Key", "KeyId", []string{"Filters", `[{"Key":"CreatorType","Values":["User"]}]`}, []string{"key-1", "key-3"}},
		{"ListKeys", "Keys", "Key", "KeyId", []string{"Filters", `[{"Key":"CreatorType","Values":["User"]},{"Key":"KeyState","Values":["Enabled"]}]`},
			[]string{"key-1"}},
		{"ListKeys", "Keys", "Key", "KeyId", []string{"PageSize", "2", "PageNumber", "2"}, []string{"key-3"}},
		{"ListKeys", "Keys", "Key", "KeyId", []string{"RegionId", "cn-beijing"}, []string{}},
		{"ListAliases", "Aliases", "Alias", "AliasName", nil, []string{"alias/images", "alias/acs/ecs"}},
		{"ListAliases", "Aliases", "Alias", "AliasArn", []string{"PageSize", "1"}, []string{"acs:kms:" + region + ":" + owner + ":alias/images"}},
		{"ListAliases", "Aliases", "Alias", "AliasName", []string{"PageSize", "0"}, []string{}},
		{"ListAliasesByKeyId", "Aliases", "Alias", "AliasName", []string{"KeyId", "key-2"}, []string{"alias/acs/ecs"}},
		{"ListAliasesByKeyId", "Aliases", "Alias", "AliasName", []string{"KeyId", "key-3"}, []string{}},
	} {
		body, err := r.ask("root", "Kms:"+c.action, c.params...)
		must(t, err)
		equal(t, c.action+" "+strings.Join(c.params, " "), rows(body, c.outer, c.inner, c.field), c.want)
	}
	for _, c := range []struct {
		action string
		params []string
		want   string
	}{
		{"ListKeys", []string{"PageSize", "101"}, "400 InvalidParameter"},
		{"ListKeys", []string{"Filters", "x"}, "400 InvalidParameter"},
		{"ListKeys", []string{"Filters", `[{"Key":"Colour"}]`}, "400 InvalidParameter"},
		{"ListAliases", []string{"PageSize", "101"}, "400 InvalidParameter"},
		{"ListAliasesByKeyId", []string{"KeyId", "key-9"}, "404 Forbidden.KeyNotFound"},
		{"GetKeyPolicy", []string{"KeyId", "key-3"}, "OK"},
		{"GetKeyPolicy", []string{"KeyId", "key-9"}, "404 Forbidden.KeyNotFound"},
		{"GetKeyPolicy", []string{"KeyId", "alias/images"}, "400 InvalidParameter"},
		{"GetKeyPolicy", []string{"KeyId", "key-1"}, "400 UnsupportedOperation"},
		{"GetKeyPolicy", []string{"KeyId", "key-3", "PolicyName", "mine"}, "404 Forbidden.ResourceNotFound"},
	} {
		if got := r.try("root", "Kms:"+c.action, c.params...); got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.action, c.params, got, c.want)
		}
	}
}
