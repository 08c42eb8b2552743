// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // HMAC-SHA1 is what the vendor's RPC protocol prescribes
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/url"
	"slices"
	"strings"
)

// percentEncode is RFC 3986 encoding as the vendor's signature wants it (vendor docs, request signatures).
func percentEncode(s string) string {
	e := url.QueryEscape(s)
	e = strings.ReplaceAll(e, "+", "%20")
	e = strings.ReplaceAll(e, "*", "%2A")
	return strings.ReplaceAll(e, "%7E", "~")
}

// canonicalQuery joins the sorted, encoded parameters of all given sets, leaving out the named ones.
func canonicalQuery(skip string, sets ...url.Values) string {
	var parts []string
	for _, set := range sets {
		for key, values := range set {
			if key == skip {
				continue
			}
			for _, v := range values {
				parts = append(parts, percentEncode(key)+"="+percentEncode(v))
			}
		}
	}
	slices.SortFunc(parts, compareParams)
	return strings.Join(parts, "&")
}

// compareParams sorts by name first: comparing whole pairs would put A1= before A=.
func compareParams(a, b string) int {
	ka, va, _ := strings.Cut(a, "=")
	kb, vb, _ := strings.Cut(b, "=")
	if c := strings.Compare(ka, kb); c != 0 {
		return c
	}
	return strings.Compare(va, vb)
}

// stringToSignV1 covers query and form parameters alike.
func stringToSignV1(method string, query, form url.Values) string {
	return method + "&%2F&" + percentEncode(canonicalQuery("Signature", query, form))
}

// signV1 computes the signature of the older RPC protocol.
func signV1(newHash func() hash.Hash, secret, stringToSign string) []byte {
	mac := hmac.New(newHash, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return mac.Sum(nil)
}

func hashV1(method string) func() hash.Hash {
	switch strings.ToUpper(method) {
	case "HMAC-SHA1":
		return sha1.New
	case "HMAC-SHA256":
		return sha256.New
	}
	return nil
}

// credentialsV1 finds what the request claims about its sender, and refuses what is malformed before looking anybody up.
func credentialsV1(q *request) (claim, *apiError) {
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"} {
		if q.get(name) == "" {
			return claim{}, errMissingCommon(name)
		}
	}
	newHash := hashV1(q.get("SignatureMethod"))
	if newHash == nil || q.get("SignatureVersion") != "1.0" {
		return claim{}, fail(400, "InvalidParameter.SignatureMethod", "Specified signature method or version is not supported.")
	}
	c := claim{keyID: q.get("AccessKeyId"), token: q.get("SecurityToken"), nonce: q.get("SignatureNonce"), timestamp: q.get("Timestamp")}
	c.verify = func(secret string) *apiError {
		text := stringToSignV1(q.method, q.query, q.form)
		given, err := base64.StdEncoding.DecodeString(q.get("Signature"))
		if err != nil || len(given) != newHash().Size() {
			return fail(400, "IncompleteSignature",
				"The request signature does not conform to Aliyun standards. server string to sign is:%s", text)
		}
		if !hmac.Equal(given, signV1(newHash, secret, text)) {
			return errSignature("server string to sign is:" + text)
		}
		return nil
	}
	return c, nil
}

// errSignature tells what the server signed; the vendor's client compares it with its own text to tell a wrong secret from a
// wrong request.
func errSignature(detail string) *apiError {
	return fail(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation. %s", detail)
}
