#!/usr/bin/env bash
# io.kubernetes:client-java-api 27.0.0: 1 and 1000m are equal quantities, but hash differently, so a set holds both, as it does the requests that have
# them. Quantities of io.fabric8:kubernetes-model-core 8.0.0 hash alike.
. "$(dirname "$0")/lib.bash"
java_program io.kubernetes:client-java-api:27.0.0 io.fabric8:kubernetes-model-core:8.0.0 <<'JAVA'
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import java.util.HashSet;
import java.util.List;

public class Program {
  static void tell(Object one, Object other) {
    System.out.println(one.getClass().getSimpleName() + ": equal " + one.equals(other) + ", in a set " + new HashSet<>(List.of(one, other)).size());
  }

  public static void main(String[] arguments) {
    Quantity whole = Quantity.fromString("1");
    Quantity milli = Quantity.fromString("1000m");
    tell(whole, milli);
    tell(new V1ResourceRequirements().putRequestsItem("cpu", whole), new V1ResourceRequirements().putRequestsItem("cpu", milli));
    tell(new io.fabric8.kubernetes.api.model.Quantity("1"), new io.fabric8.kubernetes.api.model.Quantity("1000m"));
  }
}
JAVA
expect "1 and 1000m" 'Quantity: equal true, in a set 2
V1ResourceRequirements: equal true, in a set 2
Quantity: equal true, in a set 1' "$(java -cp "$classes" Program)"
