// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	// leastSession is the shortest that a role can be assumed for, and usualSession how long it is assumed for where nothing is said
	// (vendor docs, AssumeRole, parameter DurationSeconds).
	leastSession = 900
	usualSession = 3600
	// longestToken is how many characters an OIDC token may have, shortestToken how many at least (vendor docs, AssumeRoleWithOIDC).
	longestToken  = 20000
	shortestToken = 4
	// longestExternalID is how many characters an external ID may have (vendor docs, AssumeRole, parameter ExternalId).
	longestExternalID = 1224
)

var (
	roleARNPattern     = regexp.MustCompile(`^acs:ram::([0-9]{16}):role/([A-Za-z0-9.@_-]{1,64})$`)
	sessionNamePattern = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)
	externalIDPattern  = regexp.MustCompile(`^[A-Za-z0-9_+=,.@:/-]+$`)
)

// errWronglyFormed is how STS refuses a parameter (vendor docs, AssumeRole, error codes).
func errWronglyFormed(name string) *apiError {
	return fail(http.StatusBadRequest, "InvalidParameter."+name, "The parameter %s is wrongly formed.", name)
}

// errNoPermission is the one answer to whoever may not assume a role, whatever the reason.
func errNoPermission(why string) *apiError {
	return fail(http.StatusForbidden, "NoPermission", "%s", why)
}

// roleToAssume reads what both actions have in common: which role, for how long, and what to call the session.
func (c *call) roleToAssume() (*Role, time.Duration, *apiError) {
	for _, name := range []string{"RoleArn", "RoleSessionName"} {
		if c.q.get(name) == "" {
			return nil, 0, c.op.errMissing(name)
		}
	}
	parts := roleARNPattern.FindStringSubmatch(c.q.get("RoleArn"))
	switch {
	case parts == nil:
		return nil, 0, errWronglyFormed("RoleArn")
	case !sessionNamePattern.MatchString(c.q.get("RoleSessionName")):
		return nil, 0, errWronglyFormed("RoleSessionName")
	}
	r := c.doc.ram().role(parts[1], parts[2])
	if r == nil {
		return nil, 0, fail(http.StatusNotFound, "EntityNotExist.Role", "The role not exists: %s.", c.q.get("RoleArn"))
	}
	seconds, err := c.q.intParam("DurationSeconds", leastSession, r.MaxSessionSeconds, min(usualSession, r.MaxSessionSeconds))
	if err != nil {
		return nil, 0, fail(http.StatusBadRequest, "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr.")
	}
	return r, time.Duration(seconds) * time.Second, nil
}

// assumeRole gives out a temporary key to a RAM user or role that may assume the role, and that the role trusts.
func assumeRole(c *call) (tree, *apiError) {
	if c.who.user == nil && c.who.role == nil {
		return nil, errNoPermission("Roles may not be assumed by root accounts.")
	}
	external := c.q.get("ExternalId")
	if c.q.has("ExternalId") && (len(external) < 2 || len(external) > longestExternalID || !externalIDPattern.MatchString(external)) {
		return nil, errWronglyFormed("ExternalId")
	}
	r, lasts, err := c.roleToAssume()
	if err != nil {
		return nil, err
	}
	trust, _ := readDocument(r.Trust, trustDocument)
	names := c.who.names()
	trusted := decide(trust, judgeBy(map[string]string{"sts:ExternalId": external}), func(s *statement) bool {
		return s.does("sts:AssumeRole") && slices.ContainsFunc(names, func(n string) bool { return slices.Contains(s.principals, n) })
	})
	if !trusted {
		return nil, errNoPermission("You are not authorized to do this action. You should be authorized by RAM.")
	}
	return c.credentials(r, lasts), nil
}

// names are the principals of a trust policy that mean the caller: itself, and the whole account, which leaves it to its own
// policies who of it may assume the role.
func (p principal) names() []string {
	own := "acs:ram::" + p.account.ID + ":"
	if p.role != nil {
		return []string{own + "root", own + "role/" + p.role.Name}
	}
	return []string{own + "root", own + "user/" + p.user.Name}
}

