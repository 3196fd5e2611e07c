#!/usr/bin/env bash
# com.github.package-url:packageurl-java 1.5.0: a letter of a package URL that is none of ASCII has its bytes with percent signs. It reads each of
# these bytes as a letter of its own, and writes eight digits for a byte, so that what it has made canonical is another name, and grows whenever it is
# read.
. "$(dirname "$0")/lib.bash"
java_program com.github.package-url:packageurl-java:1.5.0 <<'JAVA'
import com.github.packageurl.PackageURL;

public class Program {
  public static void main(String[] arguments) throws Exception {
    PackageURL url = new PackageURL(arguments[0]);
    System.out.println(url.getName().length());
    System.out.println(url.canonicalize());
  }
}
JAVA
python_with packageurl-python==0.17.6
url=pkg:generic/z%C3%BCrich@1
expect "the name's letters and the canonical text in Java" "7
pkg:generic/z%FFFFFFC3%FFFFFF83%FFFFFFC2%FFFFFFBCrich@1" "$(java -cp "$classes" Program "$url")"
expect "in Python" "6 pkg:generic/z%C3%BCrich@1" "$(venv/bin/python -c 'import sys, packageurl
url = packageurl.PackageURL.from_string(sys.argv[1])
print(len(url.name), url.to_string())' "$url")"
