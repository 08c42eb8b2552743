// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func keysIn(line string) Keys {
	var out []KeyID
	for id := range strings.FieldsSeq(line) {
		out = append(out, KeyID("cn-beijing/key-"+id))
	}
	return NewSet(out...)
}

func TestWhereKeysGo(t *testing.T) {
	two := NewKeyPolicy(keyOwner, keysIn("1 2")).Size()
	for sentence, c := range map[string]struct {
		present, wanted string
		size, most      int
		want, left      string
	}{
		"the first":                             {"", "1", two, 9, "1", ""},
		"nothing":                               {"", "", two, 9, "", ""},
		"into the first with room":              {"1 2|3", "1 2 3 4", two, 9, "1 2|3 4", ""},
		"into a new document when all are full": {"1 2", "1 2 3 4 5", two, 9, "1 2|3 4|5", ""},
		"nowhere when there is no more":         {"1 2", "1 2 3 4 5", two, 2, "1 2|3 4", "5"},
		"away":                                  {"1 2|3", "2", two, 9, "2|", ""},
		"into the place of another":             {"1 2|3", "2 3 4", two, 9, "2 4|3", ""},
		"nowhere when they are there":           {"|2", "2", two, 9, "|2", ""},
		"into one place when they are in two":   {"1|1 2", "1 2", two, 9, "1|2", ""},
		"on when their document is too long":    {"1 2 3|", "1 2 3", two, 9, "1 2|3", ""},
		"not beyond the last document":          {"1|2|3", "1 2 3 4", two - 1, 2, "1|2|3", "4"},
		"nowhere when nothing fits":             {"", "1", 10, 9, "", "1"},
		"nowhere when nothing may be":           {"", "1", two, 0, "", "1"},
		"nowhere when they are none":            {"", "1 *", two, 9, "1", "*"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var present, want []Keys
			if c.present != "" {
				for line := range strings.SplitSeq(c.present, "|") {
					present = append(present, keysIn(line))
				}
			}
			if c.want != "" {
				for line := range strings.SplitSeq(c.want, "|") {
					want = append(want, keysIn(line))
				}
			}
			got, left := SpreadKeys(keyOwner, present, keysIn(c.wanted), c.size, c.most)
			if !slices.EqualFunc(got, want, Keys.Equal) || !left.Equal(keysIn(c.left)) {
				t.Errorf("spread to %v, left %s", got, left)
			}
		})
	}
}

func TestTheLawsOfSpreading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pool []KeyID
		for i := range 12 {
			pool = append(pool, KeyID(fmt.Sprintf("r-%d/key-%d", i%3, i)))
		}
		some := rapid.Custom(func(t *rapid.T) Keys {
			return NewSet(rapid.SliceOfN(rapid.SampledFrom(pool), 0, 6).Draw(t, "keys")...)
		})
		present, wanted := rapid.SliceOfN(some, 0, 4).Draw(t, "present"), some.Draw(t, "wanted").With(some.Draw(t, "more"))
		size, most := rapid.IntRange(0, 1500).Draw(t, "size"), rapid.IntRange(0, 5).Draw(t, "most")
		documents, left := SpreadKeys(keyOwner, present, wanted, size, most)

		all, count := left, left.Len()
		for _, keys := range documents {
			all, count = all.With(keys), count+keys.Len()
		}
		if !all.Equal(wanted) || count != wanted.Len() {
			t.Fatalf("%s are spread as %v, left %s", wanted, documents, left)
		}
		if len(documents) < len(present) || len(documents) > max(len(present), most) {
			t.Fatalf("%d documents became %d", len(present), len(documents))
		}
		checkPlace(t, present, documents, wanted, size)
		checkRoom(t, present, documents, left, size, most)
		again, leftAgain := SpreadKeys(keyOwner, documents, wanted, size, most)
		if !slices.EqualFunc(again, documents, Keys.Equal) || !leftAgain.Equal(left) {
			t.Fatalf("%v became %v", documents, again)
		}
	})
}

// checkRoom checks that every document has a size that it may have, and that what
// is left would fit in none that may be filled.
func checkRoom(t *rapid.T, present, documents []Keys, left Keys, size, most int) {
	for i, keys := range documents {
		if !keys.Empty() && NewKeyPolicy(keyOwner, keys).Size() > size {
			t.Fatalf("%s is too long", keys)
		}
		if i >= most {
			if !keys.Without(present[i]).Empty() {
				t.Fatalf("%s are new beyond the last document", keys.Without(present[i]))
			}
			continue
		}
		for key := range left.All() {
			if NewKeyPolicy(keyOwner, keys.With(NewSet(key))).Size() <= size {
				t.Fatalf("%s is left, but fits beside %s", key, keys)
			}
		}
	}
}

// checkPlace checks that what was in a document that is not too long is in it yet,
// unless an earlier one has it.
func checkPlace(t *rapid.T, present, documents []Keys, wanted Keys, size int) {
	var earlier Keys
	for i, keys := range present {
		expected := keys.And(wanted).Without(earlier)
		if NewKeyPolicy(keyOwner, expected).Size() <= size && !expected.Without(documents[i]).Empty() {
			t.Fatalf("%s have left their document", expected.Without(documents[i]))
		}
		earlier = earlier.With(documents[i])
	}
}
