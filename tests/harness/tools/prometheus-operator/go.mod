// The kinds of the Prometheus operator that the chart makes objects of: their CustomResourceDefinitions lie in this module.
module everynode.dev/tests/harness/tools/prometheus-operator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
