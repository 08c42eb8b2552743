// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// book is where is written down what was done and what came of it.
type book struct {
	mu sync.Mutex
	// tried are the values that were tried, and refusedOf and takenOf count them,
	// by field.
	tried              map[string][]string
	refusedOf, takenOf map[string]int
	// words are the API server's words, and answers the operator's, each with one
	// misuse that led to it.
	words, answers map[string]string
	// acts are the steps that were taken, and the ways back.
	acts                                            []act
	steps, refusals, reached, told, back, approvals int
}

// act is something that was done, from its beginning until it had settled.
type act struct {
	troupe, account, what string
	from, until           time.Time
}

func newBook() *book {
	return &book{tried: map[string][]string{}, refusedOf: map[string]int{}, takenOf: map[string]int{}, words: map[string]string{}, answers: map[string]string{}}
}

// refused writes down that the API server has said no, and judges its words.
func (b *book) refused(s step, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refusals++
	for _, text := range causes(err) {
		if _, known := b.words[text]; !known {
			b.words[text] = s.what
		}
	}
	if s.field != nil {
		b.refusedOf[s.field.String()]++
		if !names(err.Error(), s.field.path) {
			return fmt.Errorf("%s: the API server's refusal does not name the field: %w", s.what, err)
		}
	}
	return nil
}

// causes are the reasons of a refusal, each without the field that it is about
// and the value.
func causes(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{masked(err.Error())}
	}
	var out []string
	for _, cause := range status.Status().Details.Causes {
		text := strings.ReplaceAll(cause.Message, cause.Field, "<field>")
		if _, after, found := strings.Cut(text, ": "); found && strings.HasPrefix(text, "Invalid value: ") && !strings.Contains(text, "<field>") {
			text = "Invalid value: … " + after[max(strings.LastIndex(after, `": `), 0):]
		}
		out = append(out, masked(text))
	}
	return out
}

// names says whether a text names a field, or what it is in.
func names(text string, path []string) bool {
	for _, name := range slices.Backward(path) {
		if name != each && name != "spec" && strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// outcome writes down what the operator made of a step.
func (b *book) outcome(t *troupe, s step, v view) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.steps++
	if s.field != nil {
		b.takenOf[s.field.String()]++
	}
	all := true
	say := func(kind, name, reason, message string) {
		all = false
		t.tell("%s %s says %s: %s", kind, name, reason, message)
		text := masked(fmt.Sprintf("%s %s: %s", kind, reason, message))
		if _, known := b.answers[text]; !known {
			b.answers[text] = s.what
		}
	}
	if v.sharer != nil {
		if c := meta.FindStatusCondition(v.sharer.Status.Conditions, v1alpha1.ConditionReady); c.Status != "True" {
			say("SharerAccount", v.sharer.Name, c.Reason, c.Message)
		}
	}
	shares := v.shares
	for i := range shares {
		if c := meta.FindStatusCondition(shares[i].Status.Conditions, v1alpha1.ConditionReady); c != nil && c.Status != "True" {
			say("ImageShare", shares[i].Name, c.Reason, c.Message)
			for _, apart := range shares[i].Status.NotShared[:min(len(shares[i].Status.NotShared), 3)] {
				say("sharee", string(apart.Sharee), string(apart.State)+" "+apart.Reason, apart.Message)
			}
		}
	}
	if all {
		b.reached++
	} else {
		b.told++
	}
}

func (b *book) done(a act) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.acts = append(b.acts, a)
}

func (b *book) recovered(a act) {
	b.done(a)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.back++
}

func (b *book) approved() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.approvals++
}

// tries writes down that a value of a field is tried.
func (b *book) tries(f field, v value) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tried[f.String()] = append(b.tried[f.String()], v.what)
}

var masks = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`RequestId: [^)]*|request ID [0-9A-F-]+`), "<request>"},
	{regexp.MustCompile(`troupe-\d+`), "<troupe>"},
	{regexp.MustCompile(`(plain|sealed|spare)\d+`), "$1"},
	{regexp.MustCompile(`\d{16}`), "<account>"},
	{regexp.MustCompile(`(x|X|7){6,}`), "$1…"},
	{regexp.MustCompile(`127\.0\.0\.1:\d{3,}`), "<door>"},
	{regexp.MustCompile(`\b[0-9a-f]{16}\b`), "<hash>"},
	{regexp.MustCompile(`\[\d+\]`), "[n]"},
}

// masked is a text without what differs from one time to the next.
func masked(text string) string {
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.by)
	}
	return text
}

// table prints a map, a line each, in alphabetical order.
func table(title string, of map[string]string) string {
	lines := []string{fmt.Sprintf("%s (%d):", title, len(of))}
	for _, text := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, fmt.Sprintf("  %s\n      after: %s", text, of[text]))
	}
	return strings.Join(lines, "\n")
}
