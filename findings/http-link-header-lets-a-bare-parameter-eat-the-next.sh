#!/usr/bin/env bash
# npm's http-link-header 1.1.4: a link's parameter may have no value, says the grammar of RFC 8288, as crossorigin has in headers that preload. Such a
# parameter takes what follows up to the next equals sign into its name, so the link loses its relation, without an error. npm's parse-link-header
# 2.0.0 reads it.
. "$(dirname "$0")/lib.bash"
npm_with http-link-header@1.1.4 parse-link-header@2.0.0
cat >ask.cjs <<'JS'
const LinkHeader = require('http-link-header');
const parseLinkHeader = require('parse-link-header');

const header = '<https://a/style.css>; crossorigin; rel="preload"';
const parsed = LinkHeader.parse(header);
console.log(JSON.stringify(parsed.refs), parsed.rel('preload').length);
console.log(JSON.stringify(parseLinkHeader(header)));
JS
expect "its links and how many preload; with parse-link-header" '[{"uri":"https://a/style.css","crossorigin; rel":"preload"}] 0
{"preload":{"rel":"preload","url":"https://a/style.css"}}' "$(node ask.cjs)"
