#!/usr/bin/env bash
# npm's http-cache-semantics 4.3.0: what a server calls immutable is kept for a day, says its documentation: immutableMinTimeToLive is a number of
# milliseconds, and is 24 hours. It takes it for seconds: timeToLive(), which is in milliseconds, is a thousand days, and of 5000 it makes 5000 seconds.
. "$(dirname "$0")/lib.bash"
npm_with http-cache-semantics@4.3.0
cat >ask.mjs <<'JS'
import CachePolicy from 'http-cache-semantics';

const request = { method: 'GET', url: '/', headers: {} };
const response = { status: 200, headers: { date: new Date().toUTCString(), 'cache-control': 'immutable' } };
for (const options of [{}, { immutableMinTimeToLive: 5000 }]) {
  console.log(JSON.stringify(options), Math.round(new CachePolicy(request, response, options).timeToLive() / 1000));
}
JS
expect "seconds that an immutable answer is kept" '{} 86400000
{"immutableMinTimeToLive":5000} 5000' "$(node ask.mjs)"
