// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// encrypted is the life of an encrypted image's share up to a change of sharees.
func encrypted() scenario {
	end := func(these ...string) check {
		return all(has(stage.Encrypted, these...), decrypts(these...), booked("golden", these...))
	}
	return scenario{name: "encrypted", acts: []act{{
		name:  "two accounts have the image and can decrypt it",
		do:    func(p *play) { p.shares("golden", stage.Encrypted, stage.Sharees(1, 2)...) },
		until: end(stage.Sharees(1, 2)...),
	}, {
		name:  "one goes, who is trusted no longer, and one comes",
		do:    func(p *play) { p.declare("golden", stage.Sharees(2, 3)...) },
		until: end(stage.Sharees(2, 3)...),
	}}}
}

// directory is an encrypted image that is shared with a folder, then with the
// whole directory instead, then with an account alone.
func directory() scenario {
	declare := func(paths ...string) func(p *play) {
		return func(p *play) {
			p.MustEdit(stage.TeamA, "golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(paths...) })
		}
	}
	end := func(target string, accounts ...int) check {
		var these, ledger []string
		for _, n := range accounts {
			these = append(these, stage.Sharee(n))
		}
		ledger = these[:1]
		if target != "" {
			ledger = append(slices.Clone(ledger), target)
		}
		return all(reaches(stage.Encrypted, these...), decrypts(these...), targets(target), booked("golden", ledger...))
	}
	return scenario{name: "directory", acts: []act{{
		name: "an account and a folder have the image",
		do: func(p *play) {
			draft := stage.Draft(stage.TeamA, "golden", stage.Encrypted, stage.Sharee(1))
			draft.Spec.Sharees.ResourceDirectoryPaths = stage.Paths(stage.Products)
			p.MustCreate(draft)
		},
		until: end(productsID, 1, 21, 22),
	}, {
		name:  "the whole directory has it",
		do:    declare(stage.DirectoryID),
		until: end(stage.DirectoryID, 1, 21, 22, 23),
	}, {
		name:  "the account alone has it, and there is no resource share",
		do:    declare(),
		until: end("", 1),
	}}}
}

// productsID is the ID of the folder Products.
var productsID = stage.Products[strings.LastIndex(stage.Products, "/")+1:]

// targets says that the operator's one resource share is with this target alone;
// with none, that there is no resource share.
func targets(target string) check {
	return func(p *play) error {
		var live, targets []string
		for _, one := range p.Cloud.Shares(stage.SharerID, stage.Region) {
			if one.Status == simcloud.ShareDeleted {
				continue
			}
			live = append(live, one.ID)
			for _, a := range one.Associations {
				if a.Type == simcloud.AssociationTarget && a.Status == simcloud.Associated {
					targets = append(targets, a.Entity)
				}
			}
		}
		if target == "" && len(live) == 0 || target != "" && len(live) == 1 && slices.Equal(targets, []string{target}) {
			return nil
		}
		return fmt.Errorf("there are the resource shares %q, with %q, not with %q", live, targets, target)
	}
}

// keyChange is an encrypted image whose snapshot comes to have another key.
func keyChange() scenario {
	these := stage.Sharees(1, 2)
	end := func(key string) check {
		return all(has(stage.Encrypted, these...), decrypts(these...), booked("golden", these...), keyed(key))
	}
	return scenario{name: "key", acts: []act{{
		name:  "two accounts have the image and can decrypt it",
		do:    func(p *play) { p.shares("golden", stage.Encrypted, these...) },
		until: end("key-one"),
	}, {
		name: "they can decrypt it with the other key, and the role may use that alone",
		do: func(p *play) {
			if err := p.Cloud.SetSnapshotKey(stage.Region, "s-"+stage.Encrypted, "key-three"); err != nil {
				p.t.Error(err)
			}
			// Somebody who has changed the key tells the operator, which would find out
			// within the hour otherwise.
			p.MustEdit(stage.TeamA, "golden", func(o *v1alpha1.ImageShare) {
				o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"}
			})
		},
		until: end("key-three"),
	}}}
}

// keyed says that the status of the ImageShare and the policy of the operator
// name one key.
func keyed(key string) check {
	return func(p *play) error {
		policy, _ := p.Cloud.Policy(stage.SharerID, "ImageShareOperator-ImageKeys-1")
		document := ""
		for _, v := range policy.Versions {
			if v.Default {
				document = v.Document
			}
		}
		var told []string
		if obj := p.Get(stage.TeamA, "golden"); obj != nil {
			told = obj.Status.ImageKeys
		}
		if slices.Equal(told, []string{stage.Region + "/" + key}) && strings.Contains(document, key) && strings.Count(document, "key/") == 1 {
			return nil
		}
		return fmt.Errorf("the key is %s; the status tells of %q, and the policy is %s", key, told, document)
	}
}

// deletion is the end of an ImageShare whose image another one names too, and of
// one of an encrypted image that nobody else has.
func deletion() scenario {
	return scenario{name: "deletion", acts: []act{{
		name: "two images are shared",
		do: func(p *play) {
			p.shares("golden", stage.Plain, stage.Sharees(1, 3)...)
			p.shares("other", stage.Plain, stage.Sharees(3, 4)...)
			p.shares("secret", stage.Encrypted, stage.Sharees(1, 2)...)
		},
		until: all(has(stage.Plain, stage.Sharees(1, 4)...), has(stage.Encrypted, stage.Sharees(1, 2)...),
			booked("golden", stage.Sharees(1, 3)...), booked("other", stage.Sharees(3, 4)...), booked("secret", stage.Sharees(1, 2)...)),
	}, {
		name: "only what the other declares is left, and nobody is trusted",
		do: func(p *play) {
			p.MustDelete(stage.TeamA, "golden")
			p.MustDelete(stage.TeamA, "secret")
		},
		until: all(has(stage.Plain, stage.Sharees(3, 4)...), has(stage.Encrypted), decrypts(), noRole,
			gone("golden", "secret"), booked("other", stage.Sharees(3, 4)...)),
	}}}
}

// noRole says that there is no encryption role.
func noRole(p *play) error {
	if _, there := p.Cloud.Role(stage.SharerID, stage.RoleName); there {
		return errors.New("the encryption role is still there")
	}
	return nil
}
