// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// leastPrivilege is what the operator cannot do, and does not tell.
func (t *tour) leastPrivilege() {
	t.title("The operator has the roles that ship, and no more", "It may get Secrets in its own namespace, and nowhere else.")
	who := "--as=system:serviceaccount:" + operatorNamespace + ":" + operatorAccount
	t.fact("it may get the Secret with its keys",
		contains(t.run("auth", "can-i", "get", "secret/"+credentialsSecret, "-n", operatorNamespace, who), "yes"))
	t.fact("it may get no Secret of a team, nor list any",
		all(contains(t.fails("", "auth", "can-i", "get", "secrets", "-n", team, who), "no"),
			contains(t.fails("", "auth", "can-i", "list", "secrets", "-n", operatorNamespace, who), "no")))
	t.fact("it asked the cloud for nothing that the RAM policy in the README does not allow", t.withinPolicy)
	t.fact("neither its log nor any object or event has a key in it", t.noKeys)
}

// withinPolicy claims that every call was one that the README's policy allows.
// Asking who one is needs no permission.
func (t *tour) withinPolicy() error {
	allowed, err := readmeActions()
	if err != nil {
		return err
	}
	allowed = append(allowed, "sts:GetCallerIdentity")
	for _, call := range t.cloud.world.Calls() {
		if action := strings.ToLower(call.Product) + ":" + call.Action; !slices.Contains(allowed, action) {
			return fmt.Errorf("it called %s", action)
		}
	}
	return nil
}

// readmeActions are the actions of the first policy in the README.
func readmeActions() ([]string, error) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return nil, err
	}
	_, text, _ := strings.Cut(string(readme), "```json\n")
	text, _, _ = strings.Cut(text, "```")
	var policy struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return nil, fmt.Errorf("the policy in the README: %w", err)
	}
	var actions []string
	for _, statement := range policy.Statement {
		actions = append(actions, statement.Action...)
	}
	return actions, nil
}

// noKeys claims that the keys are in the Secret and nowhere else.
func (t *tour) noKeys() error {
	log, err := os.ReadFile(t.log)
	if err != nil {
		return err
	}
	objects, err := t.ctl.run(t.ctx, "", "get", "imageshares,shareraccounts,events", "-A", "-o", "yaml")
	if err != nil {
		return err
	}
	for _, key := range []string{t.cloud.key.ID, t.cloud.key.Secret} {
		if strings.Contains(string(log), key) || strings.Contains(objects, key) {
			return errors.New("there is one")
		}
	}
	return nil
}

// journal asks the cloud for everything that was ever changed in it.
func (t *tour) journal() {
	t.title("What the cloud's journal says", "Every write since the start, by the operator or by hand.")
	if t.err != nil {
		return
	}
	writes, refused := t.ownWrites(), 0
	for _, entry := range writes {
		if entry.Code != simcloud.CodeOK {
			refused++
		}
	}
	t.say.indent(fmt.Sprintf("The operator sent %d writes, of which the cloud refused %d (the wrong account and the wrong folder), and %d reads.",
		len(writes), refused, len(t.cloud.world.Calls())-len(writes)), "  ")
	t.fact("every write was a change of launch permissions, for at most ten accounts, of resource shares, for at most five targets, "+
		"of the one role and its key policy, or of the tag that claims an image, with the operator's own key",
		func() error { return t.proper(writes) })
	t.fact("no write of the operator's left anybody with an encrypted image who could not decrypt it", t.neverStranded)
	t.fact("nobody undeclared was ever granted", func() error { return t.onlyDeclared(writes) })
	t.fact("nobody but the contractor was ever taken off whom the operator had not put there", func() error { return t.onlyGranted(writes) })
	t.fact("no resource share was ever touched that the operator had not made", func() error { return onlyOwnShares(writes) })
	t.fact("the contractor was taken off twice: once with an approval, and once as soon as he was seen where he had not been", func() error {
		taken := 0
		for _, entry := range writes {
			if slices.Contains(entry.Remove, t.cloud.ids[contractor]) {
				taken++
			}
		}
		if taken != 2 {
			return fmt.Errorf("%d times", taken)
		}
		return nil
	})
}

