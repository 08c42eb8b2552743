// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// patience is how long a claim may take to come true.
const patience = 30 * time.Second

// tour walks through what the operator does. The first thing that goes wrong
// ends it: from then on nothing is done any more, and err says why.
type tour struct {
	*stage

	ctx  context.Context
	err  error
	past []declaration
}

// declaration is whom all ImageShares of an image declare from a moment on.
type declaration struct {
	from  time.Time
	image image
	ids   []string
}

// tour gives the tour.
func (s *stage) tour(ctx context.Context) error {
	t := &tour{stage: s, ctx: ctx}
	for _, step := range []func(){
		t.samples, t.heldAndApproved, t.removedByHand, t.addedByHand, t.edited, t.twoNamespaces,
		t.wrongAccount, t.refused, t.retained, t.deleted,
		t.encryptedImage, t.trustOverwritten, t.serviceKeyImage, t.encryptedDeleted,
		t.folder, t.joinedAndLeft, t.sharedByOthers, t.wrongFolder, t.encryptedForFolder, t.folderTakenOut,
		t.leastPrivilege, t.journal,
	} {
		step()
	}
	return t.err
}

// title begins a step.
func (t *tour) title(title, text string) {
	if t.err == nil {
		t.say.title(title, text)
	}
}

// declare notes whom an image's ImageShares declare from now on.
func (t *tour) declare(i image, names ...string) {
	t.past = append(t.past, declaration{from: time.Now(), image: i, ids: t.cloud.idsOf(names...)})
}

// run types a kubectl command and shows what it says.
func (t *tour) run(args ...string) string { return t.typed("", args...) }

// apply applies a manifest as a person would, from the keyboard.
func (t *tour) apply(manifest string) {
	t.typed(strings.TrimSpace(manifest)+"\n", "apply", "--server-side", "-f", "-")
}

func (t *tour) typed(stdin string, args ...string) string {
	if t.err != nil {
		return ""
	}
	out, err := t.ctl.run(t.ctx, stdin, args...)
	t.say.command(args, stdin, out)
	if err != nil {
		t.err = fmt.Errorf("kubectl %s: %w", args[0], err)
	}
	return out
}

// fails types a command that must fail, and answers what it says.
func (t *tour) fails(stdin string, args ...string) string {
	if t.err != nil {
		return ""
	}
	out, err := t.ctl.run(t.ctx, stdin, args...)
	t.say.command(args, stdin, out)
	if err == nil {
		t.err = fmt.Errorf("kubectl %s was accepted", args[0])
	}
	return out
}

// waitReady waits as a script or a pipeline would.
func (t *tour) waitReady(args ...string) {
	t.run(append([]string{"wait", "--for=condition=Ready", "--timeout=30s"}, args...)...)
}

// byHand changes an image as a person in the cloud's console would.
func (t *tour) byHand(i image, add, remove []string) {
	if t.err != nil {
		return
	}
	t.err = t.cloud.world.ShareByHand(i.region, i.id, t.cloud.idsOf(add...), t.cloud.idsOf(remove...))
}

// showCloud shows who has which image, as the cloud knows it.
func (t *tour) showCloud(images ...image) {
	if t.err != nil {
		return
	}
	t.say.line("  the cloud now says:")
	t.say.indent(t.cloud.table(images...), "    ")
}

// check is a claim that must come true.
func (t *tour) check(claim string, holds func() error) {
	if t.err != nil {
		return
	}
	err := poll(t.ctx, patience, holds)
	t.fact(claim, func() error { return err })
}

// fact is a claim that must be true already.
func (t *tour) fact(claim string, holds func() error) {
	if t.err != nil {
		return
	}
	if err := holds(); err != nil {
		t.err = fmt.Errorf("%s: %w", claim, err)
		return
	}
	t.checks++
	t.say.line("  ok: " + claim)
}

// onImage claims that an image is shared with these accounts and no others.
func (t *tour) onImage(i image, names ...string) func() error {
	return func() error {
		want, got := t.cloud.idsOf(names...), t.cloud.world.Sharees(i.region, i.id)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			return fmt.Errorf("the cloud has %s", strings.Join(t.cloud.named(got), ", "))
		}
		return nil
	}
}

// tells claims something of an ImageShare.
func (t *tour) tells(namespace, name string, what func(*v1alpha1.ImageShare) error) func() error {
	return func() error {
		var obj v1alpha1.ImageShare
		if err := t.kube.Get(t.ctx, client.ObjectKey{Namespace: namespace, Name: name}, &obj); err != nil {
			return err
		}
		return what(&obj)
	}
}

// lookedTwice claims that the operator has looked at an image twice since this
// was called.
func (t *tour) lookedTwice(i image) func() error {
	count := func() int {
		n := 0
		for _, call := range t.cloud.world.Calls() {
			if call.Action == "DescribeImageSharePermission" && call.Image == i.id {
				n++
			}
		}
		return n
	}
	before := count()
	return func() error {
		if now := count(); now < before+2 {
			return fmt.Errorf("looked %d times", now-before)
		}
		return nil
	}
}

// all claims several things at once.
func all(claims ...func() error) func() error {
	return func() error {
		for _, claim := range claims {
			if err := claim(); err != nil {
				return err
			}
		}
		return nil
	}
}
