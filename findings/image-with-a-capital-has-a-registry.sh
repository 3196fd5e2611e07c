#!/usr/bin/env bash
# github.com/distribution/reference v0.6.0, which container runtimes read image names with: example/app is docker.io/example/app, but
# Example/app is the image "app" of a registry host called "Example". A name of 64 hexadecimal digits is refused.
. "$(dirname "$0")/lib.bash"
go_program github.com/distribution/reference@v0.6.0 <<'GO'
package main

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

func main() {
	for _, name := range []string{"example/app", "Example/app", strings.Repeat("0123456789abcdef", 4)} {
		named, err := reference.ParseNormalizedNamed(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(name, "is", reference.Path(named), "of", reference.Domain(named))
	}
}
GO
digits=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
expect "image names" "example/app is example/app of docker.io
Example/app is app of Example
invalid repository name ($digits), cannot specify 64-byte hexadecimal strings" "$(./program)"
