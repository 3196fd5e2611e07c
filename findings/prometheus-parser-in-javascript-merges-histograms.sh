#!/usr/bin/env bash
# npm's parse-prometheus-text-format 1.1.1: of a histogram with labels it keeps one series. The buckets of each label set overwrite
# those of the one before, and labels, sums and counts are lost. Those of a histogram without labels it keeps. Python's prometheus_client 0.26.0
# keeps each sample.
. "$(dirname "$0")/lib.bash"
npm_with parse-prometheus-text-format@1.1.1
python_with prometheus_client==0.26.0
cat >metrics.txt <<'TEXT'
# TYPE took histogram
took_bucket{verb="GET",le="1"} 90
took_bucket{verb="GET",le="+Inf"} 100
took_sum{verb="GET"} 20
took_count{verb="GET"} 100
took_bucket{verb="PUT",le="1"} 0
took_bucket{verb="PUT",le="+Inf"} 3
took_sum{verb="PUT"} 9
took_count{verb="PUT"} 3
TEXT
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import parse from 'parse-prometheus-text-format';

const text = readFileSync('metrics.txt', 'utf8');
for (const each of [text, text.replace(/.*PUT.*\n/g, '').replace(/verb="GET",?/g, '')]) console.log(JSON.stringify(parse(each)[0].metrics));
JS
expect "a histogram of two verbs, and one without labels" '[{"buckets":{"1":"0","+Inf":"3"}}]
[{"buckets":{"1":"90","+Inf":"100"},"count":"100","sum":"20"}]' "$(node ask.mjs)"
expect "samples of the first one in Python" "8" "$(venv/bin/python -c 'from prometheus_client.parser import text_string_to_metric_families
print(sum(len(family.samples) for family in text_string_to_metric_families(open("metrics.txt").read())))')"
