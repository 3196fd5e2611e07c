#!/usr/bin/env bash
# npm's @opentelemetry/resources 2.12.1: one attribute of OTEL_RESOURCE_ATTRIBUTES with an equals sign in its value, which the format allows, makes it
# drop all attributes, and so does a percent sign that escapes nothing, there as the specification wants. Python's opentelemetry-sdk 1.45.2 keeps
# both.
. "$(dirname "$0")/lib.bash"
npm_with @opentelemetry/resources@2.12.1 @opentelemetry/api@1.9.0
python_with opentelemetry-sdk==1.45.2
cat >ask.mjs <<'JS'
import { detectResources, envDetector } from '@opentelemetry/resources';

console.log(JSON.stringify(detectResources({ detectors: [envDetector] }).attributes));
JS
cat >ask.py <<'PY'
import json

from opentelemetry.sdk.resources import OTELResourceDetector

print(json.dumps(dict(OTELResourceDetector().detect().attributes), separators=(",", ":")))
PY
for attributes in k8s.node.name=n1,digest=YQ k8s.node.name=n1,digest=YQ== k8s.node.name=n1,full=50%; do
  export OTEL_RESOURCE_ATTRIBUTES=$attributes
  printf '%s\n%s\n%s\n' "$attributes" "$(node ask.mjs)" "$(venv/bin/python ask.py)" >>seen
done
expect "attributes, in JavaScript and in Python" 'k8s.node.name=n1,digest=YQ
{"k8s.node.name":"n1","digest":"YQ"}
{"k8s.node.name":"n1","digest":"YQ"}
k8s.node.name=n1,digest=YQ==
{}
{"k8s.node.name":"n1","digest":"YQ=="}
k8s.node.name=n1,full=50%
{}
{"k8s.node.name":"n1","full":"50%"}' "$(cat seen)"
