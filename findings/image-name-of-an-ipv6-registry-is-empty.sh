#!/usr/bin/env bash
# npm's parse-docker-image-name 3.0.0: of an image in a registry that is named by its IPv6 address it finds nothing at all, neither a name nor a tag,
# and there is no error. github.com/distribution/reference v0.6.0 reads it.
. "$(dirname "$0")/lib.bash"
go_program github.com/distribution/reference@v0.6.0 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/distribution/reference"
)

func main() {
	for _, text := range os.Args[1:] {
		name, err := reference.ParseNormalizedNamed(text)
		if err != nil {
			panic(err)
		}
		fmt.Println(reference.Domain(name), reference.Path(name))
	}
}
GO
npm_with parse-docker-image-name@3.0.0
names=('192.0.2.1:5000/team/agent:1.2' '[2001:db8::1]:5000/team/agent:1.2')
expect "Go" "192.0.2.1:5000 team/agent
[2001:db8::1]:5000 team/agent" "$(./program "${names[@]}")"
expect "JavaScript" '{"domain":"192.0.2.1:5000","path":"team/agent","tag":"1.2"}
{}' "$(node -e 'const parse = require("parse-docker-image-name");
for (const name of process.argv.slice(1)) console.log(JSON.stringify((parse.default ?? parse)(name)));' "${names[@]}")"
