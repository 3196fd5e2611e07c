#!/usr/bin/env bash
# com.amihaiemil.web:eo-yaml 8.0.6, in Java: it writes an empty text as null, so that an environment variable that is empty becomes one without a
# value. The quote in 'it''s' stays doubled when it is read, and a folded block with >- is the text ">-"; there is no error.
# org.snakeyaml:snakeyaml-engine 2.10 reads them as YAML has them.
. "$(dirname "$0")/lib.bash"
java_program com.amihaiemil.web:eo-yaml:8.0.6 org.snakeyaml:snakeyaml-engine:2.10 <<'JAVA'
import com.amihaiemil.eoyaml.Yaml;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

public class Program {
  public static void main(String[] arguments) throws Exception {
    var settings = LoadSettings.builder().build();
    for (String text : new String[] {"value: ''", "value: 'it''s'", "value: >-\n  two\n  words\n"}) {
      var other = (Map<?, ?>) new Load(settings).loadFromString(text);
      var read = Yaml.createYamlInput(text).readYamlMapping();
      System.out.println("[" + read.string("value") + "] [" + read + "] [" + other.get("value") + "]");
    }
  }
}
JAVA
expect "read by eo-yaml, written by it, and read by snakeyaml-engine" "[] [value: null] []
[it''s] [value: \"it''s\"] [it's]
[>-] [value: \">-\"] [two words]" "$(java -cp "$classes" Program)"
