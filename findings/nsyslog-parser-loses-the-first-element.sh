#!/usr/bin/env bash
# npm's nsyslog-parser 0.10.1: of the structured data in RFC 5424 it loses the first element, and what is in that element becomes the message, without
# an error.
. "$(dirname "$0")/lib.bash"
npm_with nsyslog-parser@0.10.1
read_line() {
  node -e 'const parse = require("nsyslog-parser");
const { structuredData, message } = (parse.default ?? parse)(process.argv[1]);
console.log(JSON.stringify(structuredData), message);' "<34>1 2026-01-01T00:00:00Z node1 agent 1 start $1 ready"
}
expect "one element" '[] ip="192.0.2.1"] ready' "$(read_line '[origin ip="192.0.2.1"]')"
expect "two elements" '[{"$id":"meta","sequenceId":"7"}] ip="192.0.2.1"]' "$(read_line '[origin ip="192.0.2.1"][meta sequenceId="7"]')"
