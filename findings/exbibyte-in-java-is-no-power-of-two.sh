#!/usr/bin/env bash
# Quantities in Java: io.fabric8:kubernetes-model-core 8.0.0 and io.kubernetes:client-java-api 27.0.0 raise 1024 to a power with 16 digits, so 1Ei is
# not 2^60, but 24 bytes more, and is not equal to 1024Pi. What the latter has read as 1Ei it cannot write.
. "$(dirname "$0")/lib.bash"
java_program io.fabric8:kubernetes-model-core:8.0.0 io.kubernetes:client-java-api:27.0.0 <<'JAVA'
import io.fabric8.kubernetes.api.model.Quantity;

public class Program {
  public static void main(String[] arguments) {
    for (String text : new String[] {"1024Pi", "1Ei"}) {
      var other = io.kubernetes.client.custom.Quantity.fromString(text);
      System.out.println(text + " " + Quantity.getAmountInBytes(new Quantity(text)).toPlainString() + " " + other.getNumber().toPlainString());
      try {
        System.out.println(other.toSuffixedString());
      } catch (IllegalArgumentException error) {
        System.out.println(error.getMessage());
      }
    }
    System.out.println(new Quantity("1Ei").equals(new Quantity("1024Pi")));
  }
}
JAVA
expect "bytes, and what client-java writes" "1024Pi 1152921504606846976 1152921504606846976
1Ei
1Ei 1152921504606847000 1152921504606847000
No suffix for exponent3
false" "$(java -cp "$classes" Program)"
