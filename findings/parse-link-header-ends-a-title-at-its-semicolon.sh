#!/usr/bin/env bash
# npm's parse-link-header 2.0.0: a value in quotes may hold semicolons, in RFC 8288. Here it ends at the first one, and what follows is lost. And the
# names of parameters are compared case-insensitively there: a link whose relation is written Rel= is lost. http-link-header 1.1.4 reads both.
. "$(dirname "$0")/lib.bash"
npm_with parse-link-header@2.0.0 http-link-header@1.1.4
cat >ask.cjs <<'JS'
const LinkHeader = require('http-link-header');
const parseLinkHeader = require('parse-link-header');

for (const header of ['<https://a/>; rel="next"; title="nodes; and pods"', '<https://a/>; Rel="next"']) {
  console.log(JSON.stringify([parseLinkHeader(header), LinkHeader.parse(header).rel('next')]));
}
JS
expect "with parse-link-header and http-link-header" \
  '[{"next":{"rel":"next","title":"nodes","url":"https://a/"}},[{"uri":"https://a/","rel":"next","title":"nodes; and pods"}]]
[{},[{"uri":"https://a/","rel":"next"}]]' "$(node ask.cjs)"
