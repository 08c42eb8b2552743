// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// narrator writes what a person reads. Nothing secret passes through it.
type narrator struct {
	out   io.Writer
	start time.Time
	step  int
}

func newNarrator(out io.Writer) *narrator { return &narrator{out: out, start: time.Now()} }

// progress is a line about what the demo itself is doing.
func (n *narrator) progress(format string, args ...any) {
	fmt.Fprintf(n.out, "[%5.1fs] %s\n", time.Since(n.start).Seconds(), fmt.Sprintf(format, args...))
}

// title begins a step of the tour.
func (n *narrator) title(title, text string) {
	n.step++
	fmt.Fprintf(n.out, "\n[%5.1fs] %d. %s\n", time.Since(n.start).Seconds(), n.step, title)
	n.indent(text, "         ")
}

// command is what a person would type, and what it said.
func (n *narrator) command(args []string, stdin, output string) {
	words := make([]string, 0, len(args)+1)
	for _, arg := range args {
		words = append(words, quote(arg))
	}
	line := "  $ kubectl " + strings.Join(words, " ")
	if stdin != "" {
		line += " <<'END'\n" + prefixed(stdin, "    ") + "\n    END"
	}
	fmt.Fprintln(n.out, line)
	n.indent(output, "    ")
}

// indent is a text with every line moved in.
func (n *narrator) indent(text, by string) {
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintln(n.out, prefixed(text, by))
	}
}

// line is a line as it is.
func (n *narrator) line(text string) { fmt.Fprintln(n.out, text) }

// failed says what went wrong, and shows the end of the operator's log.
func (n *narrator) failed(err error, log string) {
	fmt.Fprintf(n.out, "\n[%5.1fs] FAILED: %v\n", time.Since(n.start).Seconds(), err)
	if log == "" {
		return
	}
	if text, err := os.ReadFile(log); err == nil && len(text) > 0 {
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		fmt.Fprintf(n.out, "The end of the operator's log (%s):\n", log)
		n.indent(strings.Join(lines[max(len(lines)-30, 0):], "\n"), "    ")
	}
}

func prefixed(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n "), "\n", "\n"+by)
}

// quote writes an argument as a shell would have it.
func quote(arg string) string {
	if arg != "" && !strings.ContainsAny(arg, " \t\n\"'{}[]()$*?<>|&;") {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
