#!/usr/bin/env bash
# Python's kubernetes-validate 1.37.0 (schemas of Kubernetes 1.37): a null, which stands for a field that is not set, is refused where a number or a
# text may stand, as of maxUnavailable, since it would be right as either. Elsewhere it is taken, and so is "abc" as a quantity.
. "$(dirname "$0")/lib.bash"
python_with kubernetes-validate==1.37.0
cat >ask.py <<'PY'
import kubernetes_validate


def ask(what, strategy, container):
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i", **container}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template, "updateStrategy": {"rollingUpdate": strategy}}
    try:
        kubernetes_validate.validate({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "d"}, "spec": spec}, "1.37")
        print(what, "is taken")
    except kubernetes_validate.ValidationError as error:
        print(what, "is refused:", ".".join(map(str, error.path)))


ask("command: null", {}, {"command": None})
ask("maxUnavailable: 1", {"maxUnavailable": 1}, {})
ask("maxUnavailable: null", {"maxUnavailable": None}, {})
ask("cpu: abc", {}, {"resources": {"requests": {"cpu": "abc"}}})
PY
expect "fields of a DaemonSet" "command: null is taken
maxUnavailable: 1 is taken
maxUnavailable: null is refused: spec.updateStrategy.rollingUpdate.maxUnavailable
cpu: abc is taken" "$(venv/bin/python ask.py)"
