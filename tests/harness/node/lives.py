"""A DaemonSet on the real node, while the node goes through something. The tests choose who its controller is."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import unittest
from collections.abc import Callable, Iterator

from tests.harness.cluster import binary, nodes, pods, waiting
from tests.harness.cluster.control_plane import IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.watch import Watch
from tests.harness.node.logind import Logind
from tests.harness.node.presence import processes
from tests.harness.node.real_node import NAME, RealNode
from tests.harness.node.release import DAEMON_SETS, daemon_set

NODE = f"{nodes.NODES}/{NAME}"
LOOP_SECONDS = 6.0
SOON = 30.0  # seconds from a ready node to a running pod, on a busy machine


class LivesTest(unittest.TestCase):
    cluster: ControlPlane
    kubectl: Kubectl
    node: RealNode
    logind: Logind

    @classmethod
    def setUpClass(cls) -> None:
        cls.logind = cls.node.bring_all()

    @classmethod
    def reconciler(cls, *flags: str) -> contextlib.AbstractContextManager:
        """Ours as the controller. The machine runs it, as it could not run on a node that goes."""
        return Reconciler(
            cls.cluster.kubeconfig, cls.cluster.logs, "--lease-namespace", "default", *flags, name="host-reconciler"
        )

    @contextlib.contextmanager
    def in_tree(self) -> Iterator[None]:
        process = self.cluster.start_controllers("in-tree-beside", [IN_TREE])
        try:
            yield
        finally:
            process.stop()

    def start(self, name: str, **spec: object) -> int:
        """Returns the process of the DaemonSet's pod."""
        document = daemon_set(name)
        own = document["spec"]["template"]["spec"]
        own["containers"][0]["args"] = [name]
        own |= {"tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}], "hostNetwork": True}
        own |= {"terminationGracePeriodSeconds": 1} | spec
        self.cluster.api.create(DAEMON_SETS, document)
        self.addCleanup(self.remove, name)
        waiting.until(lambda: self.is_up(name), f"the pod of {name}")
        return self.process(name)

    def remove(self, name: str) -> None:
        """Without anybody who would make its pods anew."""
        self.cluster.api.delete(f"{DAEMON_SETS}/{name}?propagationPolicy=Background")
        waiting.until(lambda: not self.pods_of(name) and not processes(name), f"the pods of {name} to go")

    def pods_of(self, name: str) -> list[dict]:
        return self.cluster.api.items(f"{pods.PODS}?labelSelector=name%3D{name}")

    def uid(self, name: str) -> str:
        (pod,) = self.pods_of(name)
        return pod["metadata"]["uid"]

    def process(self, name: str) -> int:
        (process,) = processes(name)
        return process

    def is_up(self, name: str) -> bool:
        """There is one pod, the API says that it is ready, and one process."""
        ready = [
            any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
            for pod in self.pods_of(name)
        ]
        return ready == [True] and len(processes(name)) == 1

    def register_anew(self, name: str, go: Callable[[], None]) -> float:
        """Returns how long after the Node was ready the one pod of the DaemonSet ran and was ready, 0 if before."""
        old = self.cluster.api.get(NODE)["metadata"]["uid"]
        go()
        self.kubectl("delete", "node", NAME)
        self.node.start_kubelet()
        waiting.until(self.node.ready, "the node to be ready")
        begin = time.monotonic()
        self.assertNotEqual(self.cluster.api.get(NODE)["metadata"]["uid"], old)
        waiting.until(lambda: self.is_up(name), "its pod to run", SOON)
        return time.monotonic() - begin

    def shut_down(self, name: str) -> int:
        """How many pods were made for a machine that goes down, all of which its kubelet rejects. Then the machine
        stays up after all, and gets its pod."""
        self.start(name)
        if "kubelet" not in self.logind.delayed_by():
            # A kubelet that sees a shutdown cancelled asks for the next delay, and drops it at once.
            self.node.restart_kubelet()
            waiting.until(lambda: "kubelet" in self.logind.delayed_by(), "the kubelet to ask for a delay", 20)
        made: set[str] = set()
        rejected: set[str] = set()

        def happened(what: str, pod: dict) -> None:
            if what == "ADDED":
                made.add(pod["metadata"]["uid"])
            if pod["status"].get("reason") == "NodeShutdown":
                rejected.add(pod["metadata"]["uid"])

        with Watch(self.cluster.api, pods.PODS, f"name%3D{name}", happened=happened):
            self.logind.power_off()
            waiting.until(lambda: not processes(name), "its process to end", 20)
            time.sleep(LOOP_SECONDS)
            before = set(made)
            self.logind.cancel()
            begin = time.monotonic()
            waiting.until(lambda: self.is_up(name), "its pod to run", 60)
        print(f"{name}: {len(before)} made, up {time.monotonic() - begin:.1f} s after the machine had stayed")
        self.assertLessEqual(len(before - rejected), 1, "the kubelet took what was made while the machine went down")
        return len(before)

    def why(self, name: str) -> str:
        """What `explain` says of the node."""
        options = ["-n", "default", "-o", "json", "--kubeconfig", self.cluster.kubeconfig]
        command = [binary.path(), "explain", f"ds/{name}", *options]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return next(one["why"] for one in told["nodes"] if one["node"] == NAME)

    def phase(self, name: str) -> str | None:
        found = [one for one in self.cluster.api.items(pods.PODS) if one["metadata"]["name"] == name]
        return found[0]["status"]["phase"] if found else None


def bare_pod(name: str) -> dict:
    spec = daemon_set("x")["spec"]["template"]["spec"] | {"hostNetwork": True, "terminationGracePeriodSeconds": 1}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
