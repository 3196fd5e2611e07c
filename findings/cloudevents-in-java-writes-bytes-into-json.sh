#!/usr/bin/env bash
# io.cloudevents:cloudevents-json-jackson 4.0.1: an event may have bytes (data_base64) and no datacontenttype, in CloudEvents' JSON. What it has read
# so it writes with the bare bytes as "data", which is no JSON. With application/octet-stream it writes data_base64 again.
. "$(dirname "$0")/lib.bash"
java_program io.cloudevents:cloudevents-json-jackson:4.0.1 <<'JAVA'
import io.cloudevents.jackson.JsonFormat;

public class Program {
  public static void main(String[] arguments) {
    var format = new JsonFormat();
    for (String event : arguments) {
      System.out.println(new String(format.serialize(format.deserialize(event.getBytes()))));
    }
  }
}
JAVA
start='{"specversion":"1.0","id":"1","source":"/nodes/node1","type":"ready"'
expect "events with two bytes, read and written" "$start,\"datacontenttype\":\"application/octet-stream\",\"data_base64\":\"b2s=\"}
$start,\"data\":ok}" "$(java -cp "$classes" Program "$start,\"datacontenttype\":\"application/octet-stream\",\"data_base64\":\"b2s=\"}" \
  "$start,\"data_base64\":\"b2s=\"}")"
