// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// seenIn names, in the environment, a folder for the shapes that were seen.
// While it is set, one that nobody has decided about is written there, and is no
// error: `make health` asks about it.
const seenIn = "HEALTH_SEEN"

// Book takes note of every status that is written to an API server, and of what
// is wrong with any.
type Book struct {
	mu    sync.Mutex
	seen  map[Shape]bool
	wrong map[string]bool
}

// Read takes note of an answer of the API server, which stays as good as it was,
// if it is the answer to a status that was written.
func (b *Book) Read(req *http.Request, answer *http.Response) {
	written := req.Method == http.MethodPatch || req.Method == http.MethodPut
	if !written || answer.StatusCode != http.StatusOK || !strings.HasSuffix(req.URL.Path, "/status") ||
		!strings.HasPrefix(req.URL.Path, "/apis/"+v1alpha1.GroupVersion.String()+"/") {
		return
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return // The one who asked has no answer either.
	}
	obj := &unstructured.Unstructured{}
	if err := obj.UnmarshalJSON(body); err != nil {
		b.note(Shape{}, fmt.Errorf("the API server's answer to %s: %w", req.URL.Path, err))
		return
	}
	b.Note(obj)
}

// Note takes note of an object whose status was written.
func (b *Book) Note(obj *unstructured.Unstructured) {
	shape, err := ShapeOf(obj)
	if err == nil && os.Getenv(seenIn) == "" {
		_, err = Intended(obj)
	}
	if obj.GetDeletionTimestamp() != nil || Behind(obj) {
		shape = Shape{} // Its health does not rest on it.
	}
	if err != nil {
		shape = Shape{} // It is none to be decided about.
		err = fmt.Errorf("%s %s/%s: %w", obj.GetKind(), obj.GetNamespace(), obj.GetName(), err)
	}
	b.note(shape, err)
}

func (b *Book) note(shape Shape, wrong error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen == nil {
		b.seen, b.wrong = map[Shape]bool{}, map[string]bool{}
	}
	if shape != (Shape{}) {
		b.seen[shape] = true
	}
	if wrong != nil {
		b.wrong[wrong.Error()] = true
	}
}

// Wrong is what was wrong with what was noted since it was last asked.
func (b *Book) Wrong() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	for _, one := range slices.Sorted(maps.Keys(b.wrong)) {
		err = errors.Join(err, errors.New(one))
	}
	clear(b.wrong)
	return err
}

// Close writes the shapes that were noted where the environment says, if it
// does.
func (b *Book) Close() error {
	folder := os.Getenv(seenIn)
	if folder == "" {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var lines []string
	for shape := range b.seen {
		lines = append(lines, shape.String()+"\n")
	}
	return os.WriteFile(filepath.Join(folder, fmt.Sprint(os.Getpid())), []byte(strings.Join(lines, "")), 0o600)
}
