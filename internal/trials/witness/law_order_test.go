// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestTrustComesBeforeTheGrantAndGoesAfterTheRevocation(t *testing.T) {
	wrong := []string{string(LawOrder) + ": m-golden/" + one}
	strands := onGolden([]string{one})
	addsBlind := func(s *tale) {
		s.does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Add: []string{one}, Gained: strands, Strands: strands})
	}
	untrusts := func(s *tale) {
		s.does(simcloud.Entry{Action: "UpdateRole", Role: defaultRole, DocumentBefore: document(trusting(one)), DocumentAfter: document(trusting(owner)),
			Region: region, Strands: strands})
	}
	trusted := func(s *tale) { s.sees("").writesTrust("", document(trusting(one))) }
	inFolder := func(meanwhile func(*tale)) func(*tale) {
		return func(s *tale) {
			s.ends(func(*simcloud.Document) {})
			s.rec.Settled = false
			trusted(s)
			s.share("golden", paths("rd-FkOrg1/r-FkTop1/"+target), holding(target)).looks()
			s.does(simcloud.Entry{Action: "CreateResourceShare", Share: "rs-1", Image: golden, Region: region, Gained: onGolden([]string{target})}).wait(time.Minute)
			meanwhile(s)
			untrusts(s)
		}
	}
	judge(t, []ending{
		{"granted without trust", func(s *tale) { s.share("golden", accounts(one)).looks(); addsBlind(s) }, wrong},
		{"granted after the operator has taken the trust away", func(s *tale) {
			trusted(s)
			s.writesTrust(document(trusting(one)), document(trusting(owner))).share("golden", accounts(one)).looks()
			addsBlind(s)
		}, wrong},
		{"granted after somebody else has taken the trust away", func(s *tale) {
			trusted(s)
			s.strangerWritesTrust(document(trusting(one)), document(trusting(owner))).share("golden", accounts(one)).looks()
			addsBlind(s)
		}, nil},
		{"granted after somebody else has taken somebody else's trust away", func(s *tale) {
			trusted(s)
			s.strangerWritesTrust(document(trusting(two)), document(trusting(owner))).share("golden", accounts(one)).looks()
			addsBlind(s)
		}, wrong},
		{"granted after somebody else has taken the policy off", func(s *tale) {
			trusted(s)
			s.does(simcloud.Entry{ByHand: true, Account: owner, Action: "DetachByHand", Role: defaultRole, Policy: keysPolicy})
			s.share("golden", accounts(one)).looks()
			addsBlind(s)
		}, nil},
		{"granted after somebody else has given the image another key", func(s *tale) {
			trusted(s)
			s.does(simcloud.Entry{ByHand: true, Action: "SetSnapshotKey"}).share("golden", accounts(one)).looks()
			addsBlind(s)
		}, nil},
		{"untrusted while declared", func(s *tale) {
			trusted(s)
			s.share("golden", accounts(one), holding(one)).looks().adds(one).wait(time.Minute)
			untrusts(s)
		}, wrong},
		{"untrusted while declared, though no ledger tells", func(s *tale) {
			trusted(s)
			s.share("golden", accounts(one)).looks().adds(one).wait(time.Minute)
			untrusts(s)
		}, wrong},
		{"untrusted while declared, whom a stranger has let have the image", func(s *tale) {
			trusted(s)
			s.strangerAdds(one).share("golden", accounts(one), holding(one)).wait(time.Minute)
			untrusts(s)
		}, nil},
		{"untrusted while a deleted one still has him", func(s *tale) {
			trusted(s)
			s.share("golden", accounts(one), holding(one)).looks().adds(one).deleting().wait(time.Minute)
			untrusts(s)
		}, wrong},
		{"untrusted though a stranger has let him have the image, whom nobody declares", func(s *tale) {
			trusted(s)
			s.share("golden").strangerAdds(one).wait(time.Minute)
			untrusts(s)
		}, nil},
		{"untrusted while a folder is declared that he is in", inFolder(func(*tale) {}), wrong},
		{"untrusted while a folder is declared that he is in, and somebody has moved", inFolder(func(s *tale) {
			s.does(simcloud.Entry{ByHand: true, Action: "MoveFolder", Directory: "rd-FkOrg1", Folder: target})
		}), nil},
		{"untrusted by a stranger", func(s *tale) {
			trusted(s)
			s.share("golden", accounts(one), holding(one)).looks().adds(one).wait(time.Minute)
			s.does(simcloud.Entry{ByHand: true, Account: owner, Action: "SetRole", Role: defaultRole, DocumentBefore: document(trusting(one)), Strands: strands, Region: region})
		}, nil},
		{"untrusted after all is gone", func(s *tale) {
			trusted(s)
			s.share("golden", accounts(one), holding(one)).looks().adds(one).deleting().looks().removes(one).releases().wait(time.Minute)
			s.writesTrust(document(trusting(one)), document(trusting(owner)))
		}, nil},
	})
}

