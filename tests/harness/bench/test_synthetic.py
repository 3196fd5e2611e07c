"""The synthetic API server, seen by the real kubectl and by both controllers. Needs the binaries of the benchmark and a
Go compiler, so it is no part of CI.

Usage: python3 -m unittest tests.harness.bench.test_synthetic
"""

from __future__ import annotations

import json
import signal
import unittest
import urllib.request

from tests.harness.bench import synthetic_bench
from tests.harness.bench.reconciler_results import EVERYNODE, IN_TREE
from tests.harness.bench.synthetic_cluster import Size, SyntheticCluster, synthetic_cluster
from tests.harness.cluster import waiting
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.tools import binaries

SIZE = Size(20, 2)


def names(listed: str) -> list[str]:
    return listed.split()


class KubectlCase(unittest.TestCase):
    def setUp(self) -> None:
        self.cluster = self.enterContext(synthetic_cluster(SIZE))
        self.kubectl = Kubectl(self.cluster.kubeconfig)

    def get(self, *arguments: str) -> str:
        return self.kubectl("get", "-n", "kube-system", *arguments).stdout

    def test_lists_in_pages(self) -> None:
        pods = names(self.get("pods", "-o", "name", "--chunk-size", "7"))
        self.assertEqual(len(set(pods)), SIZE.pods)
        self.assertEqual(len(pods), SIZE.pods)

    def test_selects(self) -> None:
        pods = names(self.get("pods", "-o", "name", "-l", "app.kubernetes.io/name=agent-1"))
        self.assertEqual(len(pods), SIZE.nodes)
        self.assertTrue(all(name.startswith("pod/agent-1-") for name in pods))

    def test_gets_objects_of_a_real_size(self) -> None:
        name = names(self.get("pods", "-o", "name"))[0]
        pod = json.loads(self.get(name, "-o", "json", "--show-managed-fields"))
        node = names(self.get("nodes", "-o", "name"))[0].removeprefix("node/")
        self.assertEqual(pod["spec"]["nodeName"], node)
        self.assertGreater(len(json.dumps(pod)), 6000)
        self.assertEqual(pod["status"]["phase"], "Running")
        self.assertGreater(len(self.get("node", node, "-o", "json")), 8000)

    def test_tells_watches(self) -> None:
        kubectl = [binaries.built("kubectl"), "--kubeconfig", self.cluster.kubeconfig]
        cache = ["--cache-dir", self.cluster.directory / "kubectl-cache"]
        watch = self.cluster.run("watch", [*kubectl, *cache, "get", "nodes", "--watch-only", "-o", "name"])
        waiting.until(lambda: self.added_node() in watch.log.read_text(), "the watch to tell of a new node", 20, 0.5)

    def added_node(self) -> str:
        self.cluster.control("probe", kind="node", count=1)
        return names(self.get("nodes", "-o", "name"))[-1]

    def test_refuses_a_watch_from_long_ago(self) -> None:
        with urllib.request.urlopen(f"{self.cluster.address}/api/v1/pods?watch=1&resourceVersion=7") as answer:
            event = json.loads(answer.readline())
        self.assertEqual((event["type"], event["object"]["code"]), ("ERROR", 410))


class ControllerCase(unittest.TestCase):
    """Also shows that both read our protobuf, and that we read theirs."""

    def test_everynode(self) -> None:
        self.creates_and_rolls(EVERYNODE)

    def test_in_tree(self) -> None:
        self.creates_and_rolls(IN_TREE)

    def creates_and_rolls(self, controller: str) -> None:
        cluster = self.enterContext(synthetic_cluster(SIZE, "--empty"))
        process = synthetic_bench.SUBJECTS[controller](cluster)
        kubectl = Kubectl(cluster.kubeconfig)
        self.await_ready(cluster, SIZE.pods)
        kubectl("set", "image", "-n", "kube-system", "daemonset/agent-0", "agent=example.org/agent:v2")
        kubectl("rollout", "status", "-n", "kube-system", "daemonset/agent-0", "--timeout", "60s")
        self.await_ready(cluster, SIZE.pods)
        images = names(kubectl("get", "pods", "-A", "-o", "jsonpath={.items[*].spec.containers[0].image}").stdout)
        self.assertEqual(images.count("example.org/agent:v2"), SIZE.nodes)
        self.assertEqual(len(images), SIZE.pods)
        self.acts_again_after_a_crash(cluster, controller, process)

    def acts_again_after_a_crash(self, cluster: SyntheticCluster, controller: str, process) -> None:
        process.send(signal.SIGKILL)
        process.wait()
        cluster.control("lack", pods=1)
        cluster.control("forget")
        process = synthetic_bench.SUBJECTS[controller](cluster)
        cluster.await_deeds(process, 60)
        self.await_ready(cluster, SIZE.pods)
        for kind, actions in (("node", 2 * SIZE.daemon_sets), ("pod", 2), ("taint", 2 * SIZE.daemon_sets)):
            with self.subTest(kind):
                self.assertEqual(len(cluster.probe(kind, 2, 0.5)), actions)

    def await_ready(self, cluster: SyntheticCluster, count: int) -> None:
        waiting.until(lambda: cluster.control("ready") == count, f"{count} ready pods", 60, 0.2)


if __name__ == "__main__":
    unittest.main()
