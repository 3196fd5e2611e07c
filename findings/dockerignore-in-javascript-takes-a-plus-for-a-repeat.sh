#!/usr/bin/env bash
# npm's @balena/dockerignore 1.0.2: Docker's documentation says that .dockerignore is matched by the rules of Go's filepath.Match, where +, | and
# parentheses are themselves. Here they are those of a regular expression: lib+x does not ignore lib+x, but libbbx, and a|b ignores a.
# github.com/moby/patternmatcher v0.6.1, which Docker has, takes them as they are.
. "$(dirname "$0")/lib.bash"
npm_with @balena/dockerignore@1.0.2
go_program github.com/moby/patternmatcher@v0.6.1 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/moby/patternmatcher"
)

func main() {
	for index := 1; index < len(os.Args); index += 2 {
		ignored, err := patternmatcher.MatchesOrParentMatches(os.Args[index+1], []string{os.Args[index]})
		fmt.Println(os.Args[index], os.Args[index+1], ignored, err)
	}
}
GO
cat >ask.cjs <<'JS'
const ignore = require('@balena/dockerignore');

for (let index = 2; index < process.argv.length; index += 2) {
  const [pattern, path] = process.argv.slice(index, index + 2);
  console.log(pattern, path, ignore().add([pattern]).ignores(path));
}
JS
pairs=('lib+x' 'lib+x' 'lib+x' 'libbbx' '(old)' '(old)' 'a|b' 'a')
expect "pattern, path, ignored?" 'lib+x lib+x false
lib+x libbbx true
(old) (old) false
a|b a true' "$(node ask.cjs "${pairs[@]}")"
expect "in Go" 'lib+x lib+x true <nil>
lib+x libbbx false <nil>
(old) (old) true <nil>
a|b a false <nil>' "$(./program "${pairs[@]}")"
