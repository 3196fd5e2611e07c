#!/usr/bin/env bash
# CEL's getMilliseconds() of 61.25 seconds: cel.dev/cel-go v0.33.2, which Kubernetes has, and cel-python 0.5.0 count all, 61250, as getSeconds() does;
# dev.cel:cel 0.14.0 in Java and npm's @bufbuild/cel 0.6.1 count what is beyond the last second, 250. Of a timestamp all have the latter.
. "$(dirname "$0")/lib.bash"
cel_in_go cel.dev/cel-go/cel@v0.33.2
java_program dev.cel:cel:0.14.0 <<'JAVA'
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;

public class Program {
  public static void main(String[] arguments) throws Exception {
    Cel cel = CelFactory.standardCelBuilder().build();
    for (String text : arguments) {
      System.out.println(cel.createProgram(cel.compile(text).getAst()).eval());
    }
  }
}
JAVA
python_with cel-python==0.5.0
npm_with @bufbuild/cel@0.6.1
cat >ask.mjs <<'JS'
import { run } from '@bufbuild/cel';

for (const text of process.argv.slice(2)) console.log(String(run(text)));
JS
questions=('duration("61.25s").getSeconds()' 'duration("61.25s").getMilliseconds()' 'timestamp("2026-01-01T00:00:01.25Z").getMilliseconds()')
expect "Go" $'61\n61250\n250' "$(./program "${questions[@]}" | sed 's/.* -> //')"
expect "Python" $'61\n61250\n250' "$(venv/bin/python -c 'import sys, celpy
environment = celpy.Environment()
for text in sys.argv[1:]:
    print(environment.program(environment.compile(text)).evaluate({}))' "${questions[@]}")"
expect "Java" $'61\n250\n250' "$(java -cp "$classes" Program "${questions[@]}" 2>/dev/null)"
expect "JavaScript" $'61\n250\n250' "$(node ask.mjs "${questions[@]}")"
