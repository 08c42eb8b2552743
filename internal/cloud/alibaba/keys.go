// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// onlyPolicy is the one name that a key's policy can have (KMS, GetKeyPolicy).
const onlyPolicy = "default"

// noKeyPolicy are the codes that are taken to say that a key has no policy of
// its own. GetKeyPolicy is for keys in a KMS instance, and its page names no
// code for others: these are what KMS calls an operation that a key is not made
// for, and the "Not Found" that it has for what a thing lacks. None of them can
// mean that the key itself is missing, which is KeyNotFound, or may not be
// looked at.
var noKeyPolicy = []string{"UnsupportedOperation", "Rejected.UnsupportedOperation", "Forbidden.ResourceNotFound"}

// Key looks at a key, by its ID, its ARN or an alias.
func (s *session) Key(ctx context.Context, region, id string) (cloud.Key, error) {
	at, err := s.kmsEndpoint(region)
	if err != nil {
		return cloud.Key{}, err
	}
	request, response := kms.CreateDescribeKeyRequest(), kms.CreateDescribeKeyResponse()
	request.KeyId = id
	if _, err := s.do(ctx, at, request, response); err != nil {
		return cloud.Key{}, badKeyID(err)
	}
	found := response.KeyMetadata
	if !isKey(found.KeyId, id) || found.KeyState == "" {
		return cloud.Key{}, incomplete(request.GetActionName())
	}
	return cloud.Key{
		ID:       found.KeyId,
		ARN:      found.Arn,
		State:    cloud.KeyState(found.KeyState),
		Owner:    keyOwner(found.Arn),
		Service:  strings.Trim(found.Creator, "0123456789") != "",
		Instance: found.DKMSInstanceId,
	}, nil
}

// KeyPolicy reads the policy that a key has of its own.
func (s *session) KeyPolicy(ctx context.Context, region, id string) (string, error) {
	at, err := s.kmsEndpoint(region)
	if err != nil {
		return "", err
	}
	request, response := kms.CreateGetKeyPolicyRequest(), kms.CreateGetKeyPolicyResponse()
	request.KeyId, request.PolicyName = id, onlyPolicy
	answer, err := s.do(ctx, at, request, response)
	if hasCode(err, noKeyPolicy...) {
		return "", nil
	}
	if err != nil {
		return "", badKeyID(err)
	}
	if policy := answer.part("Policy"); !isText(policy) && string(policy) != "null" {
		return "", incomplete(request.GetActionName())
	}
	return response.Policy, nil
}

// isKey reports whether a key can be the one asked for. What is behind an alias
// only KMS knows.
func isKey(found, asked string) bool {
	if found == "" || strings.Contains(asked, "alias/") {
		return found != ""
	}
	return strings.EqualFold(found, asked[strings.LastIndexByte(asked, '/')+1:])
}

// keyOwner is the account in a key's ARN, acs:kms:<region>:<account>:key/<ID>;
// empty where there is none.
func keyOwner(arn string) share.AccountID {
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) != 5 || parts[0] != "acs" || parts[1] != "kms" ||
		!plausibleAccount(parts[3]) || !strings.HasPrefix(parts[4], "key/") {
		return ""
	}
	return share.AccountID(parts[3])
}

// badKeyID says what KMS's bare InvalidParameter is about: with these calls,
// the key's ID is all that there is to be wrong. Other products have the code
// for other things.
func badKeyID(err error) error {
	if hasCode(err, "InvalidParameter") {
		return &cloud.Error{Kind: cloud.Invalid, Subject: cloud.AboutKey, Code: cloud.AsError(err).Code, Message: oddKey}
	}
	return err
}
