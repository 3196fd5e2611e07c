#!/usr/bin/env bash
# npm's @kubernetes/client-node 2.0.1: its loadAllYaml fails at a document that holds a comment or nothing, as Helm prints them for a template whose
# condition is false; none of the other documents is returned. kubectl and PyYAML 6.0.3 (as null) take them.
. "$(dirname "$0")/lib.bash"
npm_with @kubernetes/client-node@2.0.1 js-yaml@5.5.0
python_with pyyaml==6.0.3
printf 'apiVersion: v1\nkind: Service\n---\n# Source: app/templates/ingress.yaml\n---\napiVersion: v1\nkind: Secret\n' >all.yaml
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { loadAllYaml } from '@kubernetes/client-node/dist/yaml.js';

const text = readFileSync('all.yaml', 'utf8');
for (const each of [text, text.replace('---\n# Source: app/templates/ingress.yaml\n', '')]) {
  try {
    console.log(loadAllYaml(each).map((object) => object.kind).join(' '));
  } catch (error) {
    console.log(error.message);
  }
}
JS
expect "a Service and a Secret, with a comment between them and without" "Cannot read properties of null (reading 'apiVersion')
Service Secret" "$(node ask.mjs)"
expect "the same with the comment in Python" "Service None Secret" "$(venv/bin/python -c 'import yaml
print(*(document and document["kind"] for document in yaml.safe_load_all(open("all.yaml"))))')"
