"""metrics-server, and `kubectl top` by it: daemon pods and the chart's own have figures, beside either controller."""

from __future__ import annotations

import contextlib
import json
import ssl

from tests.harness.chart import helm
from tests.harness.chart.helm import NAMESPACE
from tests.harness.cluster import control_plane, nodes, waiting
from tests.harness.cluster.api import ApiError
from tests.harness.cluster.control_plane import ADMIN, answers_ok
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.neighbours.environment import CONTROLLERS, DAEMON_SETS, HERE, NODES, NeighboursTest, daemon_set
from tests.harness.tools import binaries

MEASURED, RELEASE = "measured", "measured"
SERVICES, API_SERVICES = "/api/v1/namespaces/kube-system/services", "/apis/apiregistration.k8s.io/v1/apiservices"
API = "v1beta1.metrics.k8s.io"
USED = {"kwok.x-k8s.io/usage-cpu": "250m", "kwok.x-k8s.io/usage-memory": "64Mi"}


class MetricsServer(NeighboursTest):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.start_kubelet()
        cls.start_server()

    def test_top_shows_daemon_pods(self) -> None:
        for which in CONTROLLERS:
            with self.subTest(which), self.controller(which):
                name = self.name("measured")
                document = daemon_set(name)
                document["spec"]["template"]["metadata"]["annotations"] = USED
                self.api.create(DAEMON_SETS, document)
                self.addCleanup(self.remove, name)
                waiting.until(lambda one=name: self.running_on(one) == {*NODES, MEASURED}, "its pods", 60)
                figures = self.figures("pod", f"--selector=name={name}")
                ((_, cpu, memory),) = figures
                self.assertAlmostEqual(int(cpu.removesuffix("m")), 250, delta=10)
                self.assertEqual(memory, "64Mi")
                node = next(one for one in self.figures("node") if one[0] == MEASURED)
                self.assertRegex(" ".join(node), rf"^{MEASURED} \d+m \d+% \d+Mi \d+%$")
                self.told(
                    "top pod and top node, for a daemon pod on a node that tells its use",
                    which,
                    "shows what it uses, 250m and 64Mi",
                )
                self.remove(name)

    def test_top_shows_the_pods_of_the_chart(self) -> None:
        here = {"nodeSelector": {"kubernetes.io/hostname": MEASURED}}
        values = {"webhook": here | {"spread": False}, "reconciler": here, "networkPolicy": {"enabled": True}}
        manifest = helm.rendered(values, "--no-hooks", release=RELEASE)
        documents = [one for one in helm.parsed(manifest) if one["kind"] != "CustomResourceDefinition"]
        manifest = "\n---\n".join(map(json.dumps, documents))
        self.kubectl("apply", "-f", "-", stdin=manifest)
        self.addCleanup(self.kubectl, "delete", "--wait", "-f", "-", stdin=manifest)
        wanted = sum(one["spec"]["replicas"] for one in documents if one["kind"] == "Deployment")
        selector = f"--selector=app.kubernetes.io/instance={RELEASE}"
        figures = self.figures("pod", f"--namespace={NAMESPACE}", selector, count=wanted)
        self.told(
            "top pod, for the chart's own pods",
            "with its NetworkPolicy and quota",
            f"{len(figures)} of {wanted} have figures",
        )

    # --- what they have in common ---

    def figures(self, *what: str, count: int = 1) -> list[list[str]]:
        """The lines of `kubectl top`; figures of a pod come after two scrapes."""
        found: list[list[str]] = []

        def shown() -> bool:
            with contextlib.suppress(Exception):
                done = self.kubectl("top", *what, "--no-headers")
                found[:] = [line.split() for line in done.stdout.splitlines()]
            return len(found) >= count

        waiting.until(shown, f"figures of {what}", 90, 1)
        return found

    def told(self, does: str, beside: str, outcome: str) -> None:
        self.tell(f"metrics-server {binaries.ALL['metrics-server'].version}", does, beside, outcome)

    @classmethod
    def start_kubelet(cls) -> None:
        """A KWOK of its own, which plays the kubelet of one node that tells what is used."""
        (port,) = free_ports(1)
        stages = sorted((control_plane.HERE / "kwok").glob("*.yaml"))
        pki = cls.cluster.pki
        process = cls.cluster.run(
            "kwok-measured",
            [
                binaries.built("kwok"),
                f"--kubeconfig={cls.cluster.kubeconfig}",
                "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=measured",
                f"--node-ip={HOST}",
                f"--node-port={port}",
                f"--server-address={HOST}:{port}",
                f"--tls-cert-file={pki.certificate('server')}",
                f"--tls-private-key-file={pki.key('server')}",
                *(f"--config={one}" for one in (*stages, HERE / "kubelet_metrics.yaml")),
            ],
        )
        process.wait_ready(lambda: answers_ok(f"http://{HOST}:{port}/healthz"))
        cls.addClassCleanup(process.stop)
        node = nodes.node(MEASURED)
        node["metadata"]["annotations"] = {
            "kwok.x-k8s.io/node": "measured",
            "metrics.k8s.io/resource-metrics-path": f"/metrics/nodes/{MEASURED}/metrics/resource",
        }
        nodes.add(cls.cluster.api, [node])
        cls.addClassCleanup(cls.cluster.api.delete, f"{nodes.NODES}/{MEASURED}")
        cls.port_of_kubelet = port

    @classmethod
    def start_server(cls) -> None:
        (port,) = free_ports(1)
        pki, kubeconfig = cls.cluster.pki, cls.cluster.kubeconfig
        process = cls.cluster.run(
            "metrics-server",
            [
                binaries.built("metrics-server"),
                f"--kubeconfig={kubeconfig}",
                f"--authentication-kubeconfig={kubeconfig}",
                f"--authorization-kubeconfig={kubeconfig}",
                f"--bind-address={HOST}",
                f"--secure-port={port}",
                f"--tls-cert-file={pki.certificate('server')}",
                f"--tls-private-key-file={pki.key('server')}",
                f"--kubelet-certificate-authority={pki.certificate('ca')}",
                f"--kubelet-port={cls.port_of_kubelet}",
                "--kubelet-preferred-address-types=InternalIP",
                f"--node-selector=kubernetes.io/hostname={MEASURED}",
                "--metric-resolution=10s",
                "--kubelet-request-timeout=5s",
            ],
        )
        context = ssl.create_default_context(cafile=pki.certificate("ca"))
        process.wait_ready(lambda: answers_ok(f"https://{HOST}:{port}/livez", context))
        cls.addClassCleanup(process.stop)
        cls.register(port)

    @classmethod
    def register(cls, port: int) -> None:
        """With the API server, which finds it by a Service of a name: there is no network of Services here."""
        api, name = cls.cluster.api, "metrics-server"
        api.create(
            SERVICES, {"metadata": {"name": name}, "spec": {"type": "ExternalName", "externalName": "localhost"}}
        )
        cls.addClassCleanup(api.delete, f"{SERVICES}/{name}")
        service = {"name": name, "namespace": "kube-system", "port": port}
        spec = {"group": "metrics.k8s.io", "version": "v1beta1", "service": service, "insecureSkipTLSVerify": True}
        document = {"metadata": {"name": API}, "spec": spec | {"groupPriorityMinimum": 100, "versionPriority": 100}}
        api.create(API_SERVICES, document)
        cls.addClassCleanup(api.delete, f"{API_SERVICES}/{API}")
        waiting.until(cls.served, "the API server to pass requests on to it", 60)

    @classmethod
    def served(cls) -> bool:
        try:
            cls.cluster.api.get("/apis/metrics.k8s.io/v1beta1/nodes")
        except ApiError:
            return False
        return True
