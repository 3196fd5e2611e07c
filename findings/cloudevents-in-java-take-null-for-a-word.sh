#!/usr/bin/env bash
# io.cloudevents:cloudevents-json-jackson 4.0.1: in CloudEvents' JSON an attribute that is null is one that is not set. Here an extension that is null
# becomes the text "null", without an error, and goes out as such.
. "$(dirname "$0")/lib.bash"
java_program io.cloudevents:cloudevents-json-jackson:4.0.1 <<'JAVA'
import io.cloudevents.jackson.JsonFormat;

public class Program {
  public static void main(String[] arguments) {
    var format = new JsonFormat();
    var event = format.deserialize(arguments[0].getBytes());
    System.out.println(event.getExtensionNames() + " " + event.getExtension("zone").getClass().getSimpleName());
    System.out.println(new String(format.serialize(event)));
  }
}
JAVA
event='{"specversion":"1.0","id":"1","source":"/nodes/node1","type":"ready","zone":null}'
expect "the event's extensions, and the event in JSON" "[zone] String
{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/nodes/node1\",\"type\":\"ready\",\"zone\":\"null\"}" "$(java -cp "$classes" Program "$event")"
