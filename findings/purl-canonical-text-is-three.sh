#!/usr/bin/env bash
# A package URL, as SBOMs and image scanners have them, has one canonical text, so that equal packages are equal texts. Python's packageurl-python
# 0.17.6, npm's packageurl-js 2.0.1 and github.com/package-url/packageurl-go v0.1.7 write one each: they differ about / and : in a qualifier, + in a
# version, and capitals in a Go module's path.
. "$(dirname "$0")/lib.bash"
go_program github.com/package-url/packageurl-go@v0.1.7 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/package-url/packageurl-go"
)

func main() {
	for _, text := range os.Args[1:] {
		url, err := packageurl.FromString(text)
		if err != nil {
			panic(err)
		}
		fmt.Println(url.ToString())
	}
}
GO
python_with packageurl-python==0.17.6
npm_with packageurl-js@2.0.1
urls=(
  'pkg:oci/agent@1?repository_url=node.example:5000/team/agent'
  'pkg:deb/debian/libc6@2.36-9+deb12u1'
  'pkg:golang/github.com/BurntSushi/toml@v1.6.0'
)
expect "Python" 'pkg:oci/agent@1?repository_url=node.example:5000/team/agent
pkg:deb/debian/libc6@2.36-9%2Bdeb12u1
pkg:golang/github.com/BurntSushi/toml@v1.6.0' "$(venv/bin/python -c 'import sys, packageurl
for text in sys.argv[1:]:
    print(packageurl.PackageURL.from_string(text).to_string())' "${urls[@]}")"
expect "JavaScript" 'pkg:oci/agent@1?repository_url=node.example%3A5000%2Fteam%2Fagent
pkg:deb/debian/libc6@2.36-9+deb12u1
pkg:golang/github.com/BurntSushi/toml@v1.6.0' "$(node -e 'const { PackageURL } = require("packageurl-js");
for (const text of process.argv.slice(1)) console.log(PackageURL.fromString(text).toString());' "${urls[@]}")"
expect "Go" 'pkg:oci/agent@1?repository_url=node.example:5000%2Fteam%2Fagent
pkg:deb/debian/libc6@2.36-9%2Bdeb12u1
pkg:golang/github.com/burntsushi/toml@v1.6.0' "$(./program "${urls[@]}")"