func TestNoCallNamesMoreThanItMay(t *testing.T) {
	list := func(n int) (ids []string) {
		for i := range n {
			ids = append(ids, two[:14]+string(rune('0'+i/10))+string(rune('0'+i%10)))
		}
		return ids
	}
	judge(t, []ending{
		{"ten to add and ten to remove", func(s *tale) {
			s.share("golden", accounts(list(10)...)).looks().does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Add: list(10), Remove: list(10)})
		}, nil},
		{"eleven to add", func(s *tale) { s.share("golden", accounts(list(11)...)).looks().adds(list(11)...) }, []string{string(LawTen) + ": ModifyImageSharePermission"}},
		{"eleven to remove, refused", func(s *tale) {
			s.share("golden").does(simcloud.Entry{Action: "ModifyImageSharePermission", Image: golden, Remove: list(11), Code: "InvalidParameter"})
		}, []string{string(LawTen) + ": ModifyImageSharePermission"}},
		{"eleven by hand", func(s *tale) { s.strangerAdds(list(11)...) }, nil},
		{"six targets", func(s *tale) {
			s.does(simcloud.Entry{Action: "DisassociateResourceShare", Share: "rs-1", Targets: list(6)})
		}, []string{string(LawTen) + ": DisassociateResourceShare"}},
		{"five targets", func(s *tale) {
			s.does(simcloud.Entry{Action: "DisassociateResourceShare", Share: "rs-1", Targets: list(5)})
		}, nil},
		{"six images", func(s *tale) {
			s.does(simcloud.Entry{Action: "DisassociateResourceShare", Share: "rs-1", Image: "m-1,m-2,m-3,m-4,m-5,m-6"})
		}, []string{string(LawTen) + ": DisassociateResourceShare"}},
	})
}

func TestNothingIsWrittenInAQuietPeriod(t *testing.T) {
	quiet := func(s *tale) { s.rec.Quiet = []Span{{From: s.now, To: s.now.Add(time.Minute), About: "all is well"}} }
	wrote := func(s *tale, path string) {
		s.rec.Writes = append(s.rec.Writes, Exchange{Method: "PATCH", Path: path, Sent: s.now.Add(time.Second), Status: 200})
	}
	status := "/apis/imageshare.alibabacloud.com/v1alpha1/namespaces/team/imageshares/golden/status"
	judge(t, []ending{
		{"a write to the cloud", func(s *tale) { s.share("golden", accounts(one)).looks(); quiet(s); s.adds(one) }, []string{string(LawQuiet) + ": ModifyImageSharePermission"}},
		{"a write to the cloud before", func(s *tale) { s.share("golden", accounts(one)).looks().adds(one); s.wait(time.Second); quiet(s) }, nil},
		{"a write to the cloud after", func(s *tale) { s.share("golden", accounts(one)); quiet(s); s.wait(2 * time.Minute).looks().adds(one) }, nil},
		{"somebody else's", func(s *tale) { s.share("golden"); quiet(s); s.strangerAdds(one) }, nil},
		{"a status", func(s *tale) { quiet(s); wrote(s, status) }, []string{string(LawQuiet) + ": " + status}},
		{"a lease, an event and a question", func(s *tale) {
			quiet(s)
			wrote(s, "/apis/coordination.k8s.io/v1/namespaces/system/leases/imageshare")
			wrote(s, "/api/v1/namespaces/team/events/golden.1")
			wrote(s, "/apis/events.k8s.io/v1/namespaces/team/events")
			wrote(s, "/apis/authentication.k8s.io/v1/tokenreviews")
		}, nil},
	})
}

func TestNoSecretIsInAnyText(t *testing.T) {
	text := func(text string) func(*tale) {
		return func(s *tale) {
			s.rec.Secrets, s.rec.Texts = []string{"xyz", "fake-operator"}, map[string][]byte{"log": []byte("all is well\n" + text + "\n")}
		}
	}
	wrong := []string{string(LawSecrets) + ": log, line 2"}
	judge(t, []ending{
		{"nothing of the kind", text("granted 1100000000000001 to m-golden with FAKE-KEY; xyz"), nil},
		{"a secret of the world", text("key=fake-operator!"), wrong},
		{"a signature", text("GET http://x/?Action=A&Signature=abcdef%2Fgh&b=c"), wrong},
		{"a signature of the newer kind", text("Authorization: ACS3-HMAC-SHA256 Credential=AK,Signature=00"), wrong},
		{"a token in a query", text("?SecurityToken=CAISabc123"), wrong},
		{"a token in a body", text(`{"SecurityToken": "abcdef"}`), wrong},
		{"an identity token", text("OIDCToken=eyJhbGciOi"), wrong},
		{"a bearer", text("authorization: Bearer eyJhbGciOi"), wrong},
		{"a private key", text("-----BEGIN RSA PRIVATE KEY-----"), wrong},
		{"a variable", text(`ALIBABA_CLOUD_ACCESS_KEY_SECRET=abcdefgh`), wrong},
		{"the name of a variable", text(`the Secret needs the key ALIBABA_CLOUD_ACCESS_KEY_SECRET`), nil},
		{"a security token alone", text("CAISTHISISALONGTOKEN1234567890"), wrong},
	})
}
