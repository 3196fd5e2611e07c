#!/usr/bin/env bash
# com.flipkart.zjsonpatch:zjsonpatch 0.4.16 and io.fabric8:zjsonpatch 8.0.0, with which fabric8's client makes patches: a JSON Pointer writes the
# member "~1" as ~01, as RFC 6901 warns. They undo ~0 first and then ~1, so they look for "/": the patch that they have made themselves of two objects
# they cannot apply. com.github.java-json-tools:json-patch 1.13 can.
. "$(dirname "$0")/lib.bash"
java_program com.flipkart.zjsonpatch:zjsonpatch:0.4.16 io.fabric8:zjsonpatch:8.0.0 com.fasterxml.jackson.core:jackson-databind:2.22.0 \
  com.fasterxml.jackson.core:jackson-core:2.22.0 com.fasterxml.jackson.core:jackson-annotations:2.22 \
  com.github.java-json-tools:json-patch:1.13 <<'JAVA'
public class Program {
  private static final String BEFORE = "{\"~1\": 1}";
  private static final String AFTER = "{\"~1\": 2}";

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
    var before = reader.readTree(BEFORE);
    var patch = com.flipkart.zjsonpatch.JsonDiff.asJson(before, reader.readTree(AFTER));
    System.out.println(patch);
    show(() -> com.flipkart.zjsonpatch.JsonPatch.apply(patch, before));
    show(() -> com.github.fge.jsonpatch.JsonPatch.fromJson(patch).apply(before));
    var other = new tools.jackson.databind.ObjectMapper();
    var otherBefore = other.readTree(BEFORE);
    var otherPatch = io.fabric8.zjsonpatch.JsonDiff.asJson(otherBefore, other.readTree(AFTER));
    show(() -> io.fabric8.zjsonpatch.JsonPatch.apply(otherPatch, otherBefore));
  }
}
JAVA
expect "the patch, and the result with zjsonpatch, json-patch, and fabric8" '[{"op":"replace","path":"/~01","value":2}]
Missing field "/"
{"~1":2}
Missing field "/"' "$(java -cp "$classes" Program)"
