// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"regexp"
	"slices"
	"strings"
)

// form is which of the three statements of the vendor's procedure ("Share an
// encrypted custom image", step 1) a statement is.
type form int

const (
	// formForeign is none of them.
	formForeign form = iota
	// formAccounts trusts accounts, each a service principal of its own.
	formAccounts
	// formDirectories trusts all members of resource directories.
	formDirectories
	// formFolders trusts all members below folders of resource directories.
	formFolders
)

const (
	ecsService   = "@ecs.aliyuncs.com"
	anyECS       = "*" + ecsService
	assumeRole   = "sts:AssumeRole"
	directoryKey = "sts:ServiceOwnerRDId"
	folderKey    = "sts:ServiceOwnerRDPath"
)

// What a principal may look like. None of them may hold a wildcard: one in the
// wrong place would trust everybody.
var (
	accountPattern   = regexp.MustCompile(`^[0-9]{1,32}$`)
	directoryPattern = regexp.MustCompile(`^rd-[0-9A-Za-z_-]+$`)
	folderPattern    = regexp.MustCompile(`^rd-[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)+$`)
)

// formOf is the form that trusts a principal; formForeign for what is none.
func formOf(p Principal) form {
	switch {
	case accountPattern.MatchString(string(p)):
		return formAccounts
	case directoryPattern.MatchString(string(p)):
		return formDirectories
	case folderPattern.MatchString(string(p)):
		return formFolders
	}
	return formForeign
}

// entry is how a statement of the form spells a principal.
func (f form) entry(p Principal) string {
	switch f {
	case formAccounts:
		return string(p) + ecsService
	case formFolders:
		return string(p) + "*"
	case formForeign, formDirectories:
	}
	return string(p)
}

// principal is whom an entry of a statement of the form stands for, if it is
// spelled exactly as the vendor does.
func (f form) principal(entry string) (Principal, bool) {
	p := Principal(entry)
	switch f {
	case formAccounts:
		p = Principal(strings.TrimSuffix(entry, ecsService))
	case formFolders:
		p = Principal(strings.TrimSuffix(entry, "*"))
	case formForeign, formDirectories:
	}
	return p, f != formForeign && formOf(p) == f && f.entry(p) == entry
}

// trustStatement is one statement of a trust policy.
type trustStatement struct {
	// text is its JSON, as found or as made.
	text string
	form form
	// entries are the service principals of formAccounts, the values of the
	// condition of the other two, in the order found. Beside principals there
	// may be anything, which then is nobody's business here.
	entries []string
}

// readStatement recognises a statement of a document.
func readStatement(s statement) trustStatement {
	foreign := trustStatement{text: s.text}
	out := foreign
	out.form, out.entries = recognise(s.value)
	if out.principals().Empty() {
		return foreign
	}
	return out
}

// makeStatement writes a statement of a form: in the order of the vendor's
// examples, Action, Effect, Principal, Condition. Principals are sorted, and
// only they: entries beside them keep everything where it is.
func makeStatement(f form, entries []string) trustStatement {
	out := trustStatement{form: f, entries: entries}
	if out.pure() {
		out.entries = slices.Compact(slices.Sorted(slices.Values(entries)))
	}
	service, condition := quote(anyECS), quoteList(out.entries)
	if len(out.entries) == 1 {
		condition = quote(out.entries[0])
	}
	switch f {
	case formDirectories:
		condition = `,"Condition":{"StringEquals":{"` + directoryKey + `":` + condition + `}}`
	case formFolders:
		condition = `,"Condition":{"StringLike":{"` + folderKey + `":` + condition + `}}`
	case formForeign, formAccounts:
		service, condition = quoteList(out.entries), ""
	}
	out.text = `{"Action":"` + assumeRole + `","Effect":"Allow","Principal":{"Service":` + service + `}` + condition + `}`
	if out.principals().Empty() {
		out.form, out.entries = formForeign, nil
	}
	return out
}

// recognise is which form a statement has, and its entries. Any field, any
// operator and any key that the form does not have makes it foreign: it might
// change what the rest means.
func recognise(value any) (form, []string) {
	statement, object := value.(map[string]any)
	if !object || statement["Effect"] != "Allow" || !isAll(statement["Action"], assumeRole) {
		return formForeign, nil
	}
	service, found := only(statement["Principal"], "Service")
	if !found {
		return formForeign, nil
	}
	condition, conditional := statement["Condition"]
	if !conditional && len(statement) == 3 {
		return formWith(formAccounts, service)
	}
	if len(statement) != 4 || !isAll(service, anyECS) {
		return formForeign, nil
	}
	equals, _ := only(condition, "StringEquals")
	if ids, found := only(equals, directoryKey); found {
		return formWith(formDirectories, ids)
	}
	like, _ := only(condition, "StringLike")
	if paths, found := only(like, folderKey); found {
		return formWith(formFolders, paths)
	}
	return formForeign, nil
}

func formWith(f form, value any) (form, []string) {
	entries, texts := textsOf(value)
	if !texts {
		return formForeign, nil
	}
	return f, entries
}

// only is the value of the one field of an object, if that is its name.
func only(value any, name string) (any, bool) {
	object, _ := value.(map[string]any)
	if len(object) != 1 {
		return nil, false
	}
	inner, found := object[name]
	return inner, found
}

// isAll reports whether a value is a text, or a list of it alone.
func isAll(value any, text string) bool {
	texts, ok := textsOf(value)
	return ok && len(texts) > 0 && !slices.ContainsFunc(texts, func(other string) bool { return other != text })
}

// principals are those whom the statement trusts.
func (s trustStatement) principals() Principals {
	var out []Principal
	for _, entry := range s.entries {
		if p, ok := s.form.principal(entry); ok {
			out = append(out, p)
		}
	}
	return NewSet(out...)
}

// pure reports whether there is nothing in the statement but principals.
func (s trustStatement) pure() bool {
	return s.form != formForeign && !slices.ContainsFunc(s.entries, func(entry string) bool {
		_, ok := s.form.principal(entry)
		return !ok
	})
}
