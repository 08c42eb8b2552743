// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// shortestSecret is how long a secret must be to be looked for as such: a shorter one stands in any text.
const shortestSecret = 5

// telling are forms that a secret has whatever it is: a signature in a query, a header of a signed request, a security token of STS and
// a private key.
var telling = map[string]*regexp.Regexp{
	"a query with a signature":        regexp.MustCompile(`(?i)\bSignature=[^&\s"']{6}`),
	"a query with a security token":   regexp.MustCompile(`(?i)\bSecurityToken=[^&\s"']{6}`),
	"a query with an OIDC token":      regexp.MustCompile(`(?i)\bOIDCToken=[^&\s"']{6}`),
	"a header with a signature":       regexp.MustCompile(`(?i)\bACS3-HMAC-SHA256\s+Credential=`),
	"a header with a token":           regexp.MustCompile(`(?i)\bAuthorization:\s*Bearer\s+\S{6}`),
	"a private key":                   regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`),
	"a secret in the form of JSON":    regexp.MustCompile(`"(AccessKeySecret|SecurityToken)"\s*:\s*"[^"]{6}`),
	"a security token of the vendor":  regexp.MustCompile(`\bCAIS[A-Za-z0-9+/]{20}`),
	"a secret in the form of a field": regexp.MustCompile(`ALIBABA_CLOUD_(ACCESS_KEY_SECRET|SECURITY_TOKEN)["']?[=:]\s*["']?[^\s"',}]{6}`),
}

// judgeSecrets looks through every text of the record for the secrets of the world, and for what has the form of one. The violation says
// in which text and line, and which secret by its place in the list, never what it is.
//
// It cannot see a secret that was cut, encoded or hashed.
func judgeSecrets(h *history) []Violation {
	var found []Violation
	for _, name := range slices.Sorted(maps.Keys(h.Texts)) {
		for n, line := range bytes.Split(h.Texts[name], []byte("\n")) {
			for _, what := range h.secretsIn(line) {
				found = append(found, Violation{Law: LawSecrets, Object: fmt.Sprintf("%s, line %d", name, n+1), Message: "holds " + what})
			}
		}
	}
	return found
}

// secretsIn says what of a line is secret.
func (h *history) secretsIn(line []byte) []string {
	var out []string
	for i, secret := range h.Secrets {
		if len(secret) >= shortestSecret && bytes.Contains(line, []byte(secret)) {
			out = append(out, fmt.Sprintf("secret %d of the list", i))
		}
	}
	for _, what := range slices.Sorted(maps.Keys(telling)) {
		if telling[what].Match(line) {
			out = append(out, what)
		}
	}
	return out
}
