// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// troupe is a SharerAccount with its Secret, an ImageShare of an image that is
// not encrypted, and one of an image that is. Troupes have accounts of their own
// and do not meet, so that many of them can be at work at a time.
type troupe struct {
	*stage.Stage
	place
	name  string
	kinds map[string]*schema
	nouns words
	rand  *rand.Rand
	book  *book
	// known are objects as dry runs take them to be.
	known map[string]object
	// before is who had the image of plain before a step.
	before []string
	// story is what was done so far, in sentences.
	story []string
}

func newTroupe(s *stage.Stage, n int, door string, kinds map[string]*schema, seed uint64, b *book) *troupe {
	t := &troupe{Stage: s, place: placeOf(n), name: fmt.Sprintf("troupe-%d", n), kinds: kinds, rand: rand.New(rand.NewPCG(seed, uint64(n))), book: b, known: map[string]object{}}
	t.nouns = t.place.nouns(door)
	return t
}

// tell adds a sentence to the story.
func (t *troupe) tell(format string, args ...any) {
	t.story = append(t.story, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// plainName and sealedName are the names of the ImageShares, newcomer that of
// one that comes and goes.
const (
	plainName  = "plain"
	sealedName = "sealed"
	newcomer   = "newcomer"
)

// key is the key of an ImageShare of the troupe.
func (t *troupe) key(share string) client.ObjectKey {
	return client.ObjectKey{Namespace: stage.TeamA, Name: t.name + "-" + share}
}

// imageOf is the image of an ImageShare.
func (t *troupe) imageOf(share string) string {
	return map[string]string{plainName: t.plain, sealedName: t.sealed}[share]
}

// secretOf is a Secret with a name of the troupe.
func (t *troupe) secretOf(name, id, secret string) *corev1.Secret {
	out := t.Secret(id, secret)
	out.Name = name
	return out
}

// sharerDraft is the SharerAccount as it should be.
func (t *troupe) sharerDraft(name, account, secret string) *v1alpha1.SharerAccount {
	out := t.Sharer()
	out.Name, out.Spec.AccountID, out.Spec.Credentials.SecretRef.Name = name, v1alpha1.AccountID(account), secret
	return out
}

// draft is an ImageShare as it should be, with some of the sharees.
func (t *troupe) draft(share string, sharees ...string) *v1alpha1.ImageShare {
	key := t.key(share)
	image := t.imageOf(share)
	if image == "" {
		image = t.spare
	}
	out := stage.Draft(key.Namespace, key.Name, image, sharees...)
	out.Spec.SharerRef.Name = t.name
	return out
}

// anyDraft is a valid ImageShare, not always the same.
func (t *troupe) anyDraft(share string) *v1alpha1.ImageShare {
	out := t.draft(share, t.sharees[:1+t.rand.IntN(4)]...)
	if t.rand.IntN(3) == 0 {
		out.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(t.folder)
	}
	return out
}

// enter makes what the troupe has.
func (t *troupe) enter(ctx context.Context) error {
	for _, obj := range []client.Object{
		t.secretOf(t.name, t.keyID, t.keySecret), t.secretOf(t.name+"-other", t.otherID, t.otherSecret),
		t.sharerDraft(t.name, t.account, t.name), t.draft(plainName, t.sharees[:2]...), t.draft(sealedName, t.sharees[:2]...),
	} {
		if err := t.within(func() error {
			return client.IgnoreAlreadyExists(t.Kube.Create(ctx, obj.DeepCopyObject().(client.Object)))
		}); err != nil {
			return fmt.Errorf("create %s: %w", obj.GetName(), err)
		}
	}
	return t.within(t.whole)
}

// patience is how long a step may take until the operator has done it or said
// why not, and patientLooks how often it is looked for at least: a machine that
// is so busy that looks are slow gives the operator no more of its time either.
const (
	patience     = 40 * time.Second
	patientLooks = 150
)

// within waits until there is no error any more.
func (t *troupe) within(check func() error) error { return t.withinSome(patience, patientLooks, check) }

// look is the time between two looks.
const look = 150 * time.Millisecond

func (t *troupe) withinSome(limit time.Duration, looks int, check func() error) error {
	deadline := time.Now().Add(limit)
	for n := 1; ; n++ {
		err := check()
		if err == nil || time.Now().After(deadline) && n >= looks {
			return err
		}
		select {
		case <-t.Context().Done():
			return t.Context().Err()
		case <-time.After(look):
		}
	}
}

// replace puts a spec in the place of what an object has.
func (t *troupe) replace(obj client.Object, spec any) error {
	patch, err := jsonPatch("replace", "/spec", spec)
	if err != nil {
		return err
	}
	return t.Kube.Patch(t.Context(), obj, client.RawPatch(types.JSONPatchType, patch))
}

// annotate sets annotations of an object, or takes off those without a value.
func (t *troupe) annotate(obj client.Object, values map[string]any) error {
	patch, err := mergePatch(object{"metadata": object{"annotations": values}})
	if err != nil {
		return err
	}
	return t.Kube.Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, patch))
}

// shareObject and sharerObject name objects of the troupe.
func (t *troupe) shareObject(share string) *v1alpha1.ImageShare {
	key := t.key(share)
	return &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
}

func (t *troupe) sharerObject() *v1alpha1.SharerAccount {
	return &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: t.name}}
}
