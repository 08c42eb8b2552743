// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
)

const algorithmV3 = "ACS3-HMAC-SHA256"

var authorizationV3 = regexp.MustCompile(`^(\S+) +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-fA-F]+)$`)

// credentialsV3 reads the header signature that the vendor's newer clients use (vendor docs, V3 request body and signature
// mechanism). The action travels in headers then, and the parameters where they always were.
func credentialsV3(q *request) (claim, *apiError) {
	m := authorizationV3.FindStringSubmatch(q.header.Get("Authorization"))
	if m == nil || m[1] != algorithmV3 {
		return claim{}, fail(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
	}
	for _, name := range []string{"x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"} {
		if q.header.Get(name) == "" {
			return claim{}, fail(400, "MissingHeader", "The header %s is mandatory for this action.", name)
		}
	}
	signed := strings.Split(m[3], ";")
	if !coversIdentity(q, signed) {
		return claim{}, fail(400, "IncompleteSignature", "The host and the common headers must be signed.")
	}
	c := claim{keyID: m[2], token: q.header.Get("x-acs-security-token"),
		nonce: q.header.Get("x-acs-signature-nonce"), timestamp: q.header.Get("x-acs-date")}
	c.verify = func(secret string) *apiError {
		digest := sha256.Sum256(q.body)
		if sum := hex.EncodeToString(digest[:]); !strings.EqualFold(sum, q.header.Get("x-acs-content-sha256")) {
			return errSignature("the body does not have the hash of x-acs-content-sha256.")
		}
		canonical, text := stringToSignV3(q, signed)
		given, err := hex.DecodeString(m[4])
		if err != nil || !hmac.Equal(given, signV3(secret, text)) {
			return errSignature("server StringToSign is [" + text + "], server CanonicalRequest is [" + canonical + "]")
		}
		return nil
	}
	return c, nil
}

// coversIdentity refuses a signature that leaves out the host or one of the vendor's common headers: what is not signed could
// have been changed on the way. Other headers may go unsigned.
func coversIdentity(q *request, signed []string) bool {
	for _, name := range []string{"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
		"x-acs-content-sha256", "x-acs-security-token"} {
		if (name == "host" || q.header.Get(name) != "") && !slices.Contains(signed, name) {
			return false
		}
	}
	return true
}

func stringToSignV3(q *request, signed []string) (canonical, text string) {
	var headers strings.Builder
	for _, name := range signed {
		headers.WriteString(name + ":" + headerValue(q, name) + "\n")
	}
	path := q.path
	if path == "" {
		path = "/"
	}
	canonical = strings.Join([]string{q.method, path, canonicalQuery("", q.query), headers.String(),
		strings.Join(signed, ";"), strings.ToLower(q.header.Get("x-acs-content-sha256"))}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	return canonical, algorithmV3 + "\n" + hex.EncodeToString(sum[:])
}

func headerValue(q *request, name string) string {
	if name == "host" {
		return q.host
	}
	values := slices.Clone(q.header.Values(name))
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	slices.Sort(values)
	return strings.Join(values, ",")
}

func signV3(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
