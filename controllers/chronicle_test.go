// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// line is a line of the log as an auditor reads it.
type line struct {
	Msg, Sharer, Image, Role, Answer string
	ResourceShare                    string
	Sharees, Trusted, Untrusted, Why []string
	Keys                             []string
}

// auditor reads what a loop writes into its log, as JSON.
type auditor struct{ text bytes.Buffer }

// context is one whose log the auditor reads.
func (a *auditor) context(ctx context.Context) context.Context {
	return log.IntoContext(ctx, zap.New(zap.WriteTo(&a.text), zap.JSONEncoder()))
}

// lines are those since it was asked last.
func (a *auditor) lines() (out []line) {
	GinkgoHelper()
	for text := range strings.Lines(a.text.String()) {
		var one line
		Expect(json.Unmarshal([]byte(text), &one)).To(Succeed())
		out = append(out, one)
	}
	a.text.Reset()
	return out
}

var _ = Describe("The log tells an auditor", func() {
	var (
		s *scene
		r *ImageShareReconciler
		a *auditor
	)
	BeforeEach(func(ctx context.Context) {
		s, a = newScene(ctx), &auditor{}
		r = s.loop()
	})
	look := func() {
		GinkgoHelper()
		s.catchUp(r)
		_, err := r.Reconcile(a.context(s.ctx), ImageKey{Account: sharerID, Region: region, ID: image})
		Expect(err).NotTo(HaveOccurred())
	}
	golden := func() string { return s.namespace + "/golden" }
	// share is golden, from a commit, as a tool has applied it.
	share := func(accounts ...string) {
		draft := s.draft("golden", image, accounts...)
		draft.Annotations = map[string]string{v1alpha1.Revision: "main@sha1:4f2c"}
		s.create(draft)
	}
	launch := func(verb, answer, why string, accounts ...string) line {
		return line{Msg: verb + " launch permission", Sharer: sharerID, Image: image + " in " + region, Sharees: accounts, Why: []string{why}, Answer: answer}
	}

	It("who was given which image, for whom, from which commit, and written by whom", func() {
		share(sharee(1), sharee(2))
		look()
		Expect(a.lines()).To(Equal([]line{
			{Msg: "Tagged image", Sharer: sharerID, Image: image + " in " + region, Answer: "OK"},
			launch("Granted", "OK", "declared by "+golden()+" (generation 1, revision main@sha1:4f2c, written by controllers.test)", sharee(1), sharee(2)),
		}))
		look()
		Expect(a.lines()).To(BeEmpty(), "what is not changed is not told of")
	})

	DescribeTable("why somebody has lost it", func(change func(), why func() string, who string) {
		share(sharee(1), sharee(2))
		look()
		look()
		a.lines()
		change()
		look()
		Expect(a.lines()).To(ContainElement(And(HaveField("Sharees", []string{who}), HaveField("Why", []string{why()}))))
	},
		Entry("an edit", func() {
			s.edit("golden", func(o *v1alpha1.ImageShare) {
				o.Spec.Sharees.AccountIDs = ids(sharees1to(1))
				o.Annotations[v1alpha1.Revision] = "main@sha1:77aa"
			})
		}, func() string {
			return "no longer declared by " + golden() + " (generation 2, revision main@sha1:77aa, written by controllers.test)"
		}, sharee(2)),
		Entry("a stranger's doing", func() {
			Expect(s.cloud.ShareByHand(region, image, []string{sharee(5)}, nil)).To(Succeed())
		}, func() string { return "nobody declares " + sharee(5) }, sharee(5)),
	)

	It("that an ImageShare was deleted", func() {
		share(sharee(1))
		look()
		a.lines()
		s.delete("golden")
		look()
		Expect(a.lines()).To(ContainElement(
			launch("Revoked", "OK", "deleted: "+golden()+" (generation 2, revision main@sha1:4f2c, written by controllers.test)", sharee(1))))
	})

	It("what was refused, and what nobody knows the outcome of", func() {
		s.cloud.Inject(simcloud.Fault{Kind: simcloud.DropAfter, Action: modify, Times: 1})
		share(sharee(1))
		look()
		Expect(a.lines()).To(ContainElement(HaveField("Answer", HavePrefix("unknown"))))
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = []v1alpha1.AccountID{"1999999999999999"} })
		look()
		Expect(a.lines()).To(ContainElement(And(HaveField("Sharees", []string{"1999999999999999"}), HaveField("Answer", HavePrefix("refused: ")))))
	})

	It("whom the encryption role trusts since when, and for whom, and until when", func() {
		s.share("sealed", "m-encrypted", sharee(1))
		looks := func() []line {
			GinkgoHelper()
			for range 3 {
				s.catchUp(r)
				_, err := r.Reconcile(s.ctx, ImageKey{Account: sharerID, Region: region, ID: "m-encrypted"})
				Expect(err).NotTo(HaveOccurred())
				s.catchUp(r)
				_, err = s.roles.Reconcile(a.context(s.ctx), s.sharer())
				Expect(err).NotTo(HaveOccurred())
			}
			return a.lines()
		}
		told := looks()
		Expect(told).To(ContainElement(And(HaveField("Msg", ContainSubstring("ncryption role")),
			HaveField("Trusted", []string{sharee(1)}), HaveField("Why", []string{"needed by " + s.namespace + "/sealed"}))))
		Expect(told).To(ContainElement(And(HaveField("Msg", "Created key policy"), HaveField("Keys", []string{region + "/key-one"}))))
		s.delete("sealed")
		s.clock.forward(s.interval)
		Expect(looks()).To(ContainElement(And(HaveField("Msg", "Deleted encryption role"),
			HaveField("Untrusted", []string{sharee(1)}), HaveField("Why", []string{"no ImageShare needs them"}))))
	})

	It("who lost an image with a resource share that was deleted as a whole", func() {
		s.organize("golden", image, []string{productsPath})
		Eventually(func() string { look(); return s.get("golden").Status.Shared }).Should(Equal("1/1"))
		id := s.get("golden").Status.ResourceShareID
		Expect(a.lines()).To(ContainElement(And(HaveField("Msg", "Created resource share"), HaveField("ResourceShare", id), HaveField("Sharees", []string{productsID}))))
		s.delete("golden")
		look()
		Expect(a.lines()).To(ContainElement(And(HaveField("Msg", "Deleted resource share"), HaveField("ResourceShare", id), HaveField("Image", image+" in "+region),
			HaveField("Sharees", []string{productsID}), HaveField("Why", []string{"deleted: " + golden() + " (generation 2, written by controllers.test)"}))))
	})
})
