"""What Everynode says about a DaemonSet that Kubernetes cannot say."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator

from tests.harness.cluster import binary, waiting
from tests.harness.cluster.terminal import Terminal
from tests.harness.e2e.reconciler.daemon import Daemon, is_running, rolling, uid_of
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest

NEVER_READY = {"everynode.dev/simulated-readiness": "never"}


class Explain(ReconcilerTest):
    def test_a_complete_daemon_set(self):
        daemon = self.create(self.name("explained"))
        daemon.wait_on(*SHARED)
        told = json.loads(self.everynode("explain", "daemonset", daemon.name, "-o", "json").stdout)
        self.assertTrue(told["complete"])
        self.assertEqual((told["desired"], told["revision"]), (len(SHARED), 1))
        states = {node["node"]: node["state"] for node in told["nodes"]}
        self.assertEqual({states[name] for name in SHARED}, {"updated"})

    def test_a_rollout_that_hangs(self):
        daemon = self.create(self.name("hangs"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        self.begin_to_hang(daemon)
        watched = self.everynode(
            "rollout", "watch", "daemonset", daemon.name, "--interval", "1", "--timeout", "10", code=1
        )
        self.assertIn("starting", watched.stderr)
        text = self.everynode("explain", "ds", daemon.name).stdout
        self.assertIn("1 starting", text)
        self.assertIn("waits for its turn: 1 of 3 nodes have no available pod, maxUnavailable is 1", text)

    def test_what_is_not_there(self):
        self.assertIn("NotFound", self.everynode("explain", "ds", "nobody", code=2).stderr)
        daemon = self.create(self.name("explained"))
        self.assertIn(
            "there is no node nowhere", self.everynode("explain", "ds", daemon.name, "--node", "nowhere", code=2).stderr
        )

    def test_a_pod_that_is_refused(self):
        """By a quota, whoever the controller is: the events tell it, and the condition that only Everynode writes."""
        for controller in (contextlib.nullcontext, self.only_in_tree_controller):
            with self.subTest(controller.__name__), controller():
                namespace, daemon = self.refused()
                waiting.until(lambda: daemon.events("FailedCreate"), "the refusal")
                told = json.loads(self.everynode("explain", f"ds/{daemon.name}", "-n", namespace, "-o", "json").stdout)
                missing = [node for node in told["nodes"] if node["state"] == "missing"]
                self.assertEqual({node["node"] for node in missing}, set(SHARED))
                for node in missing:
                    self.assertIn("its pod is refused: forbidden: exceeded quota: none", node["why"])
                    self.assertEqual(node["trouble"], "not created")
                self.assertIn("exceeded quota", told["refusal"]["message"])
                text = self.everynode("explain", f"ds/{daemon.name}", "-n", namespace).stdout
                self.assertIn("the API server refuses its pods", text)
                self.assertNotIn("about to be created", text)
                target = (f"ds/{daemon.name}", "-n", namespace)
                watched = self.everynode("rollout", "watch", *target, "--timeout", "10", code=1)
                self.assertIn("exceeded quota", watched.stderr)

    def test_a_pod_that_is_tried(self):
        namespace, daemon = self.refused()
        target = (f"ds/{daemon.name}", "-n", namespace, "--try")
        refused = self.everynode("explain", *target, "--node", SHARED[1], code=1)
        self.assertIn(f"the API server refuses a pod for {SHARED[1]}: 403 Forbidden: pods ", refused.stdout)
        self.assertIn("exceeded quota: none", refused.stdout)
        self.api.delete(f"/api/v1/namespaces/{namespace}/resourcequotas/none")
        warns = {"metadata": {"labels": {"pod-security.kubernetes.io/warn": "restricted"}}}
        self.api.merge(f"/api/v1/namespaces/{namespace}", warns)
        daemon.wait_on(*SHARED)
        taken = waiting.until(lambda: self.tried(target), "the warning of PodSecurity")
        self.assertEqual((taken["taken"], taken["node"]), (True, SHARED[0]))
        self.assertIn('would violate PodSecurity "restricted:latest"', taken["warnings"][0])
        self.assertTrue(any(change.startswith("add /spec/volumes") for change in taken["changes"]), taken)
        self.assertEqual(len(daemon.pods()), len(SHARED), "none was created")

    def tried(self, target: tuple[str, ...]) -> dict | None:
        told = json.loads(self.everynode("explain", *target, "-o", "json").stdout)["try"]
        return told if told["warnings"] else None

    def test_all_namespaces(self):
        namespace, refused = self.refused()
        complete = self.create(self.name("complete"))
        complete.wait_on(*SHARED)
        waiting.until(lambda: refused.events("FailedCreate"), "the refusal")
        lines = self.everynode("explain", "ds", "-A", namespaced=False).stdout.splitlines()
        rows = {tuple(line.split()[:2]): line for line in lines}
        self.assertEqual(lines[0].split(), ["NAMESPACE", "NAME", "NODES", "UPDATED", "AVAILABLE", "WHY"])
        self.assertEqual(rows["default", complete.name].split()[2:], ["3", "3", "3"])
        self.assertIn("exceeded quota", rows[namespace, refused.name])
        told = json.loads(self.everynode("explain", "ds", "-A", "-o", "json", namespaced=False).stdout)
        self.assertIn(complete.name, [one["name"] for one in told["daemonSets"]])

    def test_yaml_that_kubectl_reads_back(self):
        daemon = self.create(self.name("explained"))
        daemon.wait_on(*SHARED)
        outputs = [self.everynode("explain", f"ds/{daemon.name}", "-o", output).stdout for output in ("json", "yaml")]
        read = [self.kubectl_reads(text) for text in outputs]
        self.assertEqual(*read)
        self.assertEqual(read[0]["data"]["name"], daemon.name)

    def kubectl_reads(self, text: str) -> dict:
        """An object of the API with the text in it, read by kubectl."""
        indented = "".join(f"  {line}\n" for line in text.splitlines())
        document = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: told}}\ndata:\n{indented}"
        done = self.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-", stdin=document)
        return json.loads(done.stdout)

    def test_what_changes_while_somebody_watches(self):
        daemon = self.create(self.name("followed"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        with self.started("explain", f"ds/{daemon.name}", "-w") as process:
            self.read_until(process, "3 updated")
            daemon.set_image("2")
            self.read_until(process, "updated")
            daemon.wait_on(*SHARED)
            self.api.delete(daemon.path)
            self.assertEqual(process.wait(60), 1)
            self.assertIn("NotFound", process.stderr.read())

    def test_colours(self):
        """On a terminal, for who wants them, and nothing else that a terminal obeys."""
        daemon = self.create(self.name("coloured"))
        daemon.wait_on(*SHARED)
        where = ["-n", "default", "--kubeconfig", self.cluster.kubeconfig]
        command = [binary.path(), "explain", f"ds/{daemon.name}", *where]
        for env, colours in (
            ({"TERM": "xterm"}, True),
            ({"TERM": "xterm", "NO_COLOR": ""}, True),
            ({"TERM": "xterm", "NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
        ):
            with self.subTest(str(env)), Terminal(command, ".", env) as terminal:
                self.assertEqual(terminal.end(), 0, terminal.shown)
                self.assertEqual(terminal.shown.count("\x1b[32mupdated"), len(SHARED) if colours else 0)
                ends = terminal.shown.count("\x1b[0m")  # of whatever nodes there are
                self.assertGreaterEqual(ends, len(SHARED) if colours else 0)
                self.assertEqual(terminal.shown.count("\x1b"), 2 * ends)

    def test_a_stream_of_objects(self):
        daemon = self.create(self.name("streamed"), strategy=rolling(unavailable=1))
        daemon.wait_on(*SHARED)
        self.begin_to_hang(daemon)
        command = ("rollout", "watch", f"ds/{daemon.name}", "-o", "json", "--interval", "1", "--timeout", "10")
        lines = self.everynode(*command, code=1).stdout.splitlines()
        last = json.loads(lines[-1])
        self.assertFalse(last["rolledOut"])
        self.assertIn("starting", last["waitsFor"])

    def begin_to_hang(self, daemon: Daemon) -> None:
        """Returns when the first new pod runs, which will never be ready."""
        before = daemon.uids()
        daemon.merge({"spec": {"template": {"metadata": {"annotations": NEVER_READY}}}})
        waiting.until(
            lambda: [pod for pod in daemon.pods() if uid_of(pod) not in before and is_running(pod)], "a new pod"
        )

    def refused(self) -> tuple[str, Daemon]:
        """A DaemonSet in a namespace that may have no pods."""
        namespace = self.create_namespace(self.name("quota"))
        quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}}
        quota["spec"] = {"hard": {"pods": "0"}}
        path = f"/api/v1/namespaces/{namespace}/resourcequotas"
        self.api.create(path, quota)
        waiting.until(lambda: self.api.get(f"{path}/none").get("status", {}).get("hard"), "the quota to be in force")
        return namespace, self.create(self.name("refused"), namespace=namespace)

    @contextlib.contextmanager
    def only_in_tree_controller(self) -> Iterator[None]:
        with self.away(), self.in_tree_controller():
            yield

    @contextlib.contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen]:
        command = [binary.path(), *arguments, "--kubeconfig", self.cluster.kubeconfig, "-n", "default"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            patience = threading.Timer(120, process.kill)
            patience.start()
            try:
                yield process
            finally:
                patience.cancel()
                process.kill()

    def read_until(self, process: subprocess.Popen, text: str) -> None:
        for line in process.stdout:
            if text in line:
                return
        self.fail(f"it ended without {text!r}: {process.stderr.read()}")

    def everynode(self, *arguments: str, code: int = 0, namespaced: bool = True) -> subprocess.CompletedProcess:
        command = [
            binary.path(),
            *arguments,
            "--kubeconfig",
            self.cluster.kubeconfig,
            *(["-n", "default"] if namespaced and "-n" not in arguments else []),
        ]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run
