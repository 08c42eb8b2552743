// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package health

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The pages for users tell of the same statuses, reason by reason: what stands in
// their tables stands in goldens.txt, and the other way round.
func TestThePagesSayTheSame(t *testing.T) {
	goldens, err := Goldens()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[Shape]bool{}
	for _, g := range goldens {
		listed[g.Shape] = true
	}
	for kind, page := range map[string]string{"ImageShare": "imageshare.md", "SharerAccount": "shareraccount.md"} {
		told := pageTells(t, kind, page)
		if len(told) < 20 {
			t.Fatalf("%s tells of %d statuses only", page, len(told))
		}
		for shape := range told {
			if !listed[shape] {
				t.Errorf("%s tells of a status that is not in goldens.txt: %s", page, shape)
			}
		}
		for shape := range listed {
			if shape.Kind == kind && !told[shape] {
				t.Errorf("%s does not tell of a status: %s", page, shape)
			}
		}
	}
}

var code = regexp.MustCompile("`([A-Za-z]+)`")

// pageTells is what the table of reasons on a page tells of.
func pageTells(t *testing.T, kind, page string) map[Shape]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "### Reasons of Ready\n")
	table, _, _ = strings.Cut(table, "\n### ")
	told := map[Shape]bool{}
	for line := range strings.Lines(table) {
		cell := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cell) != 5 || !strings.Contains(cell[0], "`") {
			continue
		}
		beside := []string{strings.TrimSpace(cell[2])}
		switch beside[0] {
		case "":
			beside[0] = nothing
		case "either", "Reconciling once, then Stalled":
			beside = []string{"Reconciling", "Stalled"}
		}
		for _, reason := range code.FindAllStringSubmatch(cell[0], -1) {
			for ready := range strings.SplitSeq(strings.TrimSpace(cell[1]), " or ") {
				for _, one := range beside {
					told[Shape{kind, ready, reason[1], one}] = true
				}
			}
		}
	}
	return told
}

func TestAGoldenIsDecidedOnceAndByAPerson(t *testing.T) {
	for _, line := range []string{
		"ImageShare True Succeeded - ?", "ImageShare True Succeeded -", "ImageShare False InUse Reconciling Terminating",
		"ImageShare True Succeeded - Current\nImageShare True Succeeded - Current",
	} {
		if _, err := parse(line); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

func TestABrokenStatusIsWrong(t *testing.T) {
	good := Shape{"ImageShare", "False", "PlanHeld", "Stalled"}
	if _, err := ShapeOf(good.Object()); err != nil {
		t.Fatal(err)
	}
	condition := func(kind, status, reason string, generation int64) any {
		return map[string]any{"type": kind, "status": status, "reason": reason, "observedGeneration": generation}
	}
	ready := condition("Ready", "False", "PlanHeld", 2)
	for name, conditions := range map[string][]any{
		"no Ready":                    {condition("Stalled", "True", "PlanHeld", 2)},
		"Ready of another generation": {condition("Ready", "False", "PlanHeld", 1)},
		"both":                        {ready, condition("Stalled", "True", "PlanHeld", 2), condition("Reconciling", "True", "PlanHeld", 2)},
		"False beside Ready":          {ready, condition("Stalled", "False", "PlanHeld", 2)},
		"another reason":              {ready, condition("Stalled", "True", "Denied", 2)},
	} {
		obj := good.Object()
		if err := unstructured.SetNestedSlice(obj.Object, conditions, "status", "conditions"); err != nil {
			t.Fatal(err)
		}
		if shape, err := ShapeOf(obj); err == nil {
			t.Errorf("%s: %s", name, shape)
		}
	}
}

// What the book is asked of is what the operator wrote, to the word, and only
// that.
func TestTheBookReadsWhatIsWritten(t *testing.T) {
	t.Setenv(seenIn, "")
	body := func(shape Shape) string {
		text, err := shape.Object().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	strange, known := body(Shape{"ImageShare", "True", "Strange", "-"}), body(Shape{"ImageShare", "True", "Succeeded", "-"})
	const path = "/apis/imageshare.alibabacloud.com/v1alpha1/namespaces/a/imageshares/b/status"
	for _, c := range []struct {
		method, path, body string
		wrong              bool
	}{
		{http.MethodPatch, path, strange, true},
		{http.MethodPut, path, strange, true},
		{http.MethodPatch, path, known, false},
		{http.MethodGet, path, strange, false},
		{http.MethodPatch, strings.TrimSuffix(path, "/status"), strange, false},
		{http.MethodPatch, "/apis/apps/v1/namespaces/a/deployments/b/status", strange, false},
	} {
		var book Book
		answer := &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(c.body))}
		book.Read(&http.Request{Method: c.method, URL: &url.URL{Path: c.path}}, answer)
		if err := book.Wrong(); (err != nil) != c.wrong {
			t.Errorf("%s %s: %v", c.method, c.path, err)
		}
		if rest, err := io.ReadAll(answer.Body); err != nil || string(rest) != c.body {
			t.Errorf("%s %s: the answer became %q, %v", c.method, c.path, rest, err)
		}
	}
}

// With a folder to write to, what nobody has decided about is asked about there,
// and is no error.
func TestTheBookAsks(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(seenIn, folder)
	var book Book
	shape := Shape{"ImageShare", "True", "Strange", "-"}
	book.Note(shape.Object())
	if err := book.Wrong(); err != nil {
		t.Error(err)
	}
	broken := shape.Object()
	unstructured.RemoveNestedField(broken.Object, "status", "conditions")
	book.Note(broken)
	if err := book.Wrong(); err == nil {
		t.Error("a status without Ready is none to be decided about")
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	if text, err := os.ReadFile(files[0]); err != nil || string(text) != shape.String()+"\n" {
		t.Errorf("%q, %v", text, err)
	}
}
