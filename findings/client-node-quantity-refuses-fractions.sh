#!/usr/bin/env bash
# npm's @kubernetes/client-node 2.0.1: quantityToScalar reads 0.5 and 500m, but not 0.5k, 1.5Gi or any other fraction with a suffix above one. What
# it returns is a number or a BigInt, as the spelling has it (1000 and 1k), and JavaScript adds no two of these. Python's kubernetes 37.0.2 reads all.
. "$(dirname "$0")/lib.bash"
npm_with @kubernetes/client-node@2.0.1
python_with kubernetes==37.0.2
cat >ask.mjs <<'JS'
import { quantityToScalar } from '@kubernetes/client-node/dist/util.js';

for (const text of ['0.5', '0.5k', '1.5Gi', '1000', '1k']) {
  try {
    const value = quantityToScalar(text);
    console.log(text, typeof value, String(value));
  } catch (error) {
    console.log(text, error.message);
  }
}
JS
expect "JavaScript" "0.5 number 0.5
0.5k Cannot convert 0.5 to a BigInt
1.5Gi Cannot convert 1.5 to a BigInt
1000 number 1000
1k bigint 1000" "$(node ask.mjs)"
expect "Python" "0.5 500.0 1610612736.0 1000 1000" "$(venv/bin/python -c 'from kubernetes.utils.quantity import parse_quantity
print(*map(parse_quantity, ("0.5", "0.5k", "1.5Gi", "1000", "1k")))')"
