#!/usr/bin/env bash
# npm's just-diff 6.0.2: jsonPatchPathConverter, for patches of RFC 6902, joins the names of a path and escapes no slash in them, so a label with a
# domain becomes two steps. npm's rfc6902 5.4.0 writes ~1, and finds no place for what just-diff has written.
. "$(dirname "$0")/lib.bash"
npm_with just-diff@6.0.2 rfc6902@5.4.0
cat >ask.mjs <<'JS'
import { diff, jsonPatchPathConverter } from 'just-diff';
import { applyPatch, createPatch } from 'rfc6902';

const node = { labels: { 'kubernetes.io/os': 'linux' } };
const wanted = { labels: { 'kubernetes.io/os': 'windows' } };
for (const patch of [diff(node, wanted, jsonPatchPathConverter), createPatch(node, wanted)]) {
  const [error] = applyPatch(structuredClone(node), patch);
  console.log(JSON.stringify(patch), error?.name ?? 'applies');
}
JS
expect "by just-diff, by rfc6902" '[{"op":"replace","path":"/labels/kubernetes.io/os","value":"windows"}] MissingError
[{"op":"replace","path":"/labels/kubernetes.io~1os","value":"windows"}] applies' "$(node ask.mjs)"
