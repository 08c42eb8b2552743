// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// createPolicyVersion writes a policy anew. Unless SetAsDefault is given, the new version does not count yet (vendor docs,
// CreatePolicyVersion).
func createPolicyVersion(c *call) (tree, *apiError) {
	asDefault, err := c.q.boolParam("SetAsDefault")
	if err != nil {
		return nil, err
	}
	rotate := c.q.get("RotateStrategy")
	if rotate != "" && rotate != "None" && rotate != rotateOldest {
		return nil, errInvalidRAM("RotateStrategy")
	}
	document := c.q.get("PolicyDocument")
	if err := checkDocument("PolicyDocument", document, policyDocument, maxDocument); err != nil {
		return nil, err
	}
	var made PolicyVersion
	err = c.changePolicy(func(_ *Document, p *Policy) *apiError {
		if len(p.Versions) >= maxVersions {
			if rotate != rotateOldest {
				return errLimit("Policy.Version", maxVersions)
			}
			oldest := slices.IndexFunc(p.Versions, func(v PolicyVersion) bool { return !v.Default })
			p.Versions = slices.Delete(p.Versions, oldest, oldest+1)
		}
		p.Versions = append(p.Versions, PolicyVersion{ID: p.nextVersion(), Document: document, Created: c.now})
		last := &p.Versions[len(p.Versions)-1]
		if asDefault {
			p.makeDefault(last.ID)
		}
		made = *last
		return nil
	})
	return tree{"PolicyVersion": versionRow(&made)}, err
}

// namedVersion reads VersionId and finds the version.
func (c *call) namedVersion(p *Policy) (*PolicyVersion, *apiError) {
	id := c.q.get("VersionId")
	switch {
	case id == "":
		return nil, errMissing("VersionId")
	case !versionPattern.MatchString(id):
		return nil, errInvalidRAM("VersionId.Format")
	}
	v := p.version(id)
	if v == nil {
		return nil, errNotExist("Policy.Version", id)
	}
	return v, nil
}

func getPolicyVersion(c *call) (tree, *apiError) {
	p, _, err := c.findPolicy(c.doc.ram())
	if err != nil {
		return nil, err
	}
	v, err := c.namedVersion(p)
	if err != nil {
		return nil, err
	}
	return tree{"PolicyVersion": versionRow(v)}, nil
}

func listPolicyVersions(c *call) (tree, *apiError) {
	p, _, err := c.findPolicy(c.doc.ram())
	if err != nil {
		return nil, err
	}
	rows := make([]tree, 0, len(p.Versions))
	for i := range p.Versions {
		rows = append(rows, versionRow(&p.Versions[i]))
	}
	return tree{"PolicyVersions": tree{"PolicyVersion": rows}}, nil
}

// deletePolicyVersion deletes any version but the default.
func deletePolicyVersion(c *call) (tree, *apiError) {
	return tree{}, c.changePolicy(func(_ *Document, p *Policy) *apiError {
		v, err := c.namedVersion(p)
		if err != nil {
			return err
		}
		if v.Default {
			return errConflict("Policy.Version.Default")
		}
		id := v.ID
		p.Versions = slices.DeleteFunc(p.Versions, func(x PolicyVersion) bool { return x.ID == id })
		return nil
	})
}

func setDefaultPolicyVersion(c *call) (tree, *apiError) {
	return tree{}, c.changePolicy(func(_ *Document, p *Policy) *apiError {
		v, err := c.namedVersion(p)
		if err != nil {
			return err
		}
		p.makeDefault(v.ID)
		return nil
	})
}

func versionRow(v *PolicyVersion) tree {
	return tree{"VersionId": v.ID, "IsDefaultVersion": v.Default, "PolicyDocument": v.Document,
		"CreateDate": v.Created.UTC().Format(timeFormat)}
}