// assumeRoleWithOIDC gives out a temporary key to whoever has a token of a provider that the role trusts. What the statuses of the
// refusals are no document says; the codes are those of the vendor's page on RRSA.
func assumeRoleWithOIDC(c *call) (tree, *apiError) {
	if c.q.has("AccessKeyId") || c.q.has("Signature") {
		// Whether the real one minds is open. Here a client has to get along without.
		return nil, fail(http.StatusBadRequest, "InvalidParameter", "AssumeRoleWithOIDC is not signed.")
	}
	for _, name := range []string{"OIDCProviderArn", "OIDCToken"} {
		if c.q.get(name) == "" {
			return nil, c.op.errMissing(name)
		}
	}
	if c.q.query.Has("OIDCToken") {
		return nil, fail(http.StatusBadRequest, "InvalidParameter", "In this world nobody puts a token into an address.")
	}
	p := c.doc.provider(c.q.get("OIDCProviderArn"))
	if p == nil {
		return nil, fail(http.StatusForbidden, "AuthenticationFail.NoPermission", "No such OIDC Provider registered.")
	}
	t, err := c.token(p)
	if err != nil {
		return nil, err
	}
	r, lasts, err := c.roleToAssume()
	if err != nil {
		return nil, err
	}
	trust, _ := readDocument(r.Trust, trustDocument)
	keys := map[string]string{"oidc:iss": p.Issuer, "oidc:aud": t.Audience, "oidc:sub": t.Subject}
	if !decide(trust, judgeBy(keys), func(s *statement) bool { return s.does("sts:AssumeRole") && slices.Contains(s.federated, p.arn()) }) {
		return nil, fail(http.StatusForbidden, "AuthenticationFail.NoPermission", "There is no permission")
	}
	answer := c.credentials(r, lasts)
	answer["OIDCTokenInfo"] = tree{"Subject": t.Subject, "Issuer": p.Issuer, "ClientIds": t.Audience}
	return answer, nil
}

// token checks the token of a call.
func (c *call) token(p *OIDCProvider) (*OIDCToken, *apiError) {
	text := c.q.get("OIDCToken")
	t := p.token(text)
	switch {
	case len(text) < shortestToken || len(text) > longestToken || t == nil:
		return nil, fail(http.StatusBadRequest, "AuthenticationFail.OIDCToken.Invalid", "This JsonWebToken is invalid.")
	case !t.Expires.IsZero() && !c.now.Before(t.Expires):
		return nil, fail(http.StatusBadRequest, "AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.")
	case !slices.Contains(p.Audiences, t.Audience):
		return nil, fail(http.StatusBadRequest, "AuthenticationFail.OIDCToken.AudienceNotMatch", "Invalid audience.")
	}
	return t, nil
}

// credentials opens a session and answers its key.
func (c *call) credentials(r *Role, lasts time.Duration) tree {
	name := c.q.get("RoleSessionName")
	s := c.w.sessions.open(r, name, c.now, lasts)
	return tree{
		"AssumedRoleUser": tree{"AssumedRoleId": r.ID + ":" + name, "Arn": "acs:ram::" + r.Account + ":role/" + strings.ToLower(r.Name) + "/" + name},
		"Credentials": tree{"AccessKeyId": s.key.ID, "AccessKeySecret": s.key.Secret, "SecurityToken": s.key.SecurityToken,
			"Expiration": s.key.Expires.UTC().Format(timeFormat)},
	}
}

// judgeBy judges the conditions of statements by the values that are known; an empty value is none. A line about anything else
// cannot be judged.
func judgeBy(values map[string]string) func(s *statement) verdict {
	return func(s *statement) verdict {
		result := met
		for _, line := range s.conditions {
			value, known := values[line.key]
			switch {
			case !known || line.operator != "StringEquals" && line.operator != "StringLike":
				result = unknown
			case value == "" || line.operator == "StringEquals" && !slices.Contains(line.values, value) ||
				!matchesAny(line.values, value, equal):
				return unmet
			}
		}
		return result
	}
}
