// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "slices"

// EveryNamespace stands in a rule for every namespace.
const EveryNamespace = "*"

// Rule admits what may be shared. Everything that it names must hold; what it
// leaves out it does not restrict.
type Rule struct {
	// Namespaces are names, or EveryNamespace; NamespaceLabels are labels that the
	// namespace must have.
	Namespaces      []string
	NamespaceLabels map[string]string
	// ImageIDs, Regions and Families are those that the image must be one of or in
	// one of, and ImageTags those that it must have, all of them.
	ImageIDs, Regions, Families []string
	ImageTags                   map[string]string
	// Accounts and Paths are whom it may be shared with, if either is given. A
	// path stands for everything below it too.
	Accounts Sharees
	Paths    []Path
	// MaxSharees is how many sharees there may be; zero is no limit.
	MaxSharees int
	// Encrypted, Confirmed and Unpaid ask that the image is so.
	Encrypted, Confirmed, Unpaid bool
}

// AboutKind reports whether the rule asks what kind of image it is, which only a
// look at it can tell.
func (r Rule) AboutKind() bool {
	return len(r.Families) > 0 || len(r.ImageTags) > 0 || r.Encrypted || r.Unpaid
}

// Request is what an ImageShare asks for, as far as rules are about it.
type Request struct {
	// Namespace is where it is, and NamespaceLabels the labels of that; nil while
	// nobody knows them.
	Namespace       string
	NamespaceLabels map[string]string
	Region, ImageID string
	// Kind is what kind of image it is; nil while nobody knows.
	Kind *ImageKind
	// Accounts and Places are whom it declares.
	Accounts Sharees
	Places   []Place
	// Sharees is how many it declares.
	Sharees int
	// Confirmed is true when somebody answers for what is on the image.
	Confirmed bool
}

// ImageKind is what a look at an image tells of it.
type ImageKind struct {
	Family string
	Tags   map[string]string
	Paid   bool
	// Encrypted means something only where it is known.
	Encrypted, EncryptionKnown bool
}

// Place is a declared directory or folder. Sure is true when the directory has
// told that it is there; else it is only written so.
type Place struct {
	Path Path
	Sure bool
}

// Ruling is what the rules of an account say of a request.
type Ruling struct {
	// Admitted is true when one rule admits it in whole.
	Admitted bool
	// Unknown is what nobody knows yet and one rule would have to know, if that
	// rule has no other objection.
	Unknown []string
	// Objections are why each rule does not admit it, the rules with the fewest
	// first.
	Objections []Objection
	// Unconfirmed is true when one rule asks for nothing but that somebody answers
	// for what is on the image.
	Unconfirmed bool
	// Kind is true when it may hang on nothing but what kind of image it is whether
	// a rule admits it.
	Kind bool
}

// Refused reports whether it is sure that no rule admits the request.
func (r *Ruling) Refused() bool { return !r.Admitted && len(r.Unknown) == 0 }

// Objection is why one rule does not admit a request.
type Objection struct {
	// Rule is the place of the rule among the others.
	Rule int
	// Why has a word for everything that does not hold.
	Why []string
}

// Judge says whether one of the rules admits a request in whole. Several that
// each admit a part do not.
func Judge(rules []Rule, request Request) Ruling {
	var out Ruling
	for i, rule := range rules {
		c := &check{rule: rule, request: request}
		c.run()
		if len(c.against) == 0 && len(c.unknown) == 0 && c.confirmed() {
			return Ruling{Admitted: true}
		}
		out.hear(i, c)
	}
	slices.SortStableFunc(out.Objections, func(a, b Objection) int { return len(a.Why) - len(b.Why) })
	return out
}

// hear adds what a rule has against a request that it does not admit.
func (r *Ruling) hear(at int, c *check) {
	why := c.against
	if c.confirmed() {
		r.Kind = r.Kind || c.rule.AboutKind() && len(why) == c.kinds
	} else {
		r.Unconfirmed = r.Unconfirmed || len(why) == 0
		why = append(why, "the image is not confirmed")
	}
	if len(why) > 0 {
		r.Objections = append(r.Objections, Objection{Rule: at, Why: why})
		return
	}
	r.Unknown = append(r.Unknown, c.unknown...)
}
