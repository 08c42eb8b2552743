// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// Limits of RAM (vendor docs, RAM limits).
const (
	maxDocument     = 6144
	maxVersions     = 5
	maxDescription  = 1024
	maxRoles        = 1000
	maxPolicies     = 1500
	maxCustomOnRole = 10
	maxSystemOnRole = 20
	minSession      = 3600
	maxSession      = 43200
	rotateOldest    = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
	paramTrust      = "AssumeRolePolicyDocument"
	paramNewTrust   = "NewAssumeRolePolicyDocument"
)

var (
	roleChars   = regexp.MustCompile(`^[A-Za-z0-9.-]+$`)
	policyChars = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// Codes: vendor docs, RAM error messages.

func errInvalidRAM(what string) *apiError {
	return fail(http.StatusBadRequest, "InvalidParameter."+what, "The parameter - %s is not valid.", what)
}

func errNotExist(what, name string) *apiError {
	return fail(http.StatusNotFound, "EntityNotExist."+what, "The %s does not exist : %s.", what, name)
}

func errExists(what, name string) *apiError {
	return fail(http.StatusConflict, "EntityAlreadyExists."+what, "The %s already exists : %s.", what, name)
}

func errConflict(what string) *apiError {
	return fail(http.StatusConflict, "DeleteConflict."+what, "The request was rejected because of attached %s.", what)
}

func errLimit(what string, limit int) *apiError {
	return fail(http.StatusConflict, "LimitExceeded."+what, "The count of %s beyond the current limits : %d.", what, limit)
}

func errMalformed() *apiError {
	return fail(http.StatusBadRequest, "MalformedPolicyDocument", "The policy document is malformed.")
}

// checkName holds what is wrong with the name of something new.
func checkName(param, name string, chars *regexp.Regexp, limit int) *apiError {
	switch {
	case name == "":
		return errMissing(param)
	case len(name) > limit:
		return errInvalidRAM(param + ".Length")
	case !chars.MatchString(name):
		return errInvalidRAM(param + ".InvalidChars")
	}
	return nil
}

// checkDocument holds what is wrong with a document: its length in characters, as it was sent, or its content.
func checkDocument(param, text string, kind documentKind, limit int) *apiError {
	switch {
	case text == "":
		return errMissing(param)
	case utf8.RuneCountInString(text) > limit:
		return errInvalidRAM(param + ".Length")
	}
	if _, ok := readDocument(text, kind); !ok {
		return errMalformed()
	}
	return nil
}

// trustLimit is how long a trust policy may be, which no document says.
func (c *call) trustLimit() int {
	n, _ := strconv.Atoi(c.doc.Dialects.TrustLimit)
	return n
}

func (c *call) checkDescription(param string) *apiError {
	if utf8.RuneCountInString(c.q.get(param)) > maxDescription {
		return errInvalidRAM(param + ".Length")
	}
	return nil
}

// policyType reads PolicyType, which is never optional.
func (c *call) policyType() (string, *apiError) {
	switch kind := c.q.get("PolicyType"); kind {
	case "":
		return "", errMissing("PolicyType")
	case PolicySystem, PolicyCustom:
		return kind, nil
	}
	return "", errInvalidRAM("PolicyType")
}

// findPolicy finds the policy that PolicyType and PolicyName name.
func (c *call) findPolicy(s ramState) (*Policy, string, *apiError) {
	kind, err := c.policyType()
	if err != nil {
		return nil, "", err
	}
	name := c.q.get("PolicyName")
	if name == "" {
		return nil, "", errMissing("PolicyName")
	}
	p := s.policy(c.account(), kind, name)
	if p == nil {
		return nil, "", errNotExist("Policy", name)
	}
	return p, kind, nil
}
