// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// statement is one statement of a trust policy.
type statement struct {
	// text is its JSON, byte for byte, and meaning the same in one form: the cloud may give a document back in another than it was
	// written in.
	text, meaning string
	// trusted are whom it trusts, in one of the three forms of the vendor's procedure for encrypted images: accounts, directories, and
	// paths of folders. Nobody means that it has none of these forms.
	trusted []string
}

// statements reads a trust policy; nothing if it cannot be read.
func statements(document string) []statement {
	var doc struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(document), &doc) != nil {
		return nil
	}
	var texts []json.RawMessage
	if json.Unmarshal(doc.Statement, &texts) != nil {
		texts = []json.RawMessage{doc.Statement}
	}
	out := make([]statement, 0, len(texts))
	for _, text := range texts {
		out = append(out, statement{string(text), meaningOf(text), trustedBy(text)})
	}
	return out
}

// meaningOf is a statement in one form: without spaces, its fields in one order, and every list of texts sorted, also that of one.
func meaningOf(text []byte) string {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return string(text)
	}
	canonical, err := json.Marshal(inOneForm(value))
	if err != nil {
		return string(text)
	}
	return string(canonical)
}

func inOneForm(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			value[key] = inOneForm(field)
		}
		return value
	case []any:
		slices.SortFunc(value, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		return value
	default:
		return []any{value}
	}
}

// trustedBy is whom a statement trusts, if it has one of the three forms and nothing besides.
func trustedBy(text []byte) []string {
	var fields map[string]json.RawMessage
	var s struct {
		Action, Effect any
		Principal      struct{ Service oneOrMany }
		Condition      struct {
			StringEquals struct {
				Directory oneOrMany `json:"sts:ServiceOwnerRDId"`
			}
			StringLike struct {
				Path oneOrMany `json:"sts:ServiceOwnerRDPath"`
			}
		}
	}
	if json.Unmarshal(text, &fields) != nil || json.Unmarshal(text, &s) != nil || len(fields) > 4 {
		return nil
	}
	var out []string
	for _, service := range s.Principal.Service {
		if account, ok := strings.CutSuffix(service, "@ecs.aliyuncs.com"); ok && account != "*" {
			out = append(out, account)
		}
	}
	out = append(out, s.Condition.StringEquals.Directory...)
	for _, path := range s.Condition.StringLike.Path {
		out = append(out, strings.TrimSuffix(path, "*"))
	}
	return out
}

// oneOrMany is a text, or a list of them.
type oneOrMany []string

// UnmarshalJSON reads either.
func (o *oneOrMany) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = oneOrMany{one}
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) == nil {
		*o = many
	}
	return nil
}

// trusts says whom a trust policy trusts, by the three forms.
func trusts(document string) map[string]bool {
	out := map[string]bool{}
	for _, s := range statements(document) {
		for _, one := range s.trusted {
			out[one] = true
		}
	}
	return out
}
