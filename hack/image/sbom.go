// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

// The bill of materials is an SPDX 2.3 document, made of what the toolchain has
// written into the program: what is linked into it, and not what go.mod lists.

type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []part         `json:"packages"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type part struct {
	ID               string      `json:"SPDXID"`
	Name             string      `json:"name"`
	Version          string      `json:"versionInfo"`
	File             string      `json:"packageFileName,omitempty"`
	Download         string      `json:"downloadLocation"`
	FilesAnalyzed    bool        `json:"filesAnalyzed"`
	Checksums        []checksum  `json:"checksums,omitempty"`
	SourceInfo       string      `json:"sourceInfo,omitempty"`
	LicenseConcluded string      `json:"licenseConcluded"`
	LicenseDeclared  string      `json:"licenseDeclared"`
	Copyright        string      `json:"copyrightText"`
	Purpose          string      `json:"primaryPackagePurpose"`
	References       []reference `json:"externalRefs"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type reference struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	Element string `json:"spdxElementId"`
	Type    string `json:"relationshipType"`
	Related string `json:"relatedSpdxElement"`
}

const (
	documentID = "SPDXRef-DOCUMENT"
	programID  = "SPDXRef-Program"
	unknown    = "NOASSERTION"
)

// billOf lists what a program is made of.
func billOf(p program, r release) ([]byte, error) {
	name := "imageshare-operator-" + r.version + "-" + p.platform()
	d := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: documentID, Name: name,
		// Nothing need be there. It names this document and no other.
		Namespace:     r.source + "/spdx/" + name + "/" + p.sum,
		Creation:      creation{Created: r.created.Format(time.RFC3339), Creators: []string{"Organization: The ImageShare Operator Authors", "Tool: imageshare-operator-hack-image"}},
		Packages:      []part{operator(p, r)},
		Relationships: []relationship{{documentID, "DESCRIBES", programID}},
	}
	standard := module("stdlib", strings.TrimPrefix(p.info.GoVersion, "go"))
	standard.LicenseDeclared = "BSD-3-Clause"
	modules := []part{standard}
	for _, linked := range p.info.Deps {
		modules = append(modules, dependency(linked))
	}
	for i, m := range modules {
		m.ID = fmt.Sprintf("SPDXRef-Module-%d", i)
		d.Packages = append(d.Packages, m)
		d.Relationships = append(d.Relationships, relationship{programID, "DEPENDS_ON", m.ID})
	}
	return json.MarshalIndent(d, "", "  ")
}

// operator is what the document is about.
func operator(p program, r release) part {
	own := module(p.info.Main.Path, r.version)
	own.ID, own.File, own.Purpose = programID, entrypoint, "APPLICATION"
	own.LicenseDeclared, own.LicenseConcluded = "Apache-2.0", "Apache-2.0"
	own.Copyright = "Copyright The ImageShare Operator Authors."
	own.Checksums = []checksum{{"SHA256", p.sum}}
	if r.revision != "" {
		own.Download = "git+" + r.source + "@" + r.revision
	}
	return own
}

// dependency is a module that is linked into the program, or the one that stands
// in for it.
func dependency(linked *debug.Module) part {
	if linked.Replace != nil {
		linked = linked.Replace
	}
	m := module(linked.Path, linked.Version)
	if linked.Sum != "" {
		m.SourceInfo = "go.sum " + linked.Sum
	}
	return m
}

// module is a part of which nothing is known but where it is from.
func module(path, version string) part {
	return part{
		Name: path, Version: version, Download: unknown, LicenseConcluded: unknown, LicenseDeclared: unknown, Copyright: unknown, Purpose: "LIBRARY",
		// A plus, as in +incompatible, is a space to those who read locators as URLs.
		References: []reference{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")}},
	}
}
