// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The encryption role, and what the operator puts on it.
const (
	roleName  = string(v1alpha1.DefaultRoleName)
	keyPolicy = "ImageShareOperator-ImageKeys-1"
	imageKey  = "key-hzz0fakeimagekey01"
)

// trustOf is the statement that lets ECS of some accounts assume the role, as
// the operator writes it.
func (c *cloud) trustOf(names ...string) string {
	services := make([]string, 0, len(names))
	for _, id := range c.idsOf(names...) {
		services = append(services, `"`+id+`@ecs.aliyuncs.com"`)
	}
	return `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":[` + strings.Join(services, ",") + `]}}`
}

// trustPolicy is a trust policy of some statements.
func trustPolicy(statements ...string) string {
	return `{"Statement":[` + strings.Join(statements, ",") + `],"Version":"1"}`
}

// leastKeyPolicy is a policy for one key, and no more than decrypting takes.
func (c *cloud) leastKeyPolicy(i image, key string) string {
	arn := "acs:kms:" + i.region + ":" + c.sharer + ":key"
	return `{"Version":"1","Statement":[{"Action":"kms:List*","Resource":"` + arn + `","Effect":"Allow"},` +
		`{"Action":["kms:DescribeKey","kms:TagResource","kms:UntagResource","kms:Encrypt","kms:Decrypt","kms:GenerateDataKey"],"Resource":"` +
		arn + "/" + key + `","Effect":"Allow"}]}`
}

// policyText is the version of a custom policy that counts.
func (c *cloud) policyText(name string) (string, bool) {
	policy, there := c.world.Policy(c.sharer, name)
	for _, version := range policy.Versions {
		if version.Default {
			return version.Document, there
		}
	}
	return "", false
}

// showRole shows the encryption role, as the cloud knows it.
func (t *tour) showRole() {
	if t.err != nil {
		return
	}
	role, there := t.cloud.world.Role(t.cloud.sharer, roleName)
	if !there {
		t.say.line("  the cloud now says: there is no role " + roleName)
		return
	}
	t.say.line("  the cloud now says of the role " + roleName + ":")
	lines := []string{"tags:"}
	for _, tag := range role.Tags {
		lines = append(lines, "  "+tag.Key+"="+tag.Value)
	}
	lines = append(lines, "trust policy:", "  "+role.Trust)
	for _, attached := range role.Policies {
		text, _ := t.cloud.policyText(attached.Name)
		lines = append(lines, "policy "+attached.Name+":", "  "+text)
	}
	t.say.indent(strings.Join(lines, "\n"), "    ")
}

// trusts claims that the trust policy is this, to the letter.
func (t *tour) trusts(document string) func() error {
	return func() error {
		role, there := t.cloud.world.Role(t.cloud.sharer, roleName)
		if !there {
			return errors.New("there is no role")
		}
		if role.Trust != document {
			return fmt.Errorf("it is %s", role.Trust)
		}
		return nil
	}
}

// hasPolicies claims that the role has these policies and no others.
func (t *tour) hasPolicies(names ...string) func() error {
	return func() error {
		role, _ := t.cloud.world.Role(t.cloud.sharer, roleName)
		got := make([]string, 0, len(role.Policies))
		for _, attached := range role.Policies {
			got = append(got, attached.Name)
		}
		if strings.Join(got, ",") != strings.Join(names, ",") {
			return fmt.Errorf("the role has %s", strings.Join(got, ", "))
		}
		return nil
	}
}

// decrypts claims that accounts can decrypt an image at this moment.
func (t *tour) decrypts(i image, names ...string) func() error {
	return func() error {
		for _, name := range names {
			if !t.cloud.world.Decrypts(i.region, i.id, t.cloud.ids[name]) {
				return fmt.Errorf("%s cannot", name)
			}
		}
		return nil
	}
}

// roleIs claims what the SharerAccount's status tells of the role.
func (t *tour) roleIs(origin v1alpha1.RoleOrigin, trusted int32) func() error {
	return func() error {
		var obj v1alpha1.SharerAccount
		if err := t.kube.Get(t.ctx, client.ObjectKey{Name: sharerAccount}, &obj); err != nil {
			return err
		}
		role := obj.Status.Role
		if role == nil || role.Origin != origin || role.Trusted == nil || *role.Trusted != trusted {
			return fmt.Errorf("the status tells %+v", role)
		}
		return nil
	}
}

// ofRole reports whether a write was about the encryption role, or a policy of
// the operator's own name.
func ofRole(entry simcloud.Entry) bool {
	return entry.Role == roleName && (entry.Policy == "" || entry.Policy == keyPolicy) || entry.Role == "" && entry.Policy == keyPolicy
}
