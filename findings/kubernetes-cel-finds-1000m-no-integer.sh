#!/usr/bin/env bash
# Kubernetes' CEL, k8s.io/apiserver/pkg/cel/library v0.37.2: asInteger() fails where a quantity overflows int64 or has a fraction, says its
# documentation, and isInteger() says where it does not. It goes by how the quantity is written: 1 is an integer, 1000m and 1.0, which equal 1, are not.
. "$(dirname "$0")/lib.bash"
cel_in_go github.com/google/cel-go/cel@v0.29.2 k8s.io/apiserver/pkg/cel/library@v0.37.2 'library.Quantity()'
expect "quantities" 'quantity("1").isInteger() -> true
quantity("1000m") == quantity("1") -> true
quantity("1000m").isInteger() -> false
quantity("1.0").isInteger() -> false
quantity("1.0").asInteger() -> <nil>
quantity("1E").isInteger() -> true
quantity("1Ei").isInteger() -> false' "$(./program 'quantity("1").isInteger()' 'quantity("1000m") == quantity("1")' 'quantity("1000m").isInteger()' \
  'quantity("1.0").isInteger()' 'quantity("1.0").asInteger()' 'quantity("1E").isInteger()' 'quantity("1Ei").isInteger()')"
