// Other projects' kinds that the chart makes objects of: their CustomResourceDefinitions lie in these modules.
module everynode.dev/tests/tools/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
