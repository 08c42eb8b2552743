// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
	"strings"
)

const versionKMS = "2016-01-20"

// kmsOperations are the KMS actions of this cloud. Its host is regional, and its requests name the region once more.
func kmsOperations() []operation {
	ops := []operation{
		{action: "DescribeKey", resources: namedKey, handle: describeKey},
		{action: "GetKeyPolicy", resources: namedKey, handle: getKeyPolicy},
		{action: "ListKeys", resources: allKeys, handle: listKeys},
		{action: "ListAliases", resources: func(c *call) []string { return []string{c.kmsARN("alias")} }, handle: listAliases},
		{action: "ListAliasesByKeyId", resources: namedKey, handle: listAliasesByKeyID},
	}
	for i := range ops {
		ops[i].product, ops[i].version, ops[i].regional = productKMS, versionKMS, true
	}
	return ops
}

func (c *call) kmsARN(resource string) string {
	return "acs:kms:" + c.region() + ":" + c.account() + ":" + resource
}

func allKeys(c *call) []string { return []string{c.kmsARN("key")} }

// namedKey is what RAM is asked about: the key, and its alias where it is named by that. That both are asked about is a guess.
func namedKey(c *call) []string {
	name := c.q.get("KeyId")
	k := c.findKey(name)
	switch {
	case strings.HasPrefix(name, "acs:"):
		return []string{name}
	case !strings.HasPrefix(name, "alias/"):
		return []string{c.kmsARN("key/" + name)}
	case k == nil:
		return []string{c.kmsARN(name)}
	}
	return []string{c.kmsARN(name), k.arn()}
}

// findKey finds one of the caller's keys in the region of the call by ID, ARN or alias; nil means that there is none.
func (c *call) findKey(name string) *Key {
	for i := range c.doc.Keys {
		k := &c.doc.Keys[i]
		if k.Owner != c.account() || k.Region != c.region() {
			continue
		}
		if k.ID == name || k.arn() == name || slices.Contains(k.Aliases, name) {
			return k
		}
	}
	return nil
}

// mustFindKey finds the key that the call names (codes: vendor docs, KMS common error codes).
func (c *call) mustFindKey(withAlias bool) (*Key, *apiError) {
	name := c.q.get("KeyId")
	alias := strings.HasPrefix(name, "alias/")
	if name == "" {
		return nil, errMissing("KeyId")
	}
	if alias && !withAlias {
		return nil, errInvalid("KeyId")
	}
	if k := c.findKey(name); k != nil {
		return k, nil
	}
	if alias {
		return nil, fail(http.StatusNotFound, "Forbidden.AliasNotFound", "The specified Alias is not found.")
	}
	return nil, fail(http.StatusNotFound, "Forbidden.KeyNotFound", "The specified Key is not found.")
}

// describeKey answers in every state of the key (vendor docs, impact of CMK status).
func describeKey(c *call) (tree, *apiError) {
	k, err := c.mustFindKey(true)
	if err != nil {
		return nil, err
	}
	origin, deletion := "Aliyun_KMS", ""
	if k.State == KeyPendingImport {
		origin = "EXTERNAL"
	}
	if k.State == KeyPendingDeletion {
		deletion = c.now.AddDate(0, 0, 7).UTC().Format(timeFormat)
	}
	return tree{"KeyMetadata": tree{
		"KeyId": k.ID, "Arn": k.arn(), "KeyState": k.State, "Creator": k.Creator, "Description": k.Description, "Origin": origin,
		"KeySpec": "Aliyun_AES_256", "KeyUsage": "ENCRYPT/DECRYPT", "ProtectionLevel": "SOFTWARE", "DKMSInstanceId": k.Instance,
		"DeletionProtection": "Disabled", "DeletionProtectionDescription": "", "DeleteDate": deletion, "MaterialExpireTime": "",
		"AutomaticRotation": "Disabled", "RotationInterval": "", "LastRotationDate": "", "NextRotationDate": "",
		"PrimaryKeyVersion": "", "CreationDate": k.Created.UTC().Format(timeFormat),
	}}, nil
}

// getKeyPolicy answers the policy of a key in an instance. How it refuses a key without one is a guess.
func getKeyPolicy(c *call) (tree, *apiError) {
	k, err := c.mustFindKey(false)
	if err != nil {
		return nil, err
	}
	if name := c.q.get("PolicyName"); name != "" && name != "default" {
		return nil, fail(http.StatusNotFound, "Forbidden.ResourceNotFound", "Not Found")
	}
	text, ok := k.document()
	if !ok {
		return nil, fail(http.StatusBadRequest, "UnsupportedOperation", "This action is not supported.")
	}
	return tree{"Policy": text}, nil
}
