// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package health

import (
	_ "embed"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

//go:embed goldens.txt
var goldens string

// Golden is a status that the operator writes, and its health.
type Golden struct {
	Shape
	Health Health
}

// Goldens are all of them, as goldens.txt has them.
func Goldens() ([]Golden, error) { return parse(goldens) }

func parse(text string) ([]Golden, error) {
	var out []Golden
	seen := map[Shape]bool{}
	for line := range strings.Lines(text) {
		word := strings.Fields(line)
		if len(word) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(word) != 5 {
			return nil, fmt.Errorf("goldens.txt: %q is not: kind, status and reason of Ready, what stands beside it, health", strings.TrimSpace(line))
		}
		g := Golden{Shape{word[0], word[1], word[2], word[3]}, Health(word[4])}
		switch g.Health {
		case Current, InProgress, Failed:
		case Terminating:
			return nil, fmt.Errorf("goldens.txt: %s: whatever is deleted is Terminating, and no status is by itself", g.Shape)
		default:
			return nil, fmt.Errorf("goldens.txt: %s: decide which health that is: Current, InProgress or Failed", g.Shape)
		}
		if seen[g.Shape] {
			return nil, fmt.Errorf("goldens.txt: %s stands there twice", g.Shape)
		}
		seen[g.Shape] = true
		out = append(out, g)
	}
	return out, nil
}

// Intended is the health that is intended of an object: of what is deleted,
// Terminating; of a spec that nobody has looked at yet, InProgress; and of any
// other, what goldens.txt says. It is an error if it does not say.
func Intended(obj *unstructured.Unstructured) (Health, error) {
	shape, err := ShapeOf(obj)
	if err != nil {
		return "", err
	}
	if obj.GetDeletionTimestamp() != nil {
		return Terminating, nil
	}
	if Behind(obj) {
		return InProgress, nil
	}
	all, err := Goldens()
	for _, g := range all {
		if g.Shape == shape {
			return g.Health, err
		}
	}
	if err != nil {
		return "", err
	}
	return "", unknown(shape)
}

func unknown(shape Shape) error {
	return fmt.Errorf("a status that is not in internal/trials/health/goldens.txt: say there which health it is: %s", shape)
}
