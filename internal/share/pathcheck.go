// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The errors here continue a sentence that begins with what the user wrote.

func checkCharacters(text string) error {
	switch {
	case text == "":
		return errors.New("is no path: it is empty. Write a resource directory (rd-…) or a folder (rd-…/r-…/fd-…), or remove the entry")
	case strings.ContainsFunc(text, unicode.IsSpace):
		return errors.New("has a space or a line break in it, and a path has none: take it out")
	case strings.ContainsAny(text, ",;"):
		return errors.New("seems to be several paths: make each an entry of the list of its own")
	case strings.Contains(text, `\`):
		return errors.New(`has a backslash in it: the IDs of a path are separated by "/"`)
	case strings.Contains(text, "…"), strings.Contains(text, "..."):
		return errors.New("is shortened: write every ID in full")
	case strings.Contains(text, "://"):
		return errors.New("is an address: write the path only, such as rd-…/r-…/fd-…")
	case strings.HasPrefix(text, "arn:"), strings.HasPrefix(text, "acs:"):
		return errors.New("is a resource name with a service and an account: write the path only, such as rd-…/r-…/fd-…")
	}
	for _, c := range text {
		if !isIDCharacter(c) && !strings.ContainsRune("-/*", c) {
			return fmt.Errorf("has %q (%U) in it: the IDs of a path have letters a to z, digits and a hyphen only. "+
				"Copy the path again, and remove the character if it came with it", c, c)
		}
	}
	return nil
}

func isIDCharacter(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func checkStars(text, bare string) error {
	switch {
	case text == "*":
		return errors.New("would be everybody, and nothing is shared with everybody: name a resource directory (rd-…) or a folder in one")
	case strings.Contains(text, "**"):
		return errors.New("has IDs that are masked with stars, as the vendor's documentation prints them: write every ID in full")
	case strings.Contains(bare, "*"):
		return errors.New("has a * before its end, and a path names one folder: write the ID that stands there. " +
			"A * is accepted as the last character only, and changes nothing: what is below a folder is always included")
	case strings.HasSuffix(text, "/*"):
		return errors.New(`ends in "/*", which would be all that is below but not the folder itself, and cannot be shared with: ` +
			`leave out the "/*" for the folder and all that is below it`)
	}
	return nil
}

func checkSlashes(text string) error {
	switch {
	case strings.HasPrefix(text, "/"):
		return errors.New("begins with a slash, and a path begins with rd-: leave the slash out")
	case strings.HasSuffix(text, "/"):
		return errors.New("ends with a slash, and a path ends with an ID: leave the slash out, or add the ID that is missing")
	case strings.Contains(text, "//"):
		return errors.New("has nothing between two slashes: add the ID that is missing, or leave one slash out")
	}
	return nil
}

// checkIDs looks at every ID by itself.
func checkIDs(ids []string) error {
	if i := slices.IndexFunc(ids, isOthers); i >= 0 {
		return fmt.Errorf("has %s in it, which is of an organization of another vendor: "+
			"Alibaba Cloud has resource directories (rd-…) and folders (fd-…)", quoted(ids[i]))
	}
	for i, id := range ids {
		if accountPattern.MatchString(id) {
			return errAccount(id, i, len(ids))
		}
		kind, known := kindOf(id)
		if !known {
			return fmt.Errorf("has %s in it, which is no ID of a resource directory (rd-…), a root folder (r-…) or a folder (fd-…): "+
				"write IDs, and not names", quoted(id))
		}
		if err := kind.check(id); err != nil {
			return err
		}
	}
	return nil
}

// isOthers reports whether an ID is of an organization, or a unit of one, as
// other vendors have them.
func isOthers(id string) bool { return strings.HasPrefix(id, "ou-") || strings.HasPrefix(id, "o-") }

// errAccount is about digits where an ID has to be. The vendor's own paths of
// members end in their account IDs, so these are copied along.
func errAccount(id string, at, count int) error {
	switch {
	case count == 1:
		return errors.New("is no path: it seems to be the ID of an account. Put it under sharees.accountIDs")
	case at == count-1:
		return fmt.Errorf("ends in what seems to be the ID of an account, and a path ends in a folder: "+
			"leave out %q to share with the folder, or put %q alone under sharees.accountIDs to share with that account only", "/"+id, id)
	}
	return fmt.Errorf("has %q in it, which is no folder: the IDs of folders begin with fd-", id)
}

// check reports what is wrong with an ID of this kind.
func (k idKind) check(id string) error {
	if !strings.HasPrefix(id, k.prefix) {
		return fmt.Errorf("has %s in it, where the ID of a %s begins with %q in small letters: "+
			"copy the path again, as the case of the other letters matters too", quoted(id), k.name, k.prefix)
	}
	rest := id[len(k.prefix):]
	if strings.Contains(rest, "-") {
		return fmt.Errorf("has %s in it, which is no ID of a %s: after %q there are letters and digits only", quoted(id), k.name, k.prefix)
	}
	if len(rest) >= k.least && len(rest) <= k.most {
		return nil
	}
	rule := fmt.Sprint(k.least)
	if k.most > k.least {
		rule = fmt.Sprintf("%d to %d", k.least, k.most)
	}
	return fmt.Errorf("has %s in it, the ID of a %s with %d letters and digits after %q where there have to be %s: copy the ID again",
		quoted(id), k.name, len(rest), k.prefix, rule)
}

// checkBeginning sees to it that a path begins with a directory and its root
// folder, unless it is one ID.
func checkBeginning(ids []string) error {
	first, _ := kindOf(ids[0])
	last := ids[len(ids)-1]
	switch {
	case len(ids) == 1 && first.prefix == rootPrefix:
		return errors.New("is a root folder alone: write its resource directory (rd-…) instead, which is shared with as a whole")
	case len(ids) == 1:
		return nil
	case first.prefix == rootPrefix:
		return errors.New(`begins with the root folder, and the ID of the resource directory is missing: put it and a slash ("rd-…/") before`)
	case first.prefix == folderPrefix:
		return fmt.Errorf("begins with a folder: write the whole path from the resource directory on (rd-…/r-…/fd-…), or the last folder alone, %q", last)
	}
	switch second, _ := kindOf(ids[1]); second.prefix {
	case directoryPrefix:
		return errors.New("has two resource directories, and a path has one: leave one out")
	case folderPrefix:
		return fmt.Errorf("leaves out the root folder: put its ID between the resource directory and the first folder, %q", ids[0]+"/r-…/"+ids[1])
	}
	return nil
}

// checkFolders looks at what follows the root folder.
func checkFolders(ids []string) error {
	folders := ids[min(2, len(ids)):]
	for i, id := range folders {
		if kind, _ := kindOf(id); kind.prefix != folderPrefix {
			return fmt.Errorf("has a %s, %q, where a folder (fd-…) has to be: a path begins with one directory and one root folder, and all else is folders", kind.name, id)
		}
		if slices.Contains(folders[:i], id) {
			return fmt.Errorf("has the folder %q twice, and a folder is not below itself: leave one out", id)
		}
	}
	if len(folders) > mostFolders {
		return fmt.Errorf("has %d folders below the root folder, and a resource directory has at most %d levels: "+
			"leave out those that are not above the last one", len(folders), mostFolders)
	}
	return nil
}
