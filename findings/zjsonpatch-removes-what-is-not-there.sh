#!/usr/bin/env bash
# com.flipkart.zjsonpatch:zjsonpatch 0.4.16 and io.fabric8:zjsonpatch 8.0.0, which fabric8's client has: "remove" of a member that is not there
# succeeds, and the rest of the patch is applied. RFC 6902 wants its target to exist, as Kubernetes' API server does, and as "replace" does here.
. "$(dirname "$0")/lib.bash"
java_program com.flipkart.zjsonpatch:zjsonpatch:0.4.16 io.fabric8:zjsonpatch:8.0.0 com.fasterxml.jackson.core:jackson-databind:2.22.0 \
  com.fasterxml.jackson.core:jackson-core:2.22.0 com.fasterxml.jackson.core:jackson-annotations:2.22 <<'JAVA'
public class Program {
  interface Step {
    Object run() throws Exception;
  }

  static void show(Step step) {
    try {
      System.out.println(step.run());
    } catch (Exception error) {
      System.out.println(error.getMessage());
    }
  }

  public static void main(String[] arguments) throws Exception {
    var reader = new com.fasterxml.jackson.databind.ObjectMapper();
    var other = new tools.jackson.databind.ObjectMapper();
    var object = "{\"a\": 1}";
    for (String patch : new String[] {
        "[{\"op\": \"replace\", \"path\": \"/b\", \"value\": 1}, {\"op\": \"add\", \"path\": \"/c\", \"value\": 2}]",
        "[{\"op\": \"remove\", \"path\": \"/b\"}, {\"op\": \"add\", \"path\": \"/c\", \"value\": 2}]"}) {
      show(() -> com.flipkart.zjsonpatch.JsonPatch.apply(reader.readTree(patch), reader.readTree(object)));
      show(() -> io.fabric8.zjsonpatch.JsonPatch.apply(other.readTree(patch), other.readTree(object)));
    }
  }
}
JAVA
expect "replace, and remove" 'Missing field "b"
Missing field "b"
{"a":1,"c":2}
{"a":1,"c":2}' "$(java -cp "$classes" Program)"
