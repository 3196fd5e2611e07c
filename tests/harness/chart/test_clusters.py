"""The clusters that people have: managed ones, small ones, and clusters with other charts beside ours."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.chart import helm, value_sets
from tests.harness.chart.helm import CHART, Objects

KEY = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*):\s*(.*)$")
# Empty, these mean something: no such entry, or neither of the two.
MEANT = ("limits", "requests", "maxUnavailable", "minAvailable")


class Names(unittest.TestCase):
    """YAML does not read 123, 1e3, true and null as text."""

    def test_that_yaml_takes_for_numbers(self) -> None:
        values = {
            "fullnameOverride": "1e3",
            "nameOverride": "null",
            "namespaceOverride": "1234",
            "webhook": {"serviceAccount": {"name": "true"}},
            "metrics": {"podMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}},
            "networkPolicy": {"enabled": True},
        }
        for more in (value_sets.TAKE_OVER, value_sets.CERT_MANAGER, value_sets.HELM):
            objects = Objects(values | more, release="123")  # a name that is no text cannot be parsed
            self.assertEqual({one["metadata"].get("namespace", "1234") for one in objects.all}, {"1234"})
            self.assertEqual({one["metadata"]["labels"]["app.kubernetes.io/instance"] for one in objects.all}, {"123"})
            self.assertEqual(objects.webhook()["clientConfig"]["service"]["namespace"], "1234")
            self.assertEqual(
                objects.get("Deployment", "1e3-webhook")["spec"]["template"]["spec"]["serviceAccountName"], "true"
            )

    def test_every_name_is_in_quotes(self) -> None:
        for name, values in value_sets.ALL.items():
            for line in helm.rendered(values).splitlines():
                if re.match(r"^(  |)(name|namespace|  app.kubernetes.io/instance): [^\"]", line):
                    self.assertRegex(line, r"instance: everynode$", name)


class Emptied(unittest.TestCase):
    """A value without content is the default."""

    def test_all(self) -> None:
        lines = [KEY.match(line) for line in (CHART / "values.yaml").read_text().splitlines()]
        keys = [(len(found[1]) // 2, found[2]) for found in lines if found]
        for depth in (3, 2, 1, 0):
            values: dict = {}
            path: list[str] = []
            for at, key in keys:
                path = [*path[:at], key]
                if at <= depth and not set(MEANT) & set(path):
                    place = values
                    for name in path[:-1]:
                        place[name] = place.get(name) or {}
                        place = place[name]
                    place[key] = None
            with self.subTest(depth):
                self.assertEqual(helm.rendered(values), helm.rendered())

    def test_of_a_dependency(self) -> None:
        with TemporaryDirectory() as directory:
            parent = Path(directory) / "parent"
            parent.mkdir()
            (parent / "charts").mkdir()
            (parent / "charts" / "everynode").symlink_to(CHART)
            (parent / "Chart.yaml").write_text(
                "{apiVersion: v2, name: parent, version: 0.1.0, dependencies: "
                '[{name: everynode, version: "*", condition: everynode.enabled}]}'
            )
            for program in (helm.HELM_3, helm.HELM_4):
                ours = {"enabled": True, "webhook": {"podLabels": None, "maxConnections": None}, "image": None}
                text = helm.rendered({"everynode": ours}, program=program, chart=parent)
                self.assertEqual(text.replace("parent/charts/", ""), helm.rendered(program=program))
                self.assertEqual(
                    helm.rendered({"everynode": {"enabled": False}}, program=program, chart=parent).strip(), ""
                )


class Addresses(unittest.TestCase):
    """The chart accepts the addresses that the process accepts."""

    def test_taken(self) -> None:
        for one in ("10.0.0.9", "[::]", "[fd00::7]", "[1:2:3:4:5:6:7:8]", "[::ffff:10.0.0.9]"):
            self.assertIn(f"--listen={one}:8443", Objects({"listenAddress": one}).arguments("webhook"))

    def test_refused(self) -> None:
        for one in (
            "localhost",
            "::",
            "0.0.0.0:80",
            "1.2.3",
            "01.2.3.4",
            "256.0.0.1",
            "[:::]",
            "[1:2]",
            "[g::]",
            "[0.0.0.0]",
        ):
            self.assertIn("is no IP address", helm.refusal({"listenAddress": one}), one)
        for one in ("127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]"):
            self.assertIn("same pod only", helm.refusal({"listenAddress": one}), one)


class OpenShift(unittest.TestCase):
    def test_ids_are_left_to_the_namespace(self) -> None:
        text = helm.rendered(value_sets.TAKE_OVER, "--api-versions", "security.openshift.io/v1")
        self.assertNotIn("65532", text)
        self.assertEqual(text.count("runAsNonRoot: true"), 3)

    def test_ids_of_the_user_are_kept(self) -> None:
        own = {"webhook": {"podSecurityContext": {"runAsUser": 1000}}}
        objects = Objects(own, "--api-versions", "security.openshift.io/v1")
        context = objects.pod_spec("webhook")["securityContext"]
        self.assertEqual(
            context, {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
        )


class ControlPlanes(unittest.TestCase):
    def test_taints_of_servers_are_tolerated(self) -> None:
        for values in (value_sets.TAKE_OVER, {"reconciler": {"controlPlaneOnly": True}}):
            tolerated = {one["key"] for one in Objects(values).pod_spec("reconciler")["tolerations"]}
            for key in ("CriticalAddonsOnly", "node-role.kubernetes.io/etcd", "node-role.kubernetes.io/control-plane"):
                self.assertIn(key, tolerated)

    def test_network_policy_lets_through_to_the_api_server(self) -> None:
        def ports(**server) -> list[int]:
            values = {"networkPolicy": {"enabled": True}, "reconciler": {"takeOver": True, "apiServer": server}}
            policy = Objects(values).get("NetworkPolicy", "everynode-reconciler")
            return [port["port"] for port in policy["spec"]["egress"][0]["ports"]]

        self.assertEqual(ports(port=8443), [443, 6443, 8443])
        self.assertEqual(ports(**{"from": "address", "address": "10.0.0.1", "port": 7443}), [443, 6443, 7443])
        self.assertEqual(ports(), [443, 6443])
        self.assertEqual(ports(**{"from": "service", "port": 8443}), [443, 6443])

    def test_virtual_nodes_get_no_pod_of_ours(self) -> None:
        for component in ("webhook", "reconciler"):
            for values in ({}, value_sets.TAKE_OVER):
                terms = Objects(values).pod_spec(component)["affinity"]["nodeAffinity"][
                    "requiredDuringSchedulingIgnoredDuringExecution"
                ]["nodeSelectorTerms"]
                self.assertEqual(len(terms), 1)
                wanted = {"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]}
                self.assertIn(wanted, terms[0]["matchExpressions"])
