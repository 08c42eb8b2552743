// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"maps"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// meaning is what a code amounts to.
type meaning struct {
	kind    cloud.Kind
	subject cloud.Subject
	says    string
}

// codes holds the codes of all products as [normal] spells them. A code ending
// in .* also stands for all that begin so, unless a longer one fits.
var codes = func() map[string]meaning {
	all := map[string]meaning{}
	for _, product := range []map[string]meaning{commonCodes, ecsCodes, ramCodes, kmsCodes, sharingCodes} {
		maps.Copy(all, product)
	}
	return all
}()

// misspelt undoes the vendor's own spellings, which it does not use everywhere.
var misspelt = strings.NewReplacer(
	"operationdeined", "operationdenied",
	"forbbiden", "forbidden",
	"rejetced", "rejected",
	"serivceunavailable", "serviceunavailable",
)

// normal is a code as the table spells it.
func normal(code string) string { return misspelt.Replace(strings.ToLower(code)) }

// meant finds a code in the table, or the nearest code above it that stands
// for all below. Throttling is told by how the code begins, dot or no dot.
func meant(code string) (meaning, bool) {
	code = normal(code)
	if found, ok := codes[code]; ok {
		return found, true
	}
	for above := code; above != ""; {
		if found, ok := codes[above+".*"]; ok {
			return found, true
		}
		above = above[:max(strings.LastIndexByte(above, '.'), 0)]
	}
	if strings.HasPrefix(code, "throttling") || strings.HasPrefix(code, "rejected.throttling") {
		return codes["throttling.*"], true
	}
	return meaning{}, false
}

// judgeCode is the error that a code amounts to. The message is the vendor's,
// made plain, and is used where the table does not have the code. The action
// is named as RAM policies do.
func judgeCode(code, action, message string) *cloud.Error {
	if found, ok := meant(code); ok {
		says := strings.ReplaceAll(found.says, "{action}", action)
		return &cloud.Error{Kind: found.kind, Subject: found.subject, Code: code, Message: says}
	}
	if message == "" && code != "" {
		message = "Alibaba Cloud refused " + action + " and did not say why"
	}
	return &cloud.Error{Code: code, Message: message}
}
