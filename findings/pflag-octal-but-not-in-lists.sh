#!/usr/bin/env bash
# github.com/spf13/pflag v1.1.0, which Kubernetes' programs read their flags with: 010 is eight for an Int, and ten in an IntSlice or a StringToInt;
# in an Int32Slice it is eight again. An Int takes 1_000 and 0x10, the list refuses them.
. "$(dirname "$0")/lib.bash"
go_program github.com/spf13/pflag@v1.1.0 <<'GO'
package main

import (
	"fmt"

	"github.com/spf13/pflag"
)

func main() {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	one := flags.Int("one", 0, "")
	list := flags.IntSlice("list", nil, "")
	list32 := flags.Int32Slice("list32", nil, "")
	named := flags.StringToInt("named", nil, "")
	if err := flags.Parse([]string{"--one=010", "--list=010", "--list32=010", "--named=a=010"}); err != nil {
		panic(err)
	}
	fmt.Println(*one, *list, *list32, *named)
	for _, text := range []string{"1_000", "0x10"} {
		fmt.Println(text, flags.Set("one", text) == nil, flags.Set("list", text) == nil)
	}
}
GO
expect "010 as Int, IntSlice, Int32Slice and StringToInt; what Int and IntSlice take" '8 [10] [8] map[a:10]
1_000 true false
0x10 true false' "$(./program)"
