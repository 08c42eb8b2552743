// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command chart packs the Helm chart for a release: config/chart as an archive,
// with the version that is given. Its tests judge all that ships for clusters,
// by Helm's own library and a real API server.
package main

import (
	"flag"
	"fmt"
	"os"

	"helm.sh/helm/v4/pkg/action"
)

func main() {
	version := flag.String("version", "", "The chart's version, such as 0.2.0; the image's tag is the same with a v. Left out, both are what Chart.yaml says.")
	out := flag.String("out", "dist", "The directory that the archive is written to.")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "chart: name the directory of the chart")
		os.Exit(2)
	}
	archive, err := pack(flag.Arg(0), *out, *version)
	if err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
	fmt.Println("wrote", archive)
}

// pack writes the archive and says where it is.
func pack(dir, out, version string) (string, error) {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return "", err
	}
	packer := action.NewPackage()
	packer.Destination = out
	if version != "" {
		packer.Version, packer.AppVersion = version, "v"+version
	}
	return packer.Run(dir, nil)
}
