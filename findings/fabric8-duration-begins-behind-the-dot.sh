#!/usr/bin/env bash
# io.fabric8:kubernetes-model-core 8.0.0: its Duration reads what Go writes for a metav1.Duration, but knows no dot: what stands in front of one is
# lost, without an error. 1.5s, as Go writes 1500 ms, is five seconds. So is the sign: -1h0m0s is an hour.
. "$(dirname "$0")/lib.bash"
java_program io.fabric8:kubernetes-model-core:8.0.0 <<'JAVA'
import io.fabric8.kubernetes.api.model.Duration;

public class Program {
  public static void main(String[] arguments) throws Exception {
    for (String text : new String[] {"1h30m0s", "1500ms", "1.5s", "1m0.25s", "-1h0m0s"}) {
      System.out.println(text + " " + Duration.parse(text).getDuration());
    }
  }
}
JAVA
expect "durations" "1h30m0s PT1H30M
1500ms PT1.5S
1.5s PT5S
1m0.25s PT1M25S
-1h0m0s PT1H" "$(java -cp "$classes" Program)"
