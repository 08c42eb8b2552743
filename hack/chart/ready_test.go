// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

const installing = "docs/install.md"

// The ways to install the operator, as they are documented. All but the image is
// real: nobody builds one, and the program is run as it is.
var _ = DescribeTable("From a clone to an ImageShare that is Ready, by what the documentation says,",
	func(ctx context.Context, install, leave func(*newcomer, context.Context)) {
		n := arrive(ctx)
		install(n, ctx)
		pods := (&kubelet{kube: n.admin, config: n.control.Config}).run(ctx)
		for _, pod := range pods {
			pod.probed(ctx)
		}
		n.credentials(ctx)
		n.account(ctx)
		n.share(ctx)
		n.look(ctx)
		leave(n, ctx)
		for _, pod := range pods {
			pod.stop()
		}
	},
	Entry("by the README alone", (*newcomer).deploys, (*newcomer).leavesAccess),
	Entry("by the README alone, with Helm", (*newcomer).helms, (*newcomer).uninstalls),
	Entry("with one file", (*newcomer).appliesOneFile, (*newcomer).deletesKinds),
	Entry("with Helm, and the SharerAccount among its values", (*newcomer).helmsTwice, (*newcomer).uninstalls),
	Entry("by the README, and then with Helm", (*newcomer).movesToHelm, (*newcomer).uninstalls),
)

// deploys has make install the operator; the lines before that need a container
// engine and a registry.
func (n *newcomer) deploys(ctx context.Context) {
	n.types(ctx, line(blocks("README.md", "### 2. The operator", "sh")[0], "make deploy "))
}

func (n *newcomer) helms(ctx context.Context) {
	n.types(ctx, line(blocks("README.md", "### 2. The operator", "sh")[1], "helm "))
}

func (n *newcomer) appliesOneFile(ctx context.Context) {
	n.types(ctx, n.ownPaths(blocks(installing, "## One file", "sh")[0], "dist/install.yaml"))
}

// helmsTwice says it twice, as it is told to.
func (n *newcomer) helmsTwice(ctx context.Context) {
	n.writes("values.yaml", n.endpoints(blocks(installing, "## Helm", "yaml")[0], "sharerAccount", "spec"))
	commands := n.ownPaths(blocks(installing, "## Helm", "sh")[0], "values.yaml")
	Expect(n.types(ctx, commands)).To(ContainSubstring(`The SharerAccount "default" is not there yet`))
	Expect(n.types(ctx, line(commands, "helm "))).NotTo(ContainSubstring("is not there yet"))
}

// movesToHelm has Helm take over what make has installed.
func (n *newcomer) movesToHelm(ctx context.Context) {
	n.deploys(ctx)
	n.types(ctx, blocks(installing, "## Upgrading", "sh")[0])
}

// deletesKinds is what make undeploy begins with. It would go on with the
// namespace, which nobody here finishes to delete.
func (n *newcomer) deletesKinds(ctx context.Context) {
	n.types(ctx, "make uninstall")
	n.gone(ctx, 0)
}

// leavesAccess deletes the kinds as the README says for whoever wants to leave
// the images shared.
func (n *newcomer) leavesAccess(ctx context.Context) {
	commands := blocks("README.md", "## How it behaves", "sh")[1]
	Expect(commands).To(HaveSuffix("\nmake undeploy\n"))
	n.types(ctx, strings.ReplaceAll(commands, "make undeploy", "make uninstall"))
	n.gone(ctx, 3)
}

func (n *newcomer) uninstalls(ctx context.Context) {
	n.types(ctx, blocks(installing, "## Uninstalling", "sh")[0])
	Expect(found(ctx, n.admin, "Deployment", "imageshare-controller-manager")).To(BeNil())
	n.gone(ctx, 0)
}

// gone looks whether the kinds are gone, and how many have the image still.
func (n *newcomer) gone(ctx context.Context, sharees int) {
	GinkgoHelper()
	for _, kind := range []string{"imageshares.", "shareraccounts."} {
		Expect(found(ctx, n.admin, "CustomResourceDefinition", kind+group)).To(BeNil(), kind)
	}
	image := promisedShare().Spec.Image
	Expect(n.cloud.Sharees(image.Region, image.ID)).To(HaveLen(sharees))
}

