// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mostNamed is how many sharees an objection names.
const mostNamed = 3

// check holds one rule against one request.
type check struct {
	rule    Rule
	request Request
	// against is what does not hold, and unknown what nobody knows.
	against, unknown []string
	// kinds is how much of against is about the kind of image.
	kinds int
}

func (c *check) run() {
	c.namespace()
	c.image()
	before := len(c.against)
	c.kind()
	c.kinds = len(c.against) - before
	c.accounts()
	c.places()
	if most := c.rule.MaxSharees; most > 0 && c.request.Sharees > most {
		c.object("%d sharees are declared, and it admits %d", c.request.Sharees, most)
	}
}

func (c *check) object(format string, args ...any) {
	c.against = append(c.against, fmt.Sprintf(format, args...))
}

func (c *check) confirmed() bool { return !c.rule.Confirmed || c.request.Confirmed }

// oneOf objects to what is not among those that the rule names, if it names any.
func (c *check) oneOf(names []string, name, format string) {
	if len(names) > 0 && !slices.Contains(names, name) {
		c.object(format, name)
	}
}

func (c *check) namespace() {
	if !slices.Contains(c.rule.Namespaces, EveryNamespace) {
		c.oneOf(c.rule.Namespaces, c.request.Namespace, "namespace %s is not among its namespaces")
	}
	if len(c.rule.NamespaceLabels) > 0 && c.request.NamespaceLabels == nil {
		c.unknown = append(c.unknown, "the labels of namespace "+c.request.Namespace)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(c.rule.NamespaceLabels)) {
		if value, has := c.request.NamespaceLabels[key]; !has || value != c.rule.NamespaceLabels[key] {
			c.object("namespace %s lacks the label %s=%s", c.request.Namespace, key, c.rule.NamespaceLabels[key])
		}
	}
}

func (c *check) image() {
	c.oneOf(c.rule.ImageIDs, c.request.ImageID, "image %s is not among its images")
	c.oneOf(c.rule.Regions, c.request.Region, "region %s is not among its regions")
}

// kind checks what only a look at the image can tell.
func (c *check) kind() {
	kind := c.request.Kind
	if c.rule.AboutKind() && (kind == nil || c.rule.Encrypted && !kind.EncryptionKnown) {
		c.unknown = append(c.unknown, "what kind of image it is")
	}
	if kind == nil {
		return
	}
	c.family(kind.Family)
	c.tags(kind.Tags)
	if c.rule.Encrypted && kind.EncryptionKnown && !kind.Encrypted {
		c.object("the image is not encrypted")
	}
	if c.rule.Unpaid && kind.Paid {
		c.object("the image derives from a paid image")
	}
}

func (c *check) family(family string) {
	if len(c.rule.Families) > 0 && family == "" {
		c.object("the image is in no image family")
		return
	}
	c.oneOf(c.rule.Families, family, "the image's family %q is not among its families")
}

func (c *check) tags(tags map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(c.rule.ImageTags)) {
		if value, has := tags[key]; !has || value != c.rule.ImageTags[key] {
			c.object("the image lacks the tag %s=%s", key, c.rule.ImageTags[key])
		}
	}
}

// anybody reports whether the rule does not restrict who may be declared.
func (c *check) anybody() bool { return c.rule.Accounts.Empty() && len(c.rule.Paths) == 0 }

func (c *check) accounts() {
	if others := c.request.Accounts.Without(c.rule.Accounts); !c.anybody() && !others.Empty() {
		c.object("it does not admit %s", named(others.Strings()))
	}
}

func (c *check) places() {
	if c.anybody() {
		return
	}
	var outside []string
	for _, place := range c.request.Places {
		within, sure := c.rule.reaches(place)
		switch {
		case !within:
			outside = append(outside, place.Path.String())
		case !sure:
			c.unknown = append(c.unknown, fmt.Sprintf("where in the directory %s is", place.Path.Target()))
		}
	}
	if len(outside) > 0 {
		c.object("it does not admit %s", named(outside))
	}
}

// reaches reports whether a declared directory or folder is one of the rule's,
// or below one. What is only written is not sure: a path can be made up, and
// what is shared with is the folder at its end, wherever that is. A folder that
// the rule itself names is no matter of doubt, and an image can be shared within
// the account's own directory only.
func (r Rule) reaches(place Place) (within, sure bool) {
	for _, path := range r.Paths {
		whole := strings.HasPrefix(string(path.Target()), directoryPrefix)
		switch {
		case path.text != "" && path.Target() == place.Path.Target(), path.Covers(place.Path) && (place.Sure || whole):
			return true, true
		case path.Covers(place.Path), path.text != "" && place.Path.Bare() && !place.Sure:
			within = true
		}
	}
	return within, false
}

// named lists some names, the first few of them.
func named(names []string) string {
	if len(names) <= mostNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
}
