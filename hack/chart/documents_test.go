// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"regexp"
	"strings"

	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

var (
	heading = regexp.MustCompile(`(?m)^#{1,3} [^\n]+$`)
	fenced  = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
)

// blocks are the pieces of code in a language that a document has under a
// heading.
func blocks(document, under, language string) []string {
	text, err := os.ReadFile(stage.Path(document))
	Expect(err).NotTo(HaveOccurred())
	_, section, there := strings.Cut("\n"+string(text), "\n"+under+"\n")
	Expect(there).To(BeTrue(), "%s has no %q", document, under)
	if next := heading.FindStringIndex(section); next != nil {
		section = section[:next[0]]
	}
	var out []string
	for _, found := range fenced.FindAllStringSubmatch(section, -1) {
		if found[1] == language {
			out = append(out, found[2])
		}
	}
	Expect(out).NotTo(BeEmpty(), "%s has no block of %q under %q", document, language, under)
	return out
}

// line is the line of a piece of code that begins with a word, and those that go
// on with it.
func line(code, word string) string {
	joined := strings.ReplaceAll(code, "\\\n", "")
	for one := range strings.Lines(joined) {
		if strings.HasPrefix(one, word) {
			return one
		}
	}
	Expect(joined).To(ContainSubstring(word))
	return ""
}
