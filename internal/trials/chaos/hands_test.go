// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

var (
	errNothingHeld = errors.New("nothing is held")
	errNoShare     = errors.New("there is no resource share of the operator's")
)

// hand is an edit by hand: in words, and in deed.
type hand struct {
	says string
	do   func(w *simcloud.World) error
}

// hands are what other people do in the cloud, behind the operator's back.
func hands() []happening {
	byHand := func(weight int, draw func(*dice) hand) happening {
		return happening{weight, func(d *dice, _ *script) step {
			h := draw(d)
			return step{says: "by hand: " + h.says, do: func(p *play) error { return h.do(p.Cloud) }}
		}}
	}
	return []happening{
		byHand(6, drawStranger), byHand(5, drawTheft), byHand(4, drawTrustEdit), byHand(1, drawRoleGone), byHand(3, drawPolicyEdit),
		byHand(2, drawKeyState), byHand(1, drawOtherKey), byHand(2, drawImageTags), byHand(2, drawImageStatus),
		byHand(2, drawTheirShare), byHand(4, drawOurShare), byHand(5, drawMove),
	}
}

func drawStranger(d *dice) hand {
	image, accounts := one(d, images()...), some(d, d.between(1, 2), strangers())
	return hand{fmt.Sprintf("%s is shared with %v", image, accounts), func(w *simcloud.World) error {
		return w.ShareByHand(stage.Region, image, accounts, nil)
	}}
}

func drawTheft(d *dice) hand {
	image, accounts := one(d, images()...), some(d, d.between(1, 3), append(stage.Sharees(1, 10), stage.Sharees(15, 20)...))
	return hand{fmt.Sprintf("%s is taken from %v", image, accounts), func(w *simcloud.World) error {
		return w.ShareByHand(stage.Region, image, nil, accounts)
	}}
}

func drawTrustEdit(d *dice) hand {
	statement := one(d, someRoot, someSharee)
	if d.chance(60) {
		return hand{"the role comes to trust " + statement, func(w *simcloud.World) error {
			return w.SetRole(stage.SharerID, stage.RoleName, func(r *simcloud.Role) {
				r.Trust = strings.Replace(r.Trust, `"Statement":[`, `"Statement":[`+statement+",", 1)
			})
		}}
	}
	return hand{"the role trusts nobody but " + statement, func(w *simcloud.World) error {
		return w.SetRole(stage.SharerID, stage.RoleName, func(r *simcloud.Role) { r.Trust = `{"Statement":[` + statement + `],"Version":"1"}` })
	}}
}

func drawRoleGone(*dice) hand {
	return hand{"the role is deleted", func(w *simcloud.World) error { return w.DeleteRole(stage.SharerID, stage.RoleName) }}
}

func drawPolicyEdit(d *dice) hand {
	const ours = "ImageShareOperator-ImageKeys-1"
	switch d.IntN(3) {
	case 0:
		return hand{ours + " comes off the role", func(w *simcloud.World) error {
			return w.DetachByHand(stage.SharerID, stage.RoleName, simcloud.PolicyCustom, ours)
		}}
	case 1:
		return hand{allKeys + " comes off the role", func(w *simcloud.World) error {
			return w.DetachByHand(stage.SharerID, stage.RoleName, simcloud.PolicySystem, allKeys)
		}}
	}
	return hand{allKeys + " is put on the role", func(w *simcloud.World) error {
		return w.AttachByHand(stage.SharerID, stage.RoleName, simcloud.PolicySystem, allKeys)
	}}
}

func drawKeyState(d *dice) hand {
	key, state := one(d, "key-one", "key-two"), one(d, simcloud.KeyDisabled, simcloud.KeyEnabled, simcloud.KeyPendingDeletion)
	return hand{key + " is " + state, func(w *simcloud.World) error { return w.SetKeyState(stage.Region, key, state) }}
}

func drawOtherKey(d *dice) hand {
	image, key := one(d, stage.Encrypted, stage.EncryptedToo), one(d, "key-one", "key-two", "key-three")
	return hand{image + " is encrypted with " + key, func(w *simcloud.World) error { return w.SetSnapshotKey(stage.Region, "s-"+image, key) }}
}

