// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// makeRoom has RAM delete the oldest version that is not the default, where a
// policy has as many as it may have (CreatePolicyVersion, RotateStrategy).
const makeRoom = "DeleteOldestNonDefaultVersionWhenLimitExceeded"

// Policy reads a policy and its default version. The document in the Policy
// itself is deprecated (GetPolicy).
func (s *session) Policy(ctx context.Context, ref cloud.PolicyRef) (cloud.Policy, error) {
	request, response := ram.CreateGetPolicyRequest(), ram.CreateGetPolicyResponse()
	request.PolicyName, request.PolicyType = ref.Name, policyType(ref)
	if _, err := s.ram(ctx, request, response); err != nil {
		return cloud.Policy{}, err
	}
	found, document := response.Policy, response.DefaultPolicyVersion.PolicyDocument
	if !strings.EqualFold(found.PolicyName, ref.Name) || document == "" {
		return cloud.Policy{}, incomplete(request.GetActionName())
	}
	return cloud.Policy{
		Ref:         cloud.PolicyRef{System: ref.System, Name: found.PolicyName},
		Description: found.Description,
		Document:    document,
	}, nil
}

// CreatePolicy makes a custom policy; RAM makes no other.
func (s *session) CreatePolicy(ctx context.Context, policy cloud.Policy) error {
	if policy.Ref.System {
		return &cloud.Error{
			Kind:    cloud.Invalid,
			Subject: cloud.AboutPolicy,
			Message: "only Alibaba Cloud itself makes system policies",
		}
	}
	request, response := ram.CreateCreatePolicyRequest(), ram.CreateCreatePolicyResponse()
	request.PolicyName, request.Description = policy.Ref.Name, policy.Description
	request.FormParams["PolicyDocument"] = policy.Document
	_, err := s.ram(ctx, request, response)
	return about(cloud.AboutPolicy, err)
}

// SetPolicy makes a document the default version of a custom policy.
func (s *session) SetPolicy(ctx context.Context, name, document string) error {
	request, response := ram.CreateCreatePolicyVersionRequest(), ram.CreateCreatePolicyVersionResponse()
	request.PolicyName, request.RotateStrategy = name, makeRoom
	request.SetAsDefault = requests.NewBoolean(true)
	request.FormParams["PolicyDocument"] = document
	_, err := s.ram(ctx, request, response)
	return about(cloud.AboutPolicy, err)
}

// DeletePolicy deletes a custom policy with all its versions. RAM does so in
// one call since January 2025 (DeletePolicy, CascadingDelete, which the SDK's
// request does not know); one that does not is told version by version.
func (s *session) DeletePolicy(ctx context.Context, name string) error {
	err := s.deletePolicy(ctx, name)
	if !hasCode(err, "DeleteConflict.Policy.Version") {
		return err
	}
	if err := s.deleteVersions(ctx, name); err != nil {
		return err
	}
	return s.deletePolicy(ctx, name)
}

// deletePolicy asks for a policy to be deleted, versions and all.
func (s *session) deletePolicy(ctx context.Context, name string) error {
	request, response := ram.CreateDeletePolicyRequest(), ram.CreateDeletePolicyResponse()
	request.PolicyName = name
	request.QueryParams["CascadingDelete"] = "true"
	_, err := s.ram(ctx, request, response)
	return err
}

// deleteVersions deletes every version of a policy but the default one, which
// goes with the policy.
func (s *session) deleteVersions(ctx context.Context, name string) error {
	request, response := ram.CreateListPolicyVersionsRequest(), ram.CreateListPolicyVersionsResponse()
	request.PolicyName, request.PolicyType = name, customPolicy
	if _, err := s.ram(ctx, request, response); err != nil {
		return err
	}
	versions := response.PolicyVersions.PolicyVersion
	if len(versions) == 0 {
		return incomplete(request.GetActionName())
	}
	for _, version := range versions {
		if version.IsDefaultVersion {
			continue
		}
		request, response := ram.CreateDeletePolicyVersionRequest(), ram.CreateDeletePolicyVersionResponse()
		request.PolicyName, request.VersionId = name, version.VersionId
		_, err := s.ram(ctx, request, response)
		if err != nil && !hasCode(err, "EntityNotExist.Policy.Version") {
			return err
		}
	}
	return nil
}
