#!/usr/bin/env bash
# com.jayway.jsonpath:json-path 3.0.0: a filter for the number 2 finds the text "2", too, and 2.0; a filter for 2.0 does not find the text. RFC 9535
# has a number and a text unequal, and npm's jsonpath-rfc9535 1.3.0 finds the two numbers only, for either.
. "$(dirname "$0")/lib.bash"
java_program com.jayway.jsonpath:json-path:3.0.0 <<'JAVA'
import com.jayway.jsonpath.JsonPath;

public class Program {
  public static void main(String[] arguments) {
    for (int index = 1; index < arguments.length; index++) {
      System.out.println((Object) JsonPath.read(arguments[0], arguments[index]));
    }
  }
}
JAVA
npm_with jsonpath-rfc9535@1.3.0
cat >ask.mjs <<'JS'
import { query } from 'jsonpath-rfc9535';

for (const path of process.argv.slice(3)) console.log(JSON.stringify(query(JSON.parse(process.argv[2]), path)));
JS
arguments=('[{"port": 2}, {"port": 2.0}, {"port": "2"}]' '$[?(@.port == 2)].port' '$[?(@.port == 2.0)].port')
expect "Java" '[2,2.0,"2"]
[2,2.0]' "$(java -cp "$classes" Program "${arguments[@]}" 2>/dev/null)"
expect "JavaScript" '[2,2]
[2,2]' "$(node ask.mjs "${arguments[@]}")"
