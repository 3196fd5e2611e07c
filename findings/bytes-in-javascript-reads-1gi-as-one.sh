#!/usr/bin/env bash
# npm's bytes 3.1.2, with which web frameworks read limits: 1GB is 2^30 to it, and of 1Gi, 1GiB, 512M and 1K, as Kubernetes and others write memory,
# it takes the digits alone, as bytes, without an error. What has no digits at all is null.
. "$(dirname "$0")/lib.bash"
npm_with bytes@3.1.2
expect "bytes" '["1GB",1073741824]
["1GiB",1]
["1Gi",1]
["512M",512]
["1K",1]
["Gi",null]' "$(node -e 'const bytes = require("bytes");
for (const text of ["1GB", "1GiB", "1Gi", "512M", "1K", "Gi"]) console.log(JSON.stringify([text, bytes.parse(text)]));')"
