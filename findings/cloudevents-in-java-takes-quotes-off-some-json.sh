#!/usr/bin/env bash
# io.cloudevents:cloudevents-json-jackson 4.0.1: what ends with +json is JSON, as application/json is, CloudEvents says. If such data is a text, it
# takes the quotes off and keeps the bare letters, which are no JSON and go out as bytes. Of application/json it keeps the text as it was.
. "$(dirname "$0")/lib.bash"
java_program io.cloudevents:cloudevents-json-jackson:4.0.1 <<'JAVA'
import io.cloudevents.jackson.JsonFormat;

public class Program {
  public static void main(String[] arguments) {
    var format = new JsonFormat();
    for (String type : arguments) {
      String start = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/nodes/node1\",\"type\":\"ready\",\"datacontenttype\":\"" + type + "\",";
      var event = format.deserialize((start + "\"data\":\"yes\"}").getBytes());
      System.out.println(type + " " + new String(event.getData().toBytes()) + " " + new String(format.serialize(event)).substring(start.length()));
    }
  }
}
JAVA
expect "types, data, and data as it is written" 'application/json "yes" "data":"yes"}
application/vnd.example+json yes "data_base64":"eWVz"}' "$(java -cp "$classes" Program application/json application/vnd.example+json)"