// promisedShare is the ImageShare at the top of the README.
func promisedShare() (out v1alpha1.ImageShare) {
	GinkgoHelper()
	Expect(yaml.UnmarshalStrict([]byte(blocks("README.md", "# ImageShare operator", "yaml")[0]), &out)).To(Succeed())
	return out
}

// ownPaths are commands about files that the newcomer keeps elsewhere than in the
// clone, so that it stays as it is.
func (n *newcomer) ownPaths(commands string, files ...string) string {
	GinkgoHelper()
	for _, file := range files {
		Expect(commands).To(ContainSubstring(" " + file))
		commands = strings.ReplaceAll(commands, " "+file, " "+filepath.Join(n.desk, filepath.Base(file)))
	}
	return commands
}

// credentials has the newcomer fill in the access key.
func (n *newcomer) credentials(ctx context.Context) {
	GinkgoHelper()
	commands := blocks("README.md", "### 3. The credentials", "sh")[0]
	for _, own := range []string{n.key.ID, n.key.Secret} {
		Expect(commands).To(ContainSubstring("=..."))
		commands = strings.Replace(commands, "=...", "="+own, 1)
	}
	n.types(ctx, commands)
}

// account has the newcomer apply the SharerAccount, if the installation has
// brought none.
func (n *newcomer) account(ctx context.Context) {
	GinkgoHelper()
	if found(ctx, n.admin, "SharerAccount", "default") != nil {
		return
	}
	const under = "### 4. The account"
	n.writes("shareraccount.yaml", n.endpoints(blocks("README.md", under, "yaml")[0], "spec"))
	n.types(ctx, n.ownPaths(blocks("README.md", under, "sh")[0], "shareraccount.yaml"))
}

// share has the newcomer apply the ImageShare at the top, and wait, and ask for
// another look.
func (n *newcomer) share(ctx context.Context) {
	GinkgoHelper()
	n.writes("imageshare.yaml", blocks("README.md", "# ImageShare operator", "yaml")[0])
	n.types(ctx, n.ownPaths(blocks("README.md", "### 5. ImageShares", "sh")[0], "imageshare.yaml"))
	n.types(ctx, blocks("README.md", "## How it behaves", "sh")[0])
}

// look has the newcomer see what the README shows, and the accounts have the
// image.
func (n *newcomer) look(ctx context.Context) {
	GinkgoHelper()
	n.table(ctx, "### 4. The account")
	seen, promised := n.table(ctx, "# ImageShare operator")
	row := func(lines [][]string) []string {
		at := slices.IndexFunc(lines, func(line []string) bool { return line[1] == "golden-ubuntu" })
		Expect(at).To(BeNumerically(">", 0))
		return lines[at][:len(lines[at])-1] // But for the age.
	}
	Expect(row(seen)).To(Equal(row(promised)))
	Expect(row(seen)).To(ContainElements("3/3", "True"))

	share := promisedShare()
	var accounts []string
	for _, id := range share.Spec.Sharees.AccountIDs {
		accounts = append(accounts, string(id))
	}
	Expect(accounts).To(HaveLen(3))
	Expect(n.cloud.Sharees(share.Spec.Image.Region, share.Spec.Image.ID)).To(ConsistOf(accounts))
}

// table has the newcomer type a command that the README shows what it shows. It
// answers both, which have the same columns.
func (n *newcomer) table(ctx context.Context, under string) (seen, promised [][]string) {
	GinkgoHelper()
	command, table, _ := strings.Cut(blocks("README.md", under, "")[0], "\n")
	seen, promised = columns(n.types(ctx, strings.TrimPrefix(command, "$ "))), columns(table)
	Expect(seen).To(HaveLen(2))
	Expect(seen[0]).To(Equal(promised[0]))
	return seen, promised
}

// columns are the lines of a table, in columns of which none is empty.
func columns(table string) [][]string {
	var out [][]string
	for line := range strings.Lines(table) {
		out = append(out, strings.Fields(line))
	}
	return out
}
