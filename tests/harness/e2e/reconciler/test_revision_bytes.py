"""The data of a revision is what Kubernetes' own controller writes, byte for byte (requirements 9.1, 9.2 and 9.3)."""

from __future__ import annotations

from tests.harness.cluster import waiting
from tests.harness.e2e.reconciler import daemon
from tests.harness.e2e.reconciler.daemon import Daemon
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

TEXT = "<a> & 'b' \u2028\u2029 \"quoted\" \\ \b\f\n\r\t \x01\x1f \x7f é 日本 \U0001f600"
TEMPLATE = {
    "nodeSelector": {"kubernetes.io/hostname": SHARED[0]},
    "terminationGracePeriodSeconds": 0,
    "activeDeadlineSeconds": None,
    "securityContext": {
        "runAsUser": 2147483647,
        "fsGroup": 0,
        "sysctls": [{"name": "kernel.shm_rmid_forced", "value": "0"}],
    },
    "priority": None,
    "tolerations": [
        {"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9223372036854775807},
        {"key": "l", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": -9007199254740993},
    ],
    "affinity": {
        "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 1,
                    "preference": {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b", "a"]}]},
                }
            ]
        }
    },
    "containers": [
        {
            "name": "agent",
            "image": "example.org/agent:1",
            "args": [TEXT, ""],
            "command": [],
            "env": [
                {"name": "B", "value": TEXT},
                {"name": "A"},
                {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            ],
            # As numbers and as texts: the API server converts each to text and keeps that.
            "resources": {
                "requests": {"cpu": 0.5, "memory": 1e6, "example.org/z": "3"},
                "limits": {"cpu": "1500m", "memory": 1.5e9, "example.org/z": 3, "ephemeral-storage": "0.1Gi"},
            },
            "ports": [{"containerPort": 65535, "name": "z"}],
            "livenessProbe": {"httpGet": {"path": "/?a=1&b=<2>", "port": "z"}, "periodSeconds": 2147483647},
        }
    ],
    "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "c", "defaultMode": 0o644}}],
}
ANNOTATIONS = {"b/z": TEXT, "a": '{"nested":{"z":1.50,"a":[1e400,{"<":null}]}}', "A": ""}


class RevisionBytes(ReconcilerTest):
    def test_are_those_of_the_in_tree_controller(self):
        with self.away(), self.in_tree_controller():
            theirs = self.data_of(self.make("bytes-theirs"))
        ours = self.data_of(self.make("bytes-ours"))
        self.assertIn(r"\u003ca\u003e \u0026 'b' \u2028\u2029 ", theirs)
        self.assertIn('"tolerationSeconds":9223372036854775807', theirs)
        self.assertIn('"cpu":"500m"', theirs)
        self.assertEqual(ours, theirs)

    def make(self, namespace: str) -> Daemon:
        """The same DaemonSet, in a namespace of its own."""
        document = daemon.document("bytes", namespace=self.create_namespace(namespace), template=TEMPLATE)
        document["spec"]["template"]["metadata"]["annotations"] = ANNOTATIONS
        return self.create_document(document)

    def data_of(self, one: Daemon) -> str:
        """The data of its only revision, as the API server sends it."""
        (revision,) = waiting.until(one.revisions, "the revision", 20)
        connection, response = self.api.open(
            f"/apis/apps/v1/namespaces/{one.namespace}/controllerrevisions/{revision['metadata']['name']}"
        )
        try:
            text = response.read().decode()
        finally:
            connection.close()
        return text[text.index('"data":{"spec"') : text.rindex(',"revision":')]
