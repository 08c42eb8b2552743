// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"strings"
	"time"
)

// Key states, as the vendor spells them (vendor docs, impact of CMK status).
const (
	KeyEnabled         = "Enabled"
	KeyDisabled        = "Disabled"
	KeyPendingDeletion = "PendingDeletion"
	KeyPendingImport   = "PendingImport"
)

// Key is a customer master key of KMS, or the service key that a product of the vendor made.
type Key struct {
	ID     string `json:"id"`
	Region string `json:"region"`
	Owner  string `json:"owner"`
	// State is Enabled when empty.
	State string `json:"state,omitempty"`
	// ServiceKey marks a key that a product made for itself, such as alias/acs/ecs.
	ServiceKey bool `json:"serviceKey,omitempty"`
	// Creator is the owner when empty, or a word for a service key.
	Creator     string   `json:"creator,omitempty"`
	Description string   `json:"description,omitempty"`
	Aliases     []string `json:"aliases,omitempty"`
	// Instance is the KMS instance that the key lives in; only such a key has a policy of its own.
	Instance string `json:"instance,omitempty"`
	// Policy is the key's own policy; empty means that it admits the whole account.
	Policy  string    `json:"policy,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// keyStates are the states that a key can have.
func keyStates() []string {
	return []string{KeyEnabled, KeyDisabled, KeyPendingDeletion, KeyPendingImport}
}

// arn names the key, in the form that RAM and KMS use.
func (k *Key) arn() string { return keyARN(k.Region, k.Owner, k.ID) }

func keyARN(region, owner, id string) string {
	return "acs:kms:" + region + ":" + owner + ":key/" + id
}

// document is the key's own policy; false means that a key of this kind has none.
func (k *Key) document() (string, bool) {
	switch {
	case k.Instance == "":
		return "", false
	case k.Policy == "":
		// The form is that of the vendor's example (vendor docs, GetKeyPolicy).
		return `{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":["acs:ram::` + k.Owner +
			`:*"]},"Resource":["*"],"Sid":"kms default key policy"}],"Version":"1"}`, true
	}
	return k.Policy, true
}

// admits says whether the key lets the principal do all these actions, as far as the key has a say in it. Names are compared regardless of
// case, because an ARN may come back in small letters.
func (k *Key) admits(principal string, actions []string) bool {
	text, ok := k.document()
	if !ok {
		return true
	}
	list, ok := readDocument(text, keyDocument)
	return ok && !slices.ContainsFunc(actions, func(action string) bool {
		return !decide(list, unjudged, func(s *statement) bool {
			return s.does(action) && matchesAny(s.principals, principal, strings.EqualFold) && slices.Contains(s.resources, "*")
		})
	})
}

// key finds a key of any owner; nil means that there is none.
func (d *Document) key(region, id string) *Key {
	i := slices.IndexFunc(d.Keys, func(k Key) bool { return k.Region == region && k.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Keys[i]
}
