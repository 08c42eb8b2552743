// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import "testing"

// A statement means the same in whichever form the cloud gives it back, and
// another one does not.
func TestMeaningOfAStatement(t *testing.T) {
	const written = `{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::1:root","acs:ram::2:root"]}}`
	for text, same := range map[string]bool{
		"{\n \"Principal\" : {\"RAM\" : [\"acs:ram::2:root\",\"acs:ram::1:root\"]},\n \"Effect\":\"Allow\", \"Action\":[\"sts:AssumeRole\"]}": true,
		`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::1:root"]}}`:                                                false,
		`{"Action":"sts:AssumeRole","Effect":"Deny","Principal":{"RAM":["acs:ram::1:root","acs:ram::2:root"]}}`:                               false,
		`{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["acs:ram::1:root","acs:ram::2:root"]}}`:                          false,
	} {
		if got := meaningOf([]byte(text)) == meaningOf([]byte(written)); got != same {
			t.Errorf("%s means the same: %v", text, got)
		}
	}
}
