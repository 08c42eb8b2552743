// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// step is one misuse: something is done, and then either it is so, or the
// operator says why not.
type step struct {
	// what says in words what is done.
	what string
	// field is the field that it is about, if it is about one.
	field *field
	// do does it. With the options of a dry run it only asks whether it would be
	// taken.
	do func(t *troupe, options ...client.PatchOption) error
	// expect is what has to come of it besides the laws, if anything special has.
	expect func(t *troupe) error
	// outside says that nothing of ours was edited: once what is outside is right
	// again, it all is, without an edit.
	outside bool
}

// jsonPatch is a patch with one operation.
func jsonPatch(op, path string, v any) ([]byte, error) {
	return json.Marshal([]object{{"op": op, "path": path, "value": v}})
}

func mergePatch(v any) ([]byte, error) { return json.Marshal(v) }

// refusal is the API server's no to what is not valid or not allowed; nil is any
// other outcome.
func refusal(err error) error {
	if apierrors.IsInvalid(err) || apierrors.IsForbidden(err) || apierrors.IsBadRequest(err) || apierrors.IsUnsupportedMediaType(err) ||
		apierrors.IsInternalError(err) {
		return err
	}
	return nil
}

// perform does a step and sees it through: what came of it, and the way back.
func (t *troupe) perform(s step) error {
	clear(t.known)
	t.tell("%s", s.what)
	entry := act{troupe: t.name, account: t.account, what: s.what, from: time.Now()}
	if err := t.taken(s); err != nil {
		if refusal(err) == nil {
			return fmt.Errorf("%s: %w", s.what, err)
		}
		t.tell("It was refused: %v", err)
		return t.book.refused(s, err)
	}
	if err := t.within(func() error { return errors.Join(t.settled(), t.expected(s)) }); err != nil {
		return fmt.Errorf("after %s it was neither done nor said why not: %w", patience, err)
	}
	if err := t.linger(s); err != nil {
		return fmt.Errorf("a while later, though nothing had changed: %w", err)
	}
	if err := t.note(s); err != nil {
		return err
	}
	entry.until = time.Now()
	t.book.done(entry)
	back := act{troupe: t.name, account: t.account, what: "the way back from: " + s.what, from: time.Now()}
	t.tell("Everything is put right again")
	if err := t.restore(s.outside); err != nil {
		return fmt.Errorf("after %s it was not put right: %w", patience, err)
	}
	back.until = time.Now()
	t.book.recovered(back)
	return nil
}

// calm is how long it takes until nothing is under way any more that woke the
// operator: from then on it looks again of its own accord, or not at all.
const calm = 4 * time.Second

// linger lets a while go by where nothing but another look of the operator leads
// back, and sees that it says the same then.
func (t *troupe) linger(s step) error {
	if !s.outside {
		return nil
	}
	select {
	case <-t.Context().Done():
		return t.Context().Err()
	case <-time.After(calm):
		return t.within(func() error { return errors.Join(t.settled(), t.expected(s)) })
	}
}

func (t *troupe) expected(s step) error {
	if s.expect == nil {
		return nil
	}
	return s.expect(t)
}

// taken does what a step does. The admission policy may go by the SharerAccount
// as it was a moment ago, and somebody else may have written in between.
func (t *troupe) taken(s step) error {
	var err error
	_ = t.withinSome(2*time.Second, 10, func() error {
		if err = s.do(t); apierrors.IsForbidden(err) || apierrors.IsConflict(err) {
			return err
		}
		return nil
	})
	return err
}

// note writes into the book how a step ended.
func (t *troupe) note(s step) error {
	v, err := t.look()
	if err == nil {
		t.book.outcome(t, s, v)
	}
	return err
}

// base is an object as it is. Dry runs go by what it was when the first of them
// looked, since they change nothing.
func (t *troupe) base(kind string, obj client.Object, dry bool) (object, error) {
	id := kind + "/" + obj.GetName()
	if known, ok := t.known[id]; ok && dry {
		return cloned(known), nil
	}
	there := &unstructured.Unstructured{}
	there.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
	if err := t.Kube.Get(t.Context(), client.ObjectKeyFromObject(obj), there); err != nil {
		return nil, err
	}
	if dry {
		t.known[id] = there.Object
	}
	return cloned(there.Object), nil
}

// edits are the ways to put a value into a field of an object: beside what is
// there, and as all there is of that part of the spec.
func edits(f field, v value, name func(t *troupe) client.Object) []step {
	of := func(alone bool) func(t *troupe, options ...client.PatchOption) error {
		return func(t *troupe, options ...client.PatchOption) error {
			obj := name(t)
			root, err := t.base(f.kind, obj, len(options) > 0)
			if err != nil {
				return err
			}
			if alone {
				delete(root["spec"].(object), f.path[1])
			}
			put(root, t.kinds[f.kind], f.path, v)
			patch, err := jsonPatch("replace", "/spec", root["spec"])
			if err != nil {
				return err
			}
			return t.Kube.Patch(t.Context(), obj, client.RawPatch(types.JSONPatchType, patch), options...)
		}
	}
	what := fmt.Sprintf("%s becomes %s", f, v.what)
	out := []step{{what: what, field: &f, do: of(false)}}
	if len(f.path) > 2 {
		out = append(out, step{what: what + ", and is alone in its part of the spec", field: &f, do: of(true)})
	}
	return out
}

// creations are the ways to make a new object with a value in a field.
func creations(f field, v value, draft func(t *troupe) client.Object) step {
	return step{what: fmt.Sprintf("a newcomer comes whose %s is %s", f, v.what), field: &f, do: func(t *troupe, options ...client.PatchOption) error {
		there := &unstructured.Unstructured{}
		there.Object = cloned(asObject(draft(t)))
		there.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(f.kind))
		put(there.Object, t.kinds[f.kind], f.path, v)
		dry := client.CreateOptions{}
		for range options {
			dry.DryRun = []string{"All"}
		}
		return t.Kube.Create(t.Context(), there, &dry)
	}}
}

// asObject is an object as JSON has it.
func asObject(obj client.Object) object {
	text, err := json.Marshal(obj)
	if err != nil {
		panic(err) // It has only fields that JSON knows.
	}
	var out object
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err) // It was JSON just now.
	}
	return out
}