func drawImageTags(d *dice) hand {
	image := one(d, images()...)
	tags := one(d, nil, []simcloud.Tag{{Key: "team", Value: "images"}}, []simcloud.Tag{{Key: "team", Value: "images"}, {Key: "stage", Value: "test"}},
		[]simcloud.Tag{{Key: tagOwner, Value: elsewhere}})
	return hand{fmt.Sprintf("%s has the tags %v and no others", image, tags), func(w *simcloud.World) error {
		return w.SetImageTags(stage.Region, image, tags)
	}}
}

func drawImageStatus(d *dice) hand {
	image, status := one(d, images()...), one(d, simcloud.StatusDeprecated, simcloud.StatusAvailable, simcloud.StatusAvailable)
	return hand{image + " is " + status, func(w *simcloud.World) error { return w.SetImageStatus(stage.Region, image, status) }}
}

func drawTheirShare(d *dice) hand {
	image, folder := one(d, images()...), path.Base(one(d, folders()...))
	return hand{fmt.Sprintf("a resource share of their own gives %s to %s", image, folder), func(w *simcloud.World) error {
		_, err := w.AddShare(simcloud.Share{Owner: stage.SharerID, Region: stage.Region, Name: "theirs too", Associations: []simcloud.Association{
			{Type: simcloud.AssociationResource, Entity: image}, {Type: simcloud.AssociationTarget, Entity: folder}}})
		return err
	}}
}

// ourShare is the first resource share that the operator has made and that is
// still there.
func ourShare(w *simcloud.World) (simcloud.Share, error) {
	for _, s := range w.Shares(stage.SharerID, stage.Region) {
		if s.Status == simcloud.ShareActive && !strings.HasPrefix(s.Name, "theirs") {
			return s, nil
		}
	}
	return simcloud.Share{}, errNoShare
}

func drawOurShare(d *dice) hand {
	folder, reason := path.Base(one(d, folders()...)), one(d, simcloud.FailureLimitExceeded, simcloud.FailureUnavailable)
	says, do := "is deleted", func(w *simcloud.World, s simcloud.Share) error { return w.DeleteShare(s.ID) }
	switch d.IntN(4) {
	case 0:
		says, do = "comes to share with "+folder, func(w *simcloud.World, s simcloud.Share) error {
			return w.SetShare(s.ID, func(s *simcloud.Share) {
				s.Associations = append(s.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: folder})
			})
		}
	case 1:
		says, do = "does not share with "+folder+" any more", func(w *simcloud.World, s simcloud.Share) error {
			return w.SetShare(s.ID, func(s *simcloud.Share) {
				s.Associations = slices.DeleteFunc(s.Associations, func(a simcloud.Association) bool { return a.Entity == folder })
			})
		}
	case 2:
		says, do = "fails to share with "+folder+": "+reason, func(w *simcloud.World, s simcloud.Share) error {
			return w.FailAssociation(s.ID, folder, reason)
		}
	}
	return hand{"a resource share of the operator's " + says, func(w *simcloud.World) error {
		s, err := ourShare(w)
		if err != nil {
			return err
		}
		return do(w, s)
	}}
}

func drawMove(d *dice) hand {
	account := stage.Sharee(one(d, 21, 22, 23, d.between(1, 10)))
	folder := one(d, "", path.Base(stage.Products), path.Base(stage.Team), path.Base(stage.Sandboxes))
	switch d.IntN(5) {
	case 0:
		return hand{account + " leaves the directory", func(w *simcloud.World) error { return w.LeaveDirectory(account) }}
	case 1:
		return hand{account + " joins the directory, in " + folder, func(w *simcloud.World) error {
			return w.JoinDirectory(stage.DirectoryID, account, folder)
		}}
	case 2:
		parent := one(d, "", path.Base(stage.Products), path.Base(stage.Sandboxes))
		return hand{fmt.Sprintf("the folder Team moves to %q", parent), func(w *simcloud.World) error { return w.MoveFolder(path.Base(stage.Team), parent) }}
	case 3:
		enabled := d.chance(60)
		return hand{fmt.Sprintf("sharing in the directory is enabled: %v", enabled), func(w *simcloud.World) error {
			return w.SetDirectorySharing(stage.DirectoryID, enabled)
		}}
	}
	return hand{account + " moves to " + folder, func(w *simcloud.World) error { return w.MoveMember(account, folder) }}
}
