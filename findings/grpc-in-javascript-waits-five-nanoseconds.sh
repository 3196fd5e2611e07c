#!/usr/bin/env bash
# npm's @grpc/grpc-js 1.14.7: a service config's durations are those of protobuf's JSON. It takes the digits behind the dot for nanoseconds, so half a
# second is 5 ns, and a call with this timeout fails at once. Its own function for the durations of xDS reads half a second right.
. "$(dirname "$0")/lib.bash"
npm_with @grpc/grpc-js@1.14.7
cat >ask.cjs <<'JS'
const grpc = require('@grpc/grpc-js');
const { validateServiceConfig } = require('@grpc/grpc-js/build/src/service-config.js');
const { parseDuration } = require('@grpc/grpc-js/build/src/duration.js');

const method = { path: '/a.B/C', requestStream: false, responseStream: false };
for (const way of ['request', 'response']) {
  method[way + 'Serialize'] = (value) => value;
  method[way + 'Deserialize'] = (value) => value;
}
const config = (timeout) => ({ methodConfig: [{ name: [{}], timeout }] });
console.log(validateServiceConfig(config('0.5s')).methodConfig[0].timeout.nanos, parseDuration('0.5s').nanos);

const server = new grpc.Server();
server.addService({ C: method }, { C: (call, answer) => setTimeout(() => answer(null, Buffer.from('x')), 100) });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), async (error, port) => {
  for (const timeout of ['0.5s', '0.500000000s', '1s']) {
    const client = new grpc.Client('127.0.0.1:' + port, grpc.credentials.createInsecure(),
      { 'grpc.service_config': JSON.stringify(config(timeout)) });
    const code = await new Promise((done) => client.makeUnaryRequest(method.path, method.requestSerialize,
      method.responseDeserialize, Buffer.from('x'), (failure) => done(failure ? grpc.status[failure.code] : 'OK')));
    console.log(timeout, code);
    client.close();
  }
  server.forceShutdown();
});
JS
expect "nanoseconds of half a second, and what becomes of calls that take 100 ms" '5 500000000
0.5s DEADLINE_EXCEEDED
0.500000000s OK
1s OK' "$(timeout 60 node ask.cjs)"
