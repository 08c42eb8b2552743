// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// theirs are the statements that a stranger puts into the trust policy: one that
// nobody here understands, and one that trusts account 3.
const (
	foreignStatement = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::9:root"]}}`
	theirStatement   = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["1000000000000003@ecs.aliyuncs.com"]}}`
	theirs           = theirStatement + "," + foreignStatement
)

// strangerOnRole is that a stranger puts statements into the trust policy of the
// role, where there is one, or takes them out. Where we are about to trust the
// same account nobody could tell who was first.
func strangerOnRole() event {
	return event{words: "a stranger changes statements of his own in the trust policy", where: onRole, do: func(p *play) bool {
		r := &p.Role
		if !r.Exists {
			return false
		}
		text := textOf(r.Trust)
		if r.Stranger {
			rest := strings.Replace(strings.Replace(text, theirStatement, "", 1), foreignStatement, "", 1)
			rest = strings.NewReplacer(",,,", ",", ",,", ",", "[,", "[", ",]", "]").Replace(rest)
			if policy, err := share.ParseTrustPolicy(rest); err != nil || policy.Empty() || !strings.Contains(text, theirStatement) {
				return false
			}
			r.Trust, r.Stranger = numberOf(rest), false
			return true
		}
		for i := range p.Shares {
			if (p.Shares[i].Declares | p.Shares[i].Ledger.owns()).has(2) || p.Sharer.Trust[2] != 0 {
				return false
			}
		}
		if r.trusted().has(2) {
			return false
		}
		r.Trust, r.Stranger = numberOf(strings.Replace(text, `{"Statement":[`, `{"Statement":[`+theirs+",", 1)), true
		return true
	}}
}

// spoils is that a stranger takes an account out of the trust policy, or detaches
// our policy from the role.
func spoils(key bool) event {
	if key {
		return event{words: "a stranger detaches our policy from the role", where: onRole, do: func(p *play) bool {
			if !p.Role.Attached {
				return false
			}
			p.Role.Attached, p.Role.SpoiledKey = false, true
			p.Role.LeftSpoiled |= p.Images[encryptedImage].Left
			return true
		}}
	}
	return event{words: "a stranger takes account 1 out of the trust policy", where: onRole, do: func(p *play) bool {
		rest := p.Role.policy().Without(share.NewSet(share.Principal(sharees[0])))
		if rest.Empty() {
			rest = rest.With(share.NewSet[share.Principal](sharerID), share.Principals{})
		}
		if !p.Role.trusted().has(0) {
			return false
		}
		p.Role.Trust = numberOf(rest.Document())
		p.Role.Spoiled |= one
		p.Role.LeftSpoiled |= p.Images[encryptedImage].Left & one
		return true
	}}
}

// roleIsThere is the state in which somebody else has made the role.
func roleIsThere() state {
	s := start()
	s.Role = role{Exists: true, Trust: numberOf(`{"Statement":[` + theirs + `],"Version":"1"}`), Stranger: true}
	return s
}

// wrongOnRole is what of the role is not as it should be once everything has come
// to rest.
func (p *play) wrongOnRole() string {
	if !p.ciphers {
		return ""
	}
	needed := false
	for i, s := range p.Shares {
		if p.image[i] != encryptedImage || !s.There {
			continue
		}
		needed = true
		if s.standing() == share.Active && s.Declares&^p.decryptable(encryptedImage) != nobody {
			return names[i] + " declares somebody who cannot decrypt the image"
		}
	}
	if needed {
		return ""
	}
	return p.wrongOnSpareRole()
}

// wrongOnSpareRole is what of the role is not as it should be when nobody needs
// it.
func (p *play) wrongOnSpareRole() string {
	allowed := p.Role.LeftOn | p.Images[encryptedImage].Left
	if p.Role.Stranger {
		allowed |= three
	}
	switch {
	case p.Role.trusted()&^allowed != nobody:
		return "nobody needs the role, and it trusts " + sets[p.Role.trusted()&^allowed].String()
	case allowed == nobody && p.Role.Made:
		return "nobody needs the role that we made, and it is there"
	case p.Role.LeftOn == nobody && p.Role.Policy != 0:
		return "nobody needs the role, and our policy " + converge.PolicyPrefix + "1 is there"
	case p.Role.Claimed:
		return "nobody needs the role, and it carries our claim"
	}
	return ""
}
