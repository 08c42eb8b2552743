// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// actions are the calls that faults are aimed at.
func actions() []string {
	return []string{
		"ModifyImageSharePermission", "ModifyImageSharePermission", "DescribeImageSharePermission", "DescribeImageSharePermission",
		"DescribeImages", "DescribeSnapshots", "TagResources", "UntagResources", "ListTagResources", "GetCallerIdentity",
		"GetRole", "CreateRole", "UpdateRole", "DeleteRole", "TagRole", "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "AttachPolicyToRole",
		"DetachPolicyFromRole", "ListPoliciesForRole", "GetPolicy", "DescribeKey",
		"CreateResourceShare", "AssociateResourceShare", "DisassociateResourceShare", "DeleteResourceShare", "ListResourceShares",
		"ListResourceShareAssociations", "GetResourceDirectory", "GetFolder", "GetAccount", "ListProductQuotas",
	}
}

// troubles are faults of the cloud and of the API server.
func troubles() []happening {
	return []happening{
		{26, drawFault},
		{4, func(*dice, *script) step {
			return step{says: "the faults of the cloud are over", do: func(p *play) error { p.Cloud.ClearFaults(); return nil }}
		}},
		{3, drawSevered}, {4, drawStalled}, {3, drawPast}, {4, drawCut}, {2, drawBackup}, {4, drawRestored},
	}
}

func drawFault(d *dice, _ *script) step {
	f := simcloud.Fault{Kind: one(d, simcloud.FaultKinds()...), Skip: d.between(0, 1), Times: d.between(1, 6), WritesAgo: d.between(1, 5), Effect: d.chance(40)}
	where := "any call"
	switch {
	case d.chance(25):
		f.Action = one(d, actions()...)
		where = f.Action
	case d.chance(50):
		f.Action = one(d, actions()[:4]...)
		where = f.Action
	case d.chance(50):
		f.Product = one(d, "Ecs", "Ram", "Kms", "ResourceSharing", "ResourceManager", "Quotas", "Sts")
		where = "any call to " + f.Product
	}
	switch f.Kind { //nolint:exhaustive // The others take no time.
	case simcloud.Latency, simcloud.Throttled:
		f.Delay = d.millis(50, 1500)
	case simcloud.Giant:
		f.Times = 1
	}
	hold := d.millis(300, 2500)
	return step{
		says: fmt.Sprintf("%s befalls %s, %d times after %d (effect %v, delay %s, writes ago %d)", f.Kind, where, f.Times, f.Skip, f.Effect, f.Delay, f.WritesAgo),
		do: func(p *play) error {
			fault := p.Cloud.Inject(f)
			p.faults = append(p.faults, fault)
			if f.Kind == simcloud.Hang {
				p.later(hold, fault.Remove)
			}
			return nil
		},
	}
}

func drawSevered(d *dice, s *script) step {
	i, hold := d.IntN(len(s.operators)), d.millis(100, 2500)
	return step{says: fmt.Sprintf("operator %d is cut off from the API server for %s", i+1, hold), do: func(p *play) error {
		proxy := p.operators[i].Proxy
		proxy.Sever(true)
		p.later(hold, func() { proxy.Sever(false) })
		return nil
	}}
}

func drawStalled(d *dice, s *script) step {
	i, hold := d.IntN(len(s.operators)), d.millis(200, 3000)
	return step{says: fmt.Sprintf("operator %d is not told by watches for %s", i+1, hold), do: func(p *play) error {
		p.later(hold, p.operators[i].Proxy.StallWatches())
		return nil
	}}
}

// drawPast restarts an operator whose caches are shown what was true a while ago.
func drawPast(d *dice, s *script) step {
	i, hold, ago := d.IntN(len(s.operators)), d.millis(200, 3000), d.between(3, 60)
	return step{says: fmt.Sprintf("operator %d is killed and started, and for %s its caches are shown what was true %d versions ago", i+1, hold, ago), do: func(p *play) error {
		var shares v1alpha1.ImageShareList
		if err := p.Kube.List(p.Context(), &shares); err != nil {
			return err
		}
		version, err := strconv.Atoi(shares.ResourceVersion)
		if err != nil {
			return err
		}
		o := p.operators[i]
		o.Proxy.ShowPast(strconv.Itoa(max(version-ago, p.first)))
		release := o.Proxy.StallWatches()
		p.later(hold, func() { o.Proxy.ShowPast(""); release() })
		p.kill(i)
		p.start(i)
		return nil
	}}
}

// drawCut cuts a connection, or kills an operator, at a point in its work.
func drawCut(d *dice, s *script) step {
	nth, after, deadly, i, back := int64(d.between(1, 30)), d.chance(60), d.chance(50), d.IntN(len(s.operators)), d.back()
	what := "the connection is cut"
	if deadly {
		what = fmt.Sprintf("operator %d is killed%s,", i+1, back)
	}
	return step{says: fmt.Sprintf("%s at the %d. point from now (after its effect: %v)", what, nth, after), do: func(p *play) error {
		var count atomic.Int64
		var once sync.Once
		p.At(func(point stage.Point) (pass bool) {
			pass = true
			if point.After == after && count.Add(1) == nth {
				once.Do(func() {
					pass = false
					if deadly {
						p.kill(i)
						p.comesBack(i, back)
					}
				})
			}
			return pass
		})
		return nil
	}}
}

func drawBackup(*dice, *script) step {
	return step{says: "a backup is made", do: (*play).backUp}
}

// backUp remembers the ImageShares as they are.
func (p *play) backUp() error {
	var shares v1alpha1.ImageShareList
	if err := p.Kube.List(p.Context(), &shares); err != nil {
		return err
	}
	for i := range shares.Items {
		p.backups[client.ObjectKeyFromObject(&shares.Items[i])] = shares.Items[i].Status
	}
	return nil
}

func drawRestored(d *dice, s *script) step {
	l, lost := one(d, s.slots...), d.chance(40)
	if lost {
		return step{says: l.String() + " loses its status", do: func(p *play) error {
			obj := p.Get(l.namespace, l.name)
			if obj == nil {
				return errAway
			}
			p.restored = append(p.restored, l)
			return p.Kube.Status().Patch(p.Context(), obj, client.RawPatch("application/merge-patch+json", []byte(`{"status":null}`)))
		}}
	}
	return step{says: l.String() + " has its status restored from the backup", do: func(p *play) error {
		obj := p.Get(l.namespace, l.name)
		if obj == nil {
			return errAway
		}
		status, kept := p.backups[client.ObjectKeyFromObject(obj)]
		if !kept {
			return errNoBackup
		}
		p.restored = append(p.restored, l)
		obj.Status = *status.DeepCopy()
		return p.Kube.Status().Update(p.Context(), obj)
	}}
}

// later does something after a while, or when the trouble is over.
func (p *play) later(after time.Duration, do func()) {
	do = sync.OnceFunc(do)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = append(p.over, do)
	time.AfterFunc(after, do)
}
