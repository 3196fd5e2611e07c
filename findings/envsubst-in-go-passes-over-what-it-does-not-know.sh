#!/usr/bin/env bash
# github.com/a8m/envsubst v1.4.3: it knows ${zone:-text} and the like of Bash. What it does not know, such as ${zone#text}, ${zone^^} and ${zone//a/b},
# is neither an error nor left alone, as gettext's envsubst does: it gives the whole value. A variable in braces as a default gives a brace only.
. "$(dirname "$0")/lib.bash"
go_program github.com/a8m/envsubst@v1.4.3 <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/a8m/envsubst"
)

func main() {
	text, err := envsubst.String(os.Args[1])
	fmt.Printf("%s %v\n", text, err)
}
GO
export zone=eu-west
unset other
for text in '${zone#eu-}' '${zone^^}' '${zone//-/.}' '${other:-${zone}}'; do
  case $text in
    *other*) go='}' ;;
    *) go=eu-west ;;
  esac
  expect "$text" "$go <nil>, in Bash $(eval "echo \"$text\"")" "$(./program "$text"), in Bash $(bash -c "echo \"$text\"")"
done
