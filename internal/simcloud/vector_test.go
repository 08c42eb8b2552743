// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"testing"
)

// The vector was computed by the vendor's Go SDK (API fact sheet §7.1).
func TestSignatureOfTheOlderProtocolAgreesWithTheVendorsSDK(t *testing.T) {
	query := url.Values{
		"AccessKeyId": {"testid"}, "Action": {"DescribeRegions"}, "Format": {"JSON"}, "RegionId": {"cn-beijing"},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureNonce": {"nonce1"}, "SignatureType": {""}, "SignatureVersion": {"1.0"},
		"Timestamp": {"2026-11-21T00:00:00Z"}, "Version": {"2014-05-26"}, "X": {"a b*~/+é"},
	}
	text := stringToSignV1(http.MethodPost, query, url.Values{})
	got := base64.StdEncoding.EncodeToString(signV1(sha1.New, "testsecret", text))
	if want := "WQiCRG1BYd719fpBR6OqAx4lQJA="; got != want {
		t.Errorf("signature is %s, want %s, over %s", got, want, text)
	}
}

// The vector is the worked example of the vendor's page on the V3 request body and signature mechanism.
func TestSignatureOfTheNewerProtocolAgreesWithTheVendorsExample(t *testing.T) {
	q := &request{
		method: http.MethodPost, host: "ecs.cn-shanghai.aliyuncs.com", path: "/",
		query: url.Values{"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"}},
		header: http.Header{
			"X-Acs-Action": {"RunInstances"}, "X-Acs-Version": {"2014-05-26"}, "X-Acs-Date": {"2023-10-26T10:22:32Z"},
			"X-Acs-Signature-Nonce": {"3156853299f313e23d1673dc12e1703d"},
			"X-Acs-Content-Sha256":  {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		},
	}
	signed := []string{"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
	canonical, text := stringToSignV3(q, signed)
	got := hex.EncodeToString(signV3("YourAccessKeySecret", text))
	if want := "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; got != want {
		t.Errorf("signature is %s, want %s, over %s", got, want, canonical)
	}
}
