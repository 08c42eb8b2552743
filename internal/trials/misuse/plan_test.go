// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kindShare and kindSharer are the kinds that are misused.
const (
	kindShare  = "ImageShare"
	kindSharer = "SharerAccount"
)

// trying is one value, and the ways to give it to a field. The first way that is
// taken is enough.
type trying struct {
	value value
	ways  []step
}

// tryings are the values for one field.
func (t *troupe) tryings(f field) []trying {
	var out []trying
	for _, v := range t.nouns.valuesOf(f, t.rand) {
		ways := edits(f, v, t.targetOf(f))
		if f.fixed {
			ways = append(ways[:1:1], creations(f, v, t.newcomerOf(f)))
		}
		out = append(out, trying{v, ways})
	}
	t.rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// targetOf picks the object of a kind that a field of is misused.
func (t *troupe) targetOf(f field) func(t *troupe) client.Object {
	name := []string{plainName, sealedName}[t.rand.IntN(2)]
	if f.path[1] == "encryption" {
		name = sealedName
	}
	return func(t *troupe) client.Object {
		if f.kind == kindSharer {
			return t.sharerObject()
		}
		return t.shareObject(name)
	}
}

// newcomerOf is a new object of a kind.
func (t *troupe) newcomerOf(f field) func(t *troupe) client.Object {
	return func(t *troupe) client.Object {
		if f.kind == kindSharer {
			return t.sharerDraft(t.key(newcomer).Name, t.understudy, t.name+"-other")
		}
		return t.draft(newcomer, t.sharees[:2]...)
	}
}

// amount is how much is done in a play: so many steps of a troupe, and so many
// values of a field asked about; zero values are all there are.
type amount struct{ steps, values int }

// play misuses the fields that are the troupe's to misuse, each at least once
// with a value that is taken if there is one. What is left of the steps goes to
// the scenes first, and then to more values.
func (t *troupe) play(fields []field, scenes []step, much amount) error {
	left := much.steps - len(fields)
	for _, s := range scenes[:max(0, min(left, len(scenes)))] {
		left--
		if err := t.perform(s); err != nil {
			return err
		}
	}
	var later []step
	for _, f := range fields {
		taken, err := t.playField(f, much.values)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			later = append(later, taken[1:]...)
			if err := t.perform(taken[0]); err != nil {
				return err
			}
		}
	}
	t.rand.Shuffle(len(later), func(i, j int) { later[i], later[j] = later[j], later[i] })
	for _, s := range later[:max(0, min(left, len(later)))] {
		if err := t.perform(s); err != nil {
			return err
		}
	}
	return nil
}

// playField asks the API server about so many values of a field, or all of them,
// and then about more until it would take one. It answers the steps that would
// be taken. What is refused is refused for good.
func (t *troupe) playField(f field, values int) ([]step, error) {
	var taken []step
	clear(t.known)
	for n, one := range t.tryings(f) {
		if values > 0 && n >= values && len(taken) > 0 {
			break
		}
		t.book.tries(f, one.value)
		way, took, err := t.firstTaken(f, one)
		switch {
		case err != nil:
			return nil, err
		case took && one.value.put == nil:
			taken = append(taken, way)
		case took:
			// What is there says more than what is not.
			taken = append([]step{way}, taken...)
		}
	}
	return taken, nil
}

// firstTaken asks the API server about the ways to give one value to a field. It
// answers the first that would be taken, if one would.
func (t *troupe) firstTaken(f field, one trying) (way step, took bool, err error) {
	for _, way := range one.ways {
		err := way.do(t, client.DryRunAll)
		if err == nil {
			return way, true, nil
		}
		if refusal(err) == nil {
			return step{}, false, fmt.Errorf("%s: %w", way.what, err)
		}
		if err := t.book.refused(way, err); err != nil {
			return step{}, false, err
		}
		if about(err, f) {
			break
		}
	}
	return step{}, false, nil
}

var indices = regexp.MustCompile(`\[[^]]*\]`)

// about says whether a refusal is about the value of a field itself, and not
// about what stands beside it.
func about(err error, f field) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	own := strings.ReplaceAll(strings.Join(f.path, "."), "."+each, "")
	for _, cause := range status.Status().Details.Causes {
		if strings.HasPrefix(indices.ReplaceAllString(cause.Field, "")+".", own+".") {
			return true
		}
	}
	return false
}
