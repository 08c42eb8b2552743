// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "time"

// systemSince is when the vendor's policies were made, in this world.
var systemSince = time.Date(2015, 4, 28, 0, 0, 0, 0, time.UTC)

// systemPolicies are the vendor's own policies, as far as this world has them. The real documents name more actions; what they
// allow in this world is the same.
var systemPolicies = map[string]string{
	"AliyunKMSFullAccess":     `{"Version":"1","Statement":[{"Action":["kms:*"],"Resource":["*"],"Effect":"Allow"}]}`,
	"AliyunKMSReadOnlyAccess": `{"Version":"1","Statement":[{"Action":["kms:List*","kms:Describe*"],"Resource":["*"],"Effect":"Allow"}]}`,
	"AliyunECSFullAccess":     `{"Version":"1","Statement":[{"Action":["ecs:*"],"Resource":["*"],"Effect":"Allow"}]}`,
}

// systemPolicy finds a policy of the vendor; nil means that there is none of that name.
func systemPolicy(name string) *Policy {
	document, ok := systemPolicies[name]
	if !ok {
		return nil
	}
	return &Policy{Name: name, Created: systemSince, Updated: systemSince, LastVersion: 1,
		Versions: []PolicyVersion{{ID: "v1", Document: document, Default: true, Created: systemSince}}}
}
