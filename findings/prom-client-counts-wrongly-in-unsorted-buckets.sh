#!/usr/bin/env bash
# npm's prom-client 15.1.3: a histogram's buckets may be given in any order, and are not sorted: 0.7 is counted as at most 0.5, without an error.
# Python's prometheus_client 0.26.0 refuses such buckets.
. "$(dirname "$0")/lib.bash"
npm_with prom-client@15.1.3
python_with prometheus-client==0.26.0
cat >ask.js <<'JS'
const { Histogram, Registry } = require('prom-client');

const registry = new Registry();
const histogram = new Histogram({ name: 'wait', help: 'wait', buckets: [1, 0.5], registers: [registry] });
histogram.observe(0.7);
registry.metrics().then((text) => console.log(text.match(/^wait_bucket.*/gm).join('\n')));
JS
expect "JavaScript, of 0.7" 'wait_bucket{le="1"} 1
wait_bucket{le="0.5"} 1
wait_bucket{le="+Inf"} 1' "$(node ask.js)"
expect "Python" "Buckets not in sorted order" "$(venv/bin/python -c 'import prometheus_client
try:
    prometheus_client.Histogram("wait", "wait", buckets=[1, 0.5])
except ValueError as error:
    print(error)')"
