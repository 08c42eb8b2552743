// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// association is where an association stands.
type association uint8

const (
	off association = iota
	coming
	there
	going
)

var associations = [...]cloud.AssociationState{cloud.Disassociated, cloud.Associating, cloud.Associated, cloud.Disassociating}

// resourceShare is a resource share of ours, of the one image and with the one
// directory that there are.
type resourceShare struct {
	There, Listed, Deleting bool
	Image, Target           association
	// ByUs is true when we have put the directory there, and nobody else.
	ByUs bool
	// Left is true when an ImageShare deleted with Retain has left it.
	Left bool
	// Age tells which is older: the higher, the younger.
	Age uint8
}

// theirShare is the number of the resource share that a stranger has made, with
// the same image and the same directory on it.
const theirShare = 9

// memory is what the operator that leads remembers of the resource share, and
// nobody after it.
type memory struct {
	Looked, Unsettled, Leaving bool
	Made, Deleted              uint8
}

// live reports whether the directory is on a resource share, or on its way.
func (r resourceShare) live() bool { return r.There && r.Target != off }

// gives reports whether the directory has the image by it.
func (r resourceShare) gives() bool { return r.There && r.Image == there && r.Target == there }

func idOf(n uint8) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("rs-%d", n)
}

func numberIn(id string) (n uint8) {
	if id != "" {
		n = id[len(id)-1] - '0'
	}
	return n
}

// list is what a list shows of the resource shares.
func (s *state) list(strangers bool) []cloud.ResourceShare {
	var out []cloud.ResourceShare
	for i, r := range s.Resources {
		if !r.There || !r.Listed {
			continue
		}
		out = append(out, cloud.ResourceShare{
			ID: idOf(uint8(i + 1)), Name: "imageshare-" + imageID, Created: time.Unix(int64(r.Age), 0), Deleting: r.Deleting, Tagged: true,
			Images: rows(imageID, r.Image), Targets: rows(string(sharees[3]), r.Target),
		})
	}
	if strangers {
		out = append(out, cloud.ResourceShare{
			ID: idOf(theirShare), Name: "theirs", Created: time.Unix(0, 0),
			Images: rows(imageID, there), Targets: rows(string(sharees[3]), there),
		})
	}
	return out
}

const imageID = "m-1"

func rows(entity string, state association) []cloud.Association {
	if state == off {
		return nil
	}
	return []cloud.Association{{Entity: entity, State: associations[state]}}
}

// make adds a resource share, and answers its number; zero if there is no room.
// No number is given again that anybody may still know.
func (s *state) make() uint8 {
	age := uint8(1)
	for _, r := range s.Resources {
		age = max(age, r.Age+1)
	}
	for i, r := range s.Resources {
		n := uint8(i + 1)
		known := n == s.Memory.Made || n == s.Memory.Deleted || n == s.Shares[0].Share || n == s.Shares[1].Share
		if r.There || known {
			continue
		}
		s.Resources[i] = resourceShare{There: true, Image: coming, Target: coming, ByUs: true, Age: age}
		return n
	}
	return 0
}

// age makes the ages of resource shares as small as their order allows.
func (s *state) age() {
	for i := range s.Resources {
		if !s.Resources[i].There {
			s.Resources[i] = resourceShare{}
		}
	}
	for age := uint8(1); age <= uint8(len(s.Resources)); age++ {
		youngest := -1
		for i, r := range s.Resources {
			if r.Age >= age && (youngest < 0 || r.Age < s.Resources[youngest].Age) {
				youngest = i
			}
		}
		if youngest >= 0 {
			s.Resources[youngest].Age = age
		}
	}
}

// tick lets what was asked for come to be.
func (s *state) tick() {
	for i := range s.Resources {
		r := &s.Resources[i]
		r.Listed = r.There
		if r.Deleting {
			*r = resourceShare{}
		}
		for _, a := range []*association{&r.Image, &r.Target} {
			switch *a {
			case coming:
				*a = there
			case going:
				*a = off
			case off, there:
			}
		}
		r.ByUs = r.ByUs && r.Target != off
	}
	s.age()
}

// reached reports whether the directory has the image by us, or is on a resource
// share of ours that has it.
func (s *state) reached() (access, on bool) {
	for _, r := range s.Resources {
		access = access || r.gives()
		on = on || r.live() && r.Image != off
	}
	return access, on
}
