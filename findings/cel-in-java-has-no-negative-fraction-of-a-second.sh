#!/usr/bin/env bash
# CEL in Java: dev.cel:cel 0.14.0 subtracts 2.5 seconds from 1 second with an error about the signs of its own parts, though it reads and writes -1.5s.
# org.projectnessie.cel:cel-tools 0.5.3 subtracts them and then writes -2.500000s, as it does for duration("-1.5s").
. "$(dirname "$0")/lib.bash"
java_program dev.cel:cel:0.14.0 org.projectnessie.cel:cel-tools:0.5.3 <<'JAVA'
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.runtime.CelEvaluationException;
import java.util.Map;
import org.projectnessie.cel.tools.ScriptHost;

public class Program {
  public static void main(String[] arguments) throws Exception {
    Cel cel = CelFactory.standardCelBuilder().build();
    ScriptHost host = ScriptHost.newBuilder().build();
    for (String text : arguments) {
      Object value;
      try {
        value = cel.createProgram(cel.compile(text).getAst()).eval();
      } catch (CelEvaluationException error) {
        value = "error";
      }
      System.out.println(text + " -> " + value + ", " + host.buildScript(text).build().execute(String.class, Map.of()));
    }
  }
}
JAVA
expect "by dev.cel, by Nessie's" 'string(duration("3s") - duration("1s")) -> 2s, 2s
string(duration("1s") - duration("3s")) -> -2s, -2s
string(duration("1s") - duration("2.5s")) -> error, -2.500000s
string(duration("-1.5s")) -> -1.500s, -2.500000s' "$(java -cp "$classes" Program 'string(duration("3s") - duration("1s"))' 'string(duration("1s") - duration("3s"))' \
  'string(duration("1s") - duration("2.5s"))' 'string(duration("-1.5s"))' 2>/dev/null)"
