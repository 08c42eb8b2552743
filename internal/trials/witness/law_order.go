// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// judgeOrder holds every write that strands somebody, so that he has an encrypted image and the owner's role does not let him decrypt it,
// against who has brought that about. The cloud tells whom a write strands, by what roles and policies say, without regard to how
// long RAM takes, and counting who is about to be reached by a resource share.
//
// A write of the operator that adds somebody strands him by its own fault unless somebody else had taken away what he needs: the
// trust, as far as it names him or a target that is being added, or, whenever anybody else has changed a policy, an attachment,
// a key or a snapshot's key, the use of the key. A write of the operator to a role or policy strands by its own fault who came to the
// image by the operator, as long as an ImageShare is there, be it a deleted one, that declares him or has him in its ledger.
//
// It cannot see who is stranded since a person's edit was mended too late, nor who was on the image by somebody else's doing, nor who is left
// by an ImageShare that is gone for good. In a run in which somebody has moved accounts or folders, it does not judge what becomes of those
// whom a resource share reaches: the role trusts a folder by where it is.
func judgeOrder(h *history) []Violation {
	var found []Violation
	for i, e := range h.Journal {
		if !h.ours(e) {
			continue
		}
		for _, p := range pairsOf(e, e.Strands) {
			adds := e.Role == "" && e.Policy == ""
			switch {
			case adds && h.disturbed(e, p, h.Journal[:i]):
			case adds:
				found = append(found, stranding(e, p, "was granted an encrypted image that the role does not let him decrypt"))
			case h.needed(e, p):
				found = append(found, stranding(e, p, "has an encrypted image, and cannot decrypt it since this write"))
			}
		}
	}
	return found
}

func stranding(e simcloud.Entry, p pair, message string) Violation {
	evidence := []string{entryLine(e)}
	if e.DocumentBefore != e.DocumentAfter {
		evidence = append(evidence, "before: "+e.DocumentBefore, "after: "+e.DocumentAfter)
	}
	return Violation{Law: LawOrder, When: e.Time, Object: p.String(), Message: message, Evidence: evidence}
}

// disturbed says whether somebody else has taken away what a sharee needs who is being added.
func (h *history) disturbed(e simcloud.Entry, p pair, before []simcloud.Entry) bool {
	tokens := []string{p.who}
	for _, gained := range pairsOf(e, e.Gained) {
		tokens = append(tokens, gained.who)
	}
	for _, was := range slices.Backward(before) {
		trust := was.Role != "" && was.DocumentBefore != was.DocumentAfter
		switch {
		case was.Code != simcloud.CodeOK:
		case trust && was.Account == e.Account && lacks(was, tokens):
			return !h.ours(was)
		case !trust && !h.ours(was) && aboutKeys(was):
			return true
		}
	}
	return false
}

// aboutKeys says whether a write is about what it takes to decrypt an image, besides the trust.
func aboutKeys(e simcloud.Entry) bool {
	return e.Role != "" || e.Policy != "" || slices.Contains(keyEdits, e.Action)
}

// keyEdits are a person's edits that change what it takes to decrypt an image.
var keyEdits = []string{"SetKeyPolicy", "SetSnapshotKey", "SetKeyState", "MoveMember", "MoveFolder", "JoinDirectory", "AddDirectory", "AddFolder", "AddImage", "AddSnapshot"}

// lacks says whether a trust policy named one of some before a write, and does not after it.
func lacks(e simcloud.Entry, tokens []string) bool {
	return slices.ContainsFunc(tokens, func(token string) bool {
		return strings.Contains(e.DocumentBefore, token) && !strings.Contains(e.DocumentAfter, token)
	})
}

// needed says whether somebody has an image rightly, so that the role must let him decrypt it: an ImageShare declares him, or has him
// by the operator and in its ledger.
func (h *history) needed(e simcloud.Entry, p pair) bool {
	covers := []string{p.who}
	if !h.directoryEdited() {
		covers = append(covers, h.coveringTargets(e.Account, p.who)...)
	}
	for _, versions := range h.objects {
		v, there := at(versions, e.Time.Add(-h.Slack))
		if !there || !h.about(v, e.Account, p.region, p.image) || gone(versions, effect(e)) {
			continue
		}
		for _, who := range covers {
			came, known := h.lastComing(pair{p.region, p.image, who}, e.Seq)
			_, held := v.ImageShare.Status.Ledger[who]
			if known && came.ours && (held || shields(v, who, e.Time)) {
				return true
			}
		}
	}
	return false
}

// gone says whether an object was gone for good by a time, or soon after: the recorder may have seen that late.
func gone(versions []Version, t time.Time) bool {
	return slices.ContainsFunc(versions, func(v Version) bool { return v.Gone && !v.Seen.After(t.Add(wellAfter)) })
}

// coveringTargets are the targets that reach an account where it stands in its directory at the end.
func (h *history) coveringTargets(owner, account string) []string {
	if h.World == nil {
		return nil
	}
	return h.World.Covering(owner, account)
}
