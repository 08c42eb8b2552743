// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// Policy types, as used in Attachment.Type.
const (
	PolicySystem = "System"
	PolicyCustom = "Custom"
)

// Role is a RAM role of one account.
type Role struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	// ID is made up when empty.
	ID string `json:"id,omitempty"`
	// Trust is the document that says who may assume the role, as it was written.
	Trust       string `json:"trust"`
	Description string `json:"description,omitempty"`
	// MaxSessionSeconds is 3600 when zero.
	MaxSessionSeconds int          `json:"maxSessionSeconds,omitempty"`
	Created           time.Time    `json:"created,omitzero"`
	Updated           time.Time    `json:"updated,omitzero"`
	Tags              []Tag        `json:"tags,omitempty"`
	Policies          []Attachment `json:"policies,omitempty"`
}

// Attachment is a policy that is attached to a role.
type Attachment struct {
	// Type is Custom (default) or System.
	Type  string    `json:"type,omitempty"`
	Name  string    `json:"name"`
	Since time.Time `json:"since,omitzero"`
}

// Policy is a custom policy of one account.
type Policy struct {
	Account     string          `json:"account"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Created     time.Time       `json:"created,omitzero"`
	Updated     time.Time       `json:"updated,omitzero"`
	Tags        []Tag           `json:"tags,omitempty"`
	Versions    []PolicyVersion `json:"versions"`
	// LastVersion is the number of the newest version that there ever was: numbers are not used again.
	LastVersion int `json:"lastVersion,omitempty"`
}

// PolicyVersion is one version of a policy. Without a default among them, the last version is the default.
type PolicyVersion struct {
	// ID is v1, v2, …; it is given when empty.
	ID       string    `json:"id,omitempty"`
	Document string    `json:"document"`
	Default  bool      `json:"default,omitempty"`
	Created  time.Time `json:"created,omitzero"`
}

// clone copies the role so that changing the copy leaves the original alone.
func (r *Role) clone() Role {
	c := *r
	c.Tags, c.Policies = slices.Clone(r.Tags), slices.Clone(r.Policies)
	return c
}

// clone copies the policy so that changing the copy leaves the original alone.
func (p *Policy) clone() Policy {
	c := *p
	c.Tags, c.Versions = slices.Clone(p.Tags), slices.Clone(p.Versions)
	return c
}

// attachment is where among the role's policies the named one stands, or -1.
func (r *Role) attachment(kind, name string) int {
	return slices.IndexFunc(r.Policies, func(a Attachment) bool { return a.Type == kind && a.Name == name })
}

// version finds a version by its ID; nil means that there is none.
func (p *Policy) version(id string) *PolicyVersion {
	i := slices.IndexFunc(p.Versions, func(v PolicyVersion) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Versions[i]
}

// current is the version that counts.
func (p *Policy) current() *PolicyVersion {
	for i := range p.Versions {
		if p.Versions[i].Default {
			return &p.Versions[i]
		}
	}
	return &PolicyVersion{}
}

// makeDefault lets one version count, and no other.
func (p *Policy) makeDefault(id string) {
	for i := range p.Versions {
		p.Versions[i].Default = p.Versions[i].ID == id
	}
}

// nextVersion is the ID of the version to come.
func (p *Policy) nextVersion() string {
	p.LastVersion++
	return fmt.Sprintf("v%d", p.LastVersion)
}

// roleID makes up an ID of the vendor's form, the same for the same role.
func roleID(account, name string, created time.Time) string {
	h := fnv.New64a()
	// Writing to a hash never fails.
	_, _ = fmt.Fprintf(h, "%s/%s/%d", account, name, created.UnixNano())
	return fmt.Sprintf("3%017d", h.Sum64()%1e17)
}

// dropRole takes a role out of the document.
func (d *Document) dropRole(account, name string) {
	d.Roles = slices.DeleteFunc(d.Roles, func(r Role) bool { return r.Account == account && r.Name == name })
}
