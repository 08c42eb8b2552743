// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Change is what one release has otherwise than another: in a file, below the top
// of the module, a text stands in the place of another.
type Change struct{ File, Was, Is string }

// Release builds the operator as it would be with some changes, and answers
// where that is. Every text that is to be changed must be there, once.
func Release(t testing.TB, name string, changes ...Change) string {
	t.Helper()
	texts, dir := map[string]string{}, t.TempDir()
	for _, c := range changes {
		path := Path(filepath.FromSlash(c.File))
		if _, read := texts[path]; !read {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(text)
		}
		if count := strings.Count(texts[path], c.Was); count != 1 {
			t.Fatalf("%s has %d times, not once: %s", c.File, count, c.Was)
		}
		texts[path] = strings.Replace(texts[path], c.Was, c.Is, 1)
	}
	replace := map[string]string{}
	for path, text := range texts {
		replace[path] = filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	program, err := build("manager-trials-"+name, "-overlay="+file)
	if err != nil {
		t.Fatal(err)
	}
	return program
}
