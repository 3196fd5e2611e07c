"""What Everynode takes a kubelet for: what it rejects and how, what it writes of a pod that ends, and how it ends
one. Seen in Kubernetes v1.37.2 with containerd; the source is `pkg/kubelet` there. `python3 -m tests.harness.node`
runs them, on its real node."""

from __future__ import annotations

import json
import signal
import time

from tests.harness.cluster import nodes, pods, waiting
from tests.harness.cluster.watch import Watch
from tests.harness.node.images import PAUSE
from tests.harness.node.logind import Logind
from tests.harness.node.presence import Presence, processes
from tests.harness.node.real_node import NAME, RealNode
from tests.reality.environment import RealityTest

NODE = f"{nodes.NODES}/{NAME}"
MIRROR = "kubernetes.io/config.mirror"
SLOW_SECONDS = 1  # what a container does before it lets itself be ended


class Kubelet(RealityTest):
    node: RealNode
    logind: Logind

    @classmethod
    def setUpClass(cls) -> None:
        cls.logind = cls.node.bring_all()

    # --- what it rejects ---

    def test_it_looks_at_affinity_itself(self) -> None:
        """A pod that is bound to it against its own affinity, as by a nodeName, has Failed for good: the reason
        NodeAffinity, no container status; nobody takes it away. `lifecycle/predicate.go`."""
        for number, affinity in enumerate(
            (
                pods.required(pods.field_term("elsewhere")),
                pods.required({"matchExpressions": [pods.requirement("no", "In", "label")]}),
            )
        ):
            with self.subTest(number):
                status = self.rejected(affinity=affinity)
                self.assertEqual(status["reason"], "NodeAffinity")
                self.assertIn("didn't match Pod's node affinity", status["message"])

    def test_it_looks_at_resources_and_ports_itself(self) -> None:
        """OutOfcpu, and NodePorts for one that is taken: `lifecycle/predicate.go`."""
        much = container("x") | {"resources": {"requests": {"cpu": "1000"}}}
        self.assertEqual(self.rejected(containers=[much])["reason"], "OutOfcpu")
        port = {"ports": [{"containerPort": 4711, "hostPort": 4711}]}
        self.run_pod("taken", containers=[container("taken") | port])
        self.assertEqual(self.rejected(containers=[container("x") | port])["reason"], "NodePorts")

    def test_it_minds_taints_only_with_noexecute(self) -> None:
        """TaintToleration; a NoSchedule taint, and so a cordon, is the scheduler's: `lifecycle/predicate.go`."""
        self.addCleanup(self.kubectl, "taint", "node", NAME, "reality-")
        self.kubectl("taint", "node", NAME, "reality=true:NoSchedule")
        self.run_pod("untolerated")
        controllers = self.cluster.processes["kube-controller-manager"]
        controllers.send(signal.SIGSTOP)  # the taint manager would be as fast
        self.addCleanup(controllers.send, signal.SIGCONT)
        self.kubectl("taint", "node", NAME, "reality=true:NoExecute")
        self.assertEqual(self.rejected()["reason"], "TaintToleration")

    # --- what it makes itself ---

    def test_a_static_pod_has_a_mirror(self) -> None:
        """Its annotation says so; its owner is the Node, as a controller; it tolerates all NoExecute taints. Who
        deletes it deletes nothing: it comes again under its name with another UID, and the container goes on:
        `pod/mirror_client.go`."""
        manifest = self.node.manifests / "static.yaml"
        spec = pod_spec("static") | {"hostNetwork": True}
        manifest.write_text(
            json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "static"}, "spec": spec})
        )
        self.addCleanup(waiting.until, lambda: not processes("static"), "the static pod to go")
        self.addCleanup(manifest.unlink)
        pod = waiting.until(lambda: self.found(f"static-{NAME}"), "the mirror", 20)
        self.assertIn(MIRROR, pod["metadata"]["annotations"])
        (owner,) = pod["metadata"]["ownerReferences"]
        self.assertEqual((owner["kind"], owner["name"], owner["controller"]), ("Node", NAME, True))
        self.assertIn(("", "NoExecute"), pods.tolerated_taints(pod))
        running = waiting.until(lambda: processes("static"), "its process")
        self.api.delete(f"{pods.PODS}/static-{NAME}")
        again = waiting.until(
            lambda: (found := self.found(f"static-{NAME}"))
            and found["metadata"]["uid"] != pod["metadata"]["uid"]
            and found,
            "another mirror",
            20,
        )
        self.assertIn(MIRROR, again["metadata"]["annotations"])
        self.assertEqual(processes("static"), running)

    # --- how it ends a pod ---

    def test_what_ends_in_order_has_succeeded_before_it_is_gone(self) -> None:
        """Also where its restartPolicy is Always, as a DaemonSet's: phase Succeeded if all exit codes are 0, else
        Failed, with the deletionTimestamp, and only then is it gone: KEP-3329; `kubelet_pods.go`,
        `status/status_manager.go`."""
        name, last = self.run_pod("ended"), {}
        path = f"{pods.PODS}/{name}"
        with Watch(self.api, pods.PODS, f"name%3D{name}", happened=lambda _, pod: last.update(pod)):
            self.api.ask("DELETE", path)
            waiting.until(lambda: not self.found(name), "the pod to go", 20)
            waiting.until(lambda: last["status"]["phase"] != "Running", "the watch", 5)
        self.assertEqual(last["status"]["phase"], "Succeeded")
        self.assertIn("deletionTimestamp", last["metadata"])
        self.assertEqual(last["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"], 0)
        ready = next(one for one in last["status"]["conditions"] if one["type"] == "Ready")
        self.assertEqual((ready["status"], ready["reason"]), ("False", "PodCompleted"))

    def test_a_pod_is_there_until_its_last_container_has_ended(self) -> None:
        """It is not gone for the API before: who waits for that never has two. `kubelet_pods.go`,
        `syncTerminatedPod`."""
        begin, name = self.slow_pod(grace=30)
        self.api.ask("DELETE", f"{pods.PODS}/{name}")
        waiting.until(lambda: not self.found(name), "the pod to go", 20)
        self.assertFalse(processes(name))
        self.assertGreaterEqual(time.monotonic() - begin, SLOW_SECONDS)

    def test_without_grace_a_pod_is_gone_before_its_process(self) -> None:
        """Its name and its place are free for the API at once; the kubelet hears of it afterwards."""
        _, name = self.slow_pod(grace=30)
        self.delete_now(f"{pods.PODS}/{name}")
        self.assertIsNone(self.found(name))
        self.assertEqual(len(processes(name)), 1)
        waiting.until(lambda: not processes(name), "its process to end", 20)

    def test_a_kubelet_says_nothing_when_it_is_stopped_and_may_run_two_when_it_is_back(self) -> None:
        """The conditions of the node and of its pods stay as they are until the node lifecycle controller misses its
        lease. It may start new pods before it ends those that were deleted without grace meanwhile (seen both ways):
        so whoever deletes without grace has to know that the machine is off. `pod_workers.go`, `kubelet_pods.go`
        `HandlePodCleanups`."""
        name, before = self.run_pod("both"), self.node.conditions()
        old = processes("both")
        self.node.stop_kubelet()
        self.assertEqual((self.node.conditions(), before["Ready"]), (before, "True"))
        self.assertTrue(pods_ready(self.found(name)))
        self.delete_now(f"{pods.PODS}/{name}")
        self.create(pods.PODS, labelled(self.name("both"), pod_spec("both") | {"nodeName": NAME}))
        with Presence("both") as presence:
            self.node.start_kubelet()
            waiting.until(lambda: processes("both").isdisjoint(old), "the old one to end", 20)
            waiting.until(lambda: len(processes("both")) == 1, "the new one to run", 20)
        print(f"{presence.most} at one time")

    # --- what it says when it goes ---

    def test_a_machine_that_goes_down_is_a_message(self) -> None:
        """Ready is False with the reason KubeletNotReady, of which the message alone says why; no condition of
        KEP-5683 is written. What ends in order has Succeeded, whatever its restartPolicy, with the condition
        DisruptionTarget; what comes now has Failed with the reason NodeShutdown:
        `nodeshutdown/nodeshutdown_manager_linux.go`, `nodestatus/setters.go`. Without logind none of this happens."""
        if "kubelet" not in self.logind.delayed_by():
            self.node.restart_kubelet()  # a shutdown that was cancelled has cost it its delay
        name = self.run_pod("down")
        waiting.until(lambda: "kubelet" in self.logind.delayed_by(), "the kubelet to ask for a delay", 20)
        self.logind.power_off()
        self.addCleanup(waiting.until, self.node.ready, "the node to be ready")
        self.addCleanup(self.logind.cancel)
        ready = waiting.until(
            lambda: (one := self.ready_condition())["status"] == "False" and one, "the node to say so"
        )
        self.assertEqual((ready["reason"], ready["message"]), ("KubeletNotReady", "node is shutting down"))
        self.assertNotIn("GracefulNodeShutdownInProgress", self.node.conditions())
        status = waiting.until(
            lambda: (one := self.status_of(name))["phase"] != "Running" and one, "the pod to end", 20
        )
        self.assertEqual(status["phase"], "Succeeded")
        target = next(one for one in status["conditions"] if one["type"] == "DisruptionTarget")
        self.assertEqual((target["status"], target["reason"]), ("True", "TerminationByKubelet"))
        self.assertEqual(self.rejected()["reason"], "NodeShutdown")

    # --- what they have in common ---

    def rejected(self, **spec: object) -> dict:
        """The status of a pod that is bound to the node, and which its kubelet does not take."""
        name = self.name("rejected")
        self.create(pods.PODS, labelled(name, pod_spec(name) | {"nodeName": NAME} | spec))
        status = waiting.until(lambda: (one := self.status_of(name))["phase"] == "Failed" and one, "the kubelet", 20)
        self.assertNotIn("containerStatuses", status)
        return status

    def run_pod(self, prefix: str, **spec: object) -> str:
        return self.run_named(self.name(prefix), prefix, **spec)

    def run_named(self, name: str, word: str, **spec: object) -> str:
        """Bound past the scheduler. Returns its name once it runs."""
        self.create(pods.PODS, labelled(name, pod_spec(word) | {"nodeName": NAME} | spec))
        waiting.until(lambda: pods_ready(self.found(name)), f"{name} to run", 20)
        return name

    def slow_pod(self, grace: int) -> tuple[float, str]:
        """A pod that is in no hurry to end."""
        name = self.name("slow")
        hook = {"lifecycle": {"preStop": {"sleep": {"seconds": SLOW_SECONDS}}}}
        self.run_named(name, name, containers=[container(name) | hook], terminationGracePeriodSeconds=grace)
        return time.monotonic(), name

    def found(self, name: str) -> dict | None:
        return next((one for one in self.api.items(pods.PODS) if one["metadata"]["name"] == name), None)

    def status_of(self, name: str) -> dict:
        return self.api.get(f"{pods.PODS}/{name}")["status"]

    def ready_condition(self) -> dict:
        return next(one for one in self.api.get(NODE)["status"]["conditions"] if one["type"] == "Ready")


def container(word: str) -> dict:
    return {"name": "agent", "image": PAUSE, "imagePullPolicy": "Never", "args": [word]}


def pod_spec(word: str) -> dict:
    return {"containers": [container(word)], "terminationGracePeriodSeconds": 1}


def labelled(name: str, spec: dict) -> dict:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"name": name}}, "spec": spec}


def pods_ready(pod: dict | None) -> bool:
    return pod is not None and any(
        one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", [])
    )
