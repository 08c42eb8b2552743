// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// How RAM names whose a policy is (AttachPolicyToRole, PolicyType).
const (
	systemPolicy = "System"
	customPolicy = "Custom"
)

// ram makes one call to RAM.
//
// Documents travel as form parameters: a trust policy or a policy of the full
// size would be 10 kB and more of address, which servers and proxies refuse.
// The SDK signs the form together with the query and sends it as the body
// (sdk/auth/rpc_signature_composer.go, buildRpcStringToSign;
// sdk/requests/rpc_request.go, GetBodyReader), and RAM takes parameters from
// either: the vendor's Terraform provider sends it nothing but forms
// (alicloud/connectivity, RpcPost; resource_alicloud_ram_policy.go).
func (s *session) ram(ctx context.Context, request requests.AcsRequest, response responses.AcsResponse) (answer, error) {
	at, err := s.ramEndpoint()
	if err != nil {
		return answer{}, err
	}
	return s.do(ctx, at, request, response)
}

// Role reads a role. The name must be the one asked for, in whatever case: RAM
// looks names up regardless of it.
func (s *session) Role(ctx context.Context, name string) (cloud.Role, error) {
	request, response := ram.CreateGetRoleRequest(), ram.CreateGetRoleResponse()
	request.RoleName = name
	if _, err := s.ram(ctx, request, response); err != nil {
		return cloud.Role{}, err
	}
	found := response.Role
	if !strings.EqualFold(found.RoleName, name) || found.AssumeRolePolicyDocument == "" {
		return cloud.Role{}, incomplete(request.GetActionName())
	}
	return cloud.Role{
		Name:        found.RoleName,
		ARN:         found.Arn,
		Description: found.Description,
		Trust:       found.AssumeRolePolicyDocument,
	}, nil
}

// CreateRole makes a role. The SDK's request knows no tags: RAM has them since
// June 2025 only.
func (s *session) CreateRole(ctx context.Context, role cloud.NewRole) error {
	request, response := ram.CreateCreateRoleRequest(), ram.CreateCreateRoleResponse()
	request.RoleName, request.Description = role.Name, role.Description
	request.FormParams["AssumeRolePolicyDocument"] = role.Trust
	if len(role.Tags) > 0 {
		tags, err := tagList(role.Tags)
		if err != nil {
			return err
		}
		request.QueryParams["Tag"] = tags
	}
	_, err := s.ram(ctx, request, response)
	return about(cloud.AboutRole, err)
}

// SetTrust replaces the whole trust policy of a role.
func (s *session) SetTrust(ctx context.Context, name, document string) error {
	request, response := ram.CreateUpdateRoleRequest(), ram.CreateUpdateRoleResponse()
	request.RoleName = name
	request.FormParams["NewAssumeRolePolicyDocument"] = document
	_, err := s.ram(ctx, request, response)
	return about(cloud.AboutRole, err)
}

// DeleteRole deletes a role that no policy is attached to.
func (s *session) DeleteRole(ctx context.Context, name string) error {
	request, response := ram.CreateDeleteRoleRequest(), ram.CreateDeleteRoleResponse()
	request.RoleName = name
	_, err := s.ram(ctx, request, response)
	return err
}

// Attached reads which policies are attached to a role. RAM does not page this
// list (ListPoliciesForRole).
func (s *session) Attached(ctx context.Context, role string) ([]cloud.PolicyRef, error) {
	request, response := ram.CreateListPoliciesForRoleRequest(), ram.CreateListPoliciesForRoleResponse()
	request.RoleName = role
	answer, err := s.ram(ctx, request, response)
	if err != nil {
		return nil, err
	}
	if !answer.lists("Policies", "Policy") {
		return nil, incomplete(request.GetActionName())
	}
	var out []cloud.PolicyRef
	for _, row := range response.Policies.Policy {
		system := strings.EqualFold(row.PolicyType, systemPolicy)
		if row.PolicyName == "" || !system && !strings.EqualFold(row.PolicyType, customPolicy) {
			return nil, incomplete(request.GetActionName())
		}
		out = append(out, cloud.PolicyRef{System: system, Name: row.PolicyName})
	}
	return out, nil
}

// Attach attaches a policy to a role.
func (s *session) Attach(ctx context.Context, role string, policy cloud.PolicyRef) error {
	request, response := ram.CreateAttachPolicyToRoleRequest(), ram.CreateAttachPolicyToRoleResponse()
	request.RoleName, request.PolicyName, request.PolicyType = role, policy.Name, policyType(policy)
	_, err := s.ram(ctx, request, response)
	if hasCode(err, "EntityAlreadyExists.Role.Policy") {
		return nil
	}
	return err
}

// Detach detaches a policy from a role.
func (s *session) Detach(ctx context.Context, role string, policy cloud.PolicyRef) error {
	request, response := ram.CreateDetachPolicyFromRoleRequest(), ram.CreateDetachPolicyFromRoleResponse()
	request.RoleName, request.PolicyName, request.PolicyType = role, policy.Name, policyType(policy)
	_, err := s.ram(ctx, request, response)
	if hasCode(err, "EntityNotExist.Role.Policy") {
		return nil
	}
	return err
}

// policyType is the vendor's word for whose a policy is.
func policyType(ref cloud.PolicyRef) string {
	if ref.System {
		return systemPolicy
	}
	return customPolicy
}

// hasCode reports whether an error bears one of the vendor's codes, in
// whatever case.
func hasCode(err error, codes ...string) bool {
	found, ok := errors.AsType[*cloud.Error](err)
	for _, code := range codes {
		if ok && normal(found.Code) == normal(code) {
			return true
		}
	}
	return false
}

// about gives a subject to what the code alone does not tell it of: RAM has
// one code for a bad document, whether of a role or of a policy.
func about(subject cloud.Subject, err error) error {
	if found, ok := errors.AsType[*cloud.Error](err); ok && found.Kind == cloud.Invalid && found.Subject == cloud.AboutCall {
		found.Subject = subject
	}
	return err
}
