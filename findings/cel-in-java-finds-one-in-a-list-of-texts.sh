#!/usr/bin/env bash
# org.projectnessie.cel:cel-tools 0.5.3, CEL in Java: a number equals the text of it if their types are known only when it runs, so [1] is ["1"]. In CEL
# values of different types are unequal, but for numbers; dev.cel:cel 0.14.0 says so.
. "$(dirname "$0")/lib.bash"
java_program dev.cel:cel:0.14.0 org.projectnessie.cel:cel-tools:0.5.3 <<'JAVA'
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import java.util.Map;
import org.projectnessie.cel.tools.ScriptHost;

public class Program {
  public static void main(String[] arguments) throws Exception {
    Cel cel = CelFactory.standardCelBuilder().build();
    ScriptHost host = ScriptHost.newBuilder().build();
    for (String text : arguments) {
      Object one = cel.createProgram(cel.compile(text).getAst()).eval();
      System.out.println(text + " -> " + one + ", " + host.buildScript(text).build().execute(Boolean.class, Map.of()));
    }
  }
}
JAVA
expect "by dev.cel, by Nessie's" 'dyn(8080) == dyn("8080") -> false, true
[dyn(8080)] == [dyn("8080")] -> false, true
dyn(8080) in ["http", "8080"] -> false, true
dyn(8080) == dyn("8081") -> false, false' "$(java -cp "$classes" Program 'dyn(8080) == dyn("8080")' '[dyn(8080)] == [dyn("8080")]' 'dyn(8080) in ["http", "8080"]' \
  'dyn(8080) == dyn("8081")' 2>/dev/null)"
