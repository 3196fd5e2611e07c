#!/usr/bin/env bash
# npm's @kubernetes/client-node 2.0.1 with js-yaml 5.5.0: its loadYaml follows YAML 1.2, so `defaultMode: 0644`, as Kubernetes' documentation writes
# modes, is 644 and no longer 420 (it is 1204 in octal, which lets the owner write and not read), and what comes from a merge key (`<<`) is dropped.
# PyYAML 6.0.3 makes 420 of it and merges, as kubectl does.
. "$(dirname "$0")/lib.bash"
npm_with @kubernetes/client-node@2.0.1 js-yaml@5.5.0
python_with pyyaml==6.0.3
cat >ask.mjs <<'JS'
import { loadYaml } from '@kubernetes/client-node/dist/yaml.js';

const read = (projection) => {
  const pod = loadYaml(`{apiVersion: v1, kind: Pod, spec: {volumes: [{name: x, secret: ${projection}}]}}`);
  console.log(projection, '->', JSON.stringify(pod.spec.volumes[0].secret));
};
for (const text of ['{defaultMode: 0644}', '{defaultMode: 0o644}', '{<<: {secretName: y}, optional: true}']) read(text);
JS
expect "volumes of a pod" '{defaultMode: 0644} -> {"defaultMode":644}
{defaultMode: 0o644} -> {"defaultMode":420}
{<<: {secretName: y}, optional: true} -> {"optional":true}' "$(node ask.mjs)"
expect "the same in Python" "{'defaultMode': 420}
{'secretName': 'y', 'optional': True}" "$(venv/bin/python -c 'import yaml
print(yaml.safe_load("{defaultMode: 0644}"))
print(yaml.safe_load("{<<: {secretName: y}, optional: true}"))')"