// ownWrites are the writes of the operator's so far.
func (t *tour) ownWrites() []simcloud.Entry {
	return slices.DeleteFunc(t.cloud.world.Journal(), func(entry simcloud.Entry) bool { return entry.ByHand })
}

// ofAccounts reports whether a write was about launch permissions, of as many
// accounts as a call may name.
func ofAccounts(entry simcloud.Entry) bool {
	return entry.Action == "ModifyImageSharePermission" && len(entry.Add) <= 10 && len(entry.Remove) <= 10
}

// ofClaim reports whether a write was about the tag of an image.
func ofClaim(entry simcloud.Entry) bool {
	return entry.Image != "" && (entry.Action == "TagResources" || entry.Action == "UntagResources")
}

// proper claims that the writes have the form that they should have.
func (t *tour) proper(writes []simcloud.Entry) error {
	if len(writes) == 0 {
		return errors.New("there is no write")
	}
	forms := []func(simcloud.Entry) bool{ofAccounts, ofTargets, ofRole, ofClaim}
	for _, entry := range writes {
		if !slices.ContainsFunc(forms, func(of func(simcloud.Entry) bool) bool { return of(entry) }) || entry.Account != t.cloud.sharer || entry.AccessKey != t.cloud.key.ID {
			return fmt.Errorf("write %d is %s", entry.Seq, entry.Action)
		}
		named := slices.Concat(entry.Add, entry.Remove, entry.Targets)
		if entry.Code != simcloud.CodeOK && !slices.Contains(named, typo) && !slices.Contains(named, wrongID) {
			return fmt.Errorf("write %d (%s) was refused: %s", entry.Seq, entry.Action, entry.Code)
		}
	}
	return nil
}

// neverStranded claims that no write of the operator's made anybody unable to
// decrypt an image that they have. Somebody else's did, in the tour.
func (t *tour) neverStranded() error {
	var before []string
	for _, entry := range t.cloud.world.Journal() {
		for _, who := range entry.Stranded {
			if !entry.ByHand && !slices.Contains(before, who) {
				return fmt.Errorf("write %d (%s) did to %s", entry.Seq, entry.Action, who)
			}
		}
		before = entry.Stranded
	}
	return nil
}

// onlyDeclared claims that whoever was granted was declared at that time.
func (t *tour) onlyDeclared(writes []simcloud.Entry) error {
	for _, entry := range writes {
		declared, granted := t.declaredAt(entry), entry.Add
		if entry.Action == "CreateResourceShare" || entry.Action == "AssociateResourceShare" {
			granted = entry.Targets
		}
		for _, id := range granted {
			if !slices.Contains(declared, id) {
				return fmt.Errorf("write %d granted %s", entry.Seq, id)
			}
		}
	}
	return nil
}

// declaredAt is whom the image of a write was declared for when it was made. A
// write that was refused names the resource share alone.
func (t *tour) declaredAt(entry simcloud.Entry) []string {
	var ids []string
	on := image{entry.Region, entry.Image}
	if on.id == "" {
		on.id = t.cloud.imageOn(entry.Share)
	}
	for _, d := range t.past {
		if d.image == on && !d.from.After(entry.Time) {
			ids = d.ids
		}
	}
	return ids
}

// onlyGranted claims that whoever a write took off, but for the contractor, had
// been put there by a write before.
func (t *tour) onlyGranted(writes []simcloud.Entry) error {
	granted := map[image][]string{}
	for _, entry := range writes {
		on := image{entry.Region, entry.Image}
		for _, id := range entry.Before {
			if !slices.Contains(entry.After, id) && !slices.Contains(granted[on], id) && id != t.cloud.ids[contractor] {
				return fmt.Errorf("write %d took off %s", entry.Seq, id)
			}
		}
		for _, id := range entry.After {
			if !slices.Contains(entry.Before, id) {
				granted[on] = append(granted[on], id)
			}
		}
	}
	return nil
}
