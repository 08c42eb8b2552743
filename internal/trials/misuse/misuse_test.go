// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/witness"
)

// setting is a number that the environment may set.
func setting(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestMisuse uses the operator wrongly in every way that the schemas of its
// kinds allow.
func TestMisuse(t *testing.T) {
	kinds, err := shippedSchemas()
	if err != nil {
		t.Fatal(err)
	}
	cluster := stage.StartCluster(t)
	seed, rounds := setting(t, "MISUSE_SEED", 1), setting(t, "MISUSE_ROUNDS", 1)
	for round := range rounds {
		t.Run(fmt.Sprintf("seed %d", seed+round), func(t *testing.T) {
			troupes := setting(t, "MISUSE_TROUPES", 8)
			much := amount{steps: setting(t, "MISUSE_STEPS", 60) / troupes, values: setting(t, "MISUSE_VALUES", 5)}
			playAll(t, cluster, kinds, uint64(seed+round), troupes, much)
		})
	}
}

// playAll has all troupes misuse one operator.
func playAll(t *testing.T, cluster *stage.Cluster, kinds map[string]*schema, seed uint64, troupes int, much amount) {
	s := stage.Set(t, cluster, worldOf(troupes))
	address := s.FreeAddress()
	o := s.NewOperator("one", "--metrics-bind-address="+address, "--metrics-secure=false")
	// Nobody gets out to the vendor.
	o.Setenv("HTTPS_PROXY", "http://127.0.0.1:9")
	o.Start()
	b, fields, acts := newBook(), chosen(fieldsOf(kinds)), inOrder(seed)
	var all []*troupe
	for n := range troupes {
		all = append(all, newTroupe(s, n, string(s.Sharer().Spec.Endpoints.ECS), kinds, seed, b))
	}
	together(t, seed, all, func(_ int, one *troupe) error { return one.enter(s.Context()) })
	if t.Failed() {
		return
	}
	before := readingOf(t, s, address)
	together(t, seed, all, func(n int, one *troupe) error {
		return one.play(share(fields, n, troupes), share(acts, n, troupes), much)
	})
	if !o.Running() {
		t.Error("the operator is gone")
	}
	b.print(t, fields, seed)
	record := examine(t, s, troupes)
	readingOf(t, s, address).compareWith(t, before)
	b.judgeCost(t, &record)
}

// together has all troupes do something at a time. Whoever fails tells the
// story so far.
func together(t *testing.T, seed uint64, all []*troupe, do func(n int, one *troupe) error) {
	t.Helper()
	var wait sync.WaitGroup
	for n, one := range all {
		wait.Go(func() {
			if err := do(n, one); err != nil {
				t.Errorf("%s (seed %d): %v\n%s", one.name, seed, err, one.plot())
			}
		})
	}
	wait.Wait()
}

// inOrder are the scenes in an order of the seed; MISUSE_SCENE is a part of what
// they are called.
func inOrder(seed uint64) []step {
	only := os.Getenv("MISUSE_SCENE")
	all := slices.DeleteFunc(scenes(), func(s step) bool { return !strings.Contains(s.what, only) })
	r := rand.New(rand.NewPCG(seed, seed))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// chosen are the fields that MISUSE_ONLY names a part of; all of them without it.
func chosen(fields []field) []field {
	only := os.Getenv("MISUSE_ONLY")
	return slices.DeleteFunc(fields, func(f field) bool { return !strings.Contains(f.String(), only) })
}

// share is every n-th of many.
func share[T any](of []T, n, many int) []T {
	var out []T
	for i := n; i < len(of); i += many {
		out = append(out, of[i])
	}
	return out
}

// examine has the witness judge the run, once all is at rest.
func examine(t *testing.T, s *stage.Stage, troupes int) witness.Record {
	var quiet witness.Span
	if !t.Failed() {
		quiet = s.Rest("all is Ready", s.AllReady)
	}
	record := s.Record()
	for n := range troupes {
		record.Secrets = append(record.Secrets, placeOf(n).secrets()...)
	}
	if !t.Failed() {
		record.Settled, record.Quiet = true, []witness.Span{quiet}
	}
	s.MustHold(record)
	return record
}

// print prints the counts, and under -v what was covered and said.
func (b *book) print(t *testing.T, fields []field, seed uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := 0
	var lines []string
	for _, f := range fields {
		if b.takenOf[f.String()] > 0 {
			taken++
		}
		lines = append(lines, fmt.Sprintf("  %-60s %3d values, %3d refusals, %3d done: %s", f, len(b.tried[f.String()]), b.refusedOf[f.String()], b.takenOf[f.String()],
			strings.Join(b.tried[f.String()], "; ")))
	}
	t.Logf("seed %d: %d fields of %d tried, %d of them with a value that was taken; %d steps: %d reached, %d told why not, %d ways back; %d refusals by the API server, in %d wordings; %d answers of the operator; %d approvals",
		seed, len(b.tried), len(fields), taken, b.steps, b.reached, b.told, b.back, b.refusals, len(b.words), len(b.answers), b.approvals)
	if !testing.Verbose() {
		return
	}
	t.Logf("Fields:\n%s", strings.Join(lines, "\n"))
	t.Log(table("The API server's words", b.words))
	t.Log(table("The operator's words", b.answers))
	var slow []string
	for _, a := range b.acts {
		slow = append(slow, fmt.Sprintf("%6.1fs %s %s", a.until.Sub(a.from).Seconds(), a.troupe, a.what))
	}
	slices.Sort(slow)
	t.Logf("Steps by time:\n%s", strings.Join(slow, "\n"))
}

// plot is the story of a troupe, and what its objects are.
func (t *troupe) plot() string {
	lines := slices.Clone(t.story)
	v, err := t.look()
	if err != nil {
		return strings.Join(append(lines, err.Error()), "\n")
	}
	if v.sharer != nil {
		v.sharer.ManagedFields = nil
		lines = append(lines, asYAML(v.sharer))
	}
	for i := range v.shares {
		v.shares[i].ManagedFields = nil
		lines = append(lines, asYAML(&v.shares[i]))
	}
	return strings.Join(lines, "\n")
}

func asYAML(obj any) string {
	text, err := yaml.Marshal(obj)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
