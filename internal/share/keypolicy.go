// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyList is what the vendor's example policy for a customer master key allows
// on the keys of a region ("Share an encrypted custom image", step 1).
const keyList = "kms:List*"

// keyActions is what it allows on the key itself, in its order.
var keyActions = []string{
	"kms:DescribeKey", "kms:TagResource", "kms:UntagResource", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey",
}

// What a key and an account may look like in an ARN that is written. None of
// them may hold a wildcard, which would give more keys than were meant. The
// IDs of keys have several forms (KMS, DescribeKey).
var (
	keyPattern        = regexp.MustCompile(`^[0-9A-Za-z-]+/[0-9A-Za-z_-]+$`)
	keyAccountPattern = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)
	keyARNPattern     = regexp.MustCompile(`^acs:kms:([0-9A-Za-z-]+):([0-9A-Za-z_-]+):key/([0-9A-Za-z_-]+)$`)
)

// KeyPolicy is a custom policy that gives a role the use of keys of an
// account: the statements of the vendor's example, kms:List* once for each
// region and the six actions once for each key. It is never changed once made;
// the zero value gives nothing.
type KeyPolicy struct {
	keys     Keys
	document string
}

// NewKeyPolicy is the policy for some keys of an account. A key whose ID is
// none is left out.
func NewKeyPolicy(account AccountID, keys Keys) KeyPolicy {
	keys = keys.Filter(func(key KeyID) bool { return writable(account, key) })
	var statements []string
	last := ""
	for key := range keys.All() {
		region, id, _ := strings.Cut(string(key), "/")
		arn := fmt.Sprintf("acs:kms:%s:%s:key", region, account)
		if region != last {
			statements = append(statements, keyStatement(quote(keyList), arn))
			last = region
		}
		statements = append(statements, keyStatement(quoteList(keyActions), arn+"/"+id))
	}
	return KeyPolicy{keys: keys, document: keyDocument(statements)}
}

// writable reports whether a key has a place in a policy.
func writable(account AccountID, key KeyID) bool {
	return keyAccountPattern.MatchString(string(account)) && keyPattern.MatchString(string(key))
}

// keyStatement has the vendor's order of keys.
func keyStatement(action, arn string) string {
	return `{"Action":` + action + `,"Resource":` + quote(arn) + `,"Effect":"Allow"}`
}

func keyDocument(statements []string) string {
	return `{"Version":"1","Statement":[` + strings.Join(statements, ",") + `]}`
}

// ParseKeyPolicy reads a policy document.
func ParseKeyPolicy(document string) (KeyPolicy, error) {
	policy, err := readPolicy(document)
	if err != nil {
		return KeyPolicy{}, fmt.Errorf("the key policy cannot be read: %w", err)
	}
	return KeyPolicy{keys: keysOf(policy.statements), document: document}, nil
}

// keysOf is the keys of one account for which statements allow everything that
// the vendor's do, however they are put together. Allowing more is no harm
// here: it makes the policy unequal to ours. Of a policy that does not only
// allow, or has keys of several accounts, it says nothing.
func keysOf(statements []statement) Keys {
	allowed := allowedBy(statements)
	var keys []KeyID
	var accounts []AccountID
	for arn, actions := range allowed {
		part := keyARNPattern.FindStringSubmatch(arn)
		list, _, _ := strings.Cut(arn, "/")
		if part != nil && covers(actions, keyActions) && covers(allowed[list], []string{keyList}) {
			keys = append(keys, KeyID(part[1]+"/"+part[3]))
			accounts = append(accounts, AccountID(part[2]))
		}
	}
	if NewAccounts(accounts...).Len() != 1 {
		return Keys{}
	}
	return NewSet(keys...)
}

// allowedBy is the actions allowed on each resource without any condition;
// none at all when something is, or may be, denied.
func allowedBy(statements []statement) map[string][]string {
	allowed := map[string][]string{}
	for _, s := range statements {
		statement, _ := s.value.(map[string]any)
		if statement["Effect"] != "Allow" {
			return nil
		}
		actions, areActions := textsOf(statement["Action"])
		resources, areResources := textsOf(statement["Resource"])
		if len(statement) != 3 || !areActions || !areResources {
			continue
		}
		for _, resource := range resources {
			allowed[resource] = append(allowed[resource], actions...)
		}
	}
	return allowed
}

// covers reports whether every action is matched by one of the patterns.
func covers(patterns, actions []string) bool {
	return !slices.ContainsFunc(actions, func(action string) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, action) })
	})
}

// Keys is the keys that the policy gives everything for that sharing needs.
func (k KeyPolicy) Keys() Keys { return k.keys }

// Equal reports whether both policies say the same, however they are written.
func (k KeyPolicy) Equal(o KeyPolicy) bool {
	return sayTheSame(k.Document(), o.Document())
}

// Document is the policy as JSON: as found, or else in the compact form of the
// vendor's example.
func (k KeyPolicy) Document() string {
	if k.document == "" {
		return keyDocument(nil)
	}
	return k.document
}

// Size is how many characters the document has.
func (k KeyPolicy) Size() int { return utf8.RuneCountInString(k.Document()) }
