#!/usr/bin/env bash
# npm's @kubernetes/client-node 2.0.1: totalCPU and totalMemory of a pod, which topNodes adds up for a node, are the sum of its `containers` alone. The
# scheduler counts sidecars (init containers that always restart), a larger init container and the pod's overhead, too. And one container that asks
# for 1k makes the sum a whole number: each 500m that comes behind it is rounded up to 1.
. "$(dirname "$0")/lib.bash"
npm_with @kubernetes/client-node@2.0.1
cat >ask.mjs <<'JS'
import { totalCPU } from '@kubernetes/client-node/dist/util.js';

const container = (cpu) => ({ resources: { requests: { cpu } } });
const sidecar = { ...container('2'), restartPolicy: 'Always' };
const show = (what, spec) => console.log(what, Number(totalCPU({ spec }).request));
show('a sidecar of 2, an overhead of 1, a container of 1:', {
  initContainers: [sidecar],
  overhead: { cpu: '1' },
  containers: [container('1')],
});
show('500m + 500m + 500m + 1k:', { containers: ['500m', '500m', '500m', '1k'].map(container) });
show('1k + 500m + 500m + 500m:', { containers: ['1k', '500m', '500m', '500m'].map(container) });
JS
expect "CPUs that a pod requests" "a sidecar of 2, an overhead of 1, a container of 1: 1
500m + 500m + 500m + 1k: 1002
1k + 500m + 500m + 500m: 1003" "$(node ask.mjs)"
