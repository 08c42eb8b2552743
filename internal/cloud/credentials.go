// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import "time"

// Credentials is what a sharer account is spoken for with. Its text form
// hides everything.
type Credentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string
}

// String never shows a part of the credentials.
func (Credentials) String() string { return "(credentials)" }

// GoString never shows a part of the credentials.
func (Credentials) GoString() string { return "(credentials)" }

// PodIdentity is credentials of a role that a token in a file is exchanged for.
// The zero value is none.
type PodIdentity struct {
	// RoleARN is the role, ProviderARN the identity provider in RAM that the
	// token is from.
	RoleARN     string
	ProviderARN string
	// TokenFile is the file. It is read anew for every exchange, since somebody
	// else renews it.
	TokenFile string
}

// InstanceRole is credentials of the role that is attached to the ECS instance
// that the program runs on. The zero value is none.
type InstanceRole struct {
	// Use is true where they are to be used.
	Use bool
	// Name is the role that it must be; empty for whichever it is.
	Name string
}

// RoleToAssume is a role that is assumed with the credentials that there are.
// The zero value is none.
type RoleToAssume struct {
	RoleARN string
	// ExternalID is what the role's trust policy may ask for; empty for none.
	ExternalID string
	// SessionName is what the cloud's own logs call whoever has assumed it.
	SessionName string
	// Duration is for how long it is assumed; zero for as long as the cloud
	// does by itself.
	Duration time.Duration
}
