"""If something cannot work, the process says so in one clear line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.harness.cluster import binary, waiting
from tests.harness.cluster.pki import Pki
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.tools.explained import Explained


class Refused(ReconcilerTest):
    """Waiting would not help: the process exits with 2."""

    def test_missing_kubeconfig(self):
        self.assert_refused(self.cluster.directory / "missing", "missing", "No such file")

    def test_malformed_kubeconfig(self):
        self.assert_refused(self.written("{clusters: ["), "malformed.kubeconfig")

    def test_context_that_is_not_there(self):
        document = self.document() | {"current-context": "other"}
        self.assert_refused(self.written(json.dumps(document)), "malformed.kubeconfig", "other")

    def test_certificate_that_is_not_there(self):
        document = self.document()
        document["clusters"][0]["cluster"]["certificate-authority"] = "/no/such/ca.crt"
        self.assert_refused(self.written(json.dumps(document)), "/no/such/ca.crt")

    def test_unknown_flag(self):
        done = self.run_with("--no-such-flag")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--no-such-flag", done.stderr)

    def assert_refused(self, kubeconfig: Path, *words: str) -> None:
        done = self.run_with("--kubeconfig", str(kubeconfig))
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        (line,) = done.stderr.splitlines()
        for word in words:
            self.assertIn(word, line)

    def run_with(self, *flags: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary.path(), "reconciler", *flags], capture_output=True, text=True, timeout=10, check=False
        )

    def document(self) -> dict:
        return json.loads(self.cluster.kubeconfig.read_text())

    def written(self, text: str) -> Path:
        path = self.cluster.directory / "malformed.kubeconfig"
        path.write_text(text)
        return path


class Retried(ReconcilerTest):
    """Waiting may help: the process says what is wrong, waits, and exits with 0 on SIGTERM."""

    def test_unreachable_server(self):
        document = json.loads(self.cluster.kubeconfig.read_text())
        document["clusters"][0]["cluster"]["server"] = f"https://{HOST}:{free_ports(1)[0]}"
        self.assert_retried(self.written("unreachable", document), "refused")

    def test_other_ca(self):
        other = Pki(self.cluster.directory / "other-pki")
        document = json.loads(self.cluster.kubeconfig.read_text())
        document["clusters"][0]["cluster"]["certificate-authority"] = str(other.certificate("ca"))
        self.assert_retried(self.written("other-ca", document), "certificate")

    def test_token_that_nobody_gave(self):
        self.assert_retried(self.cluster.token_kubeconfig("stranger", "not-a-token"), "401")

    def test_user_without_rights(self):
        kubeconfig = self.cluster.token_kubeconfig("powerless", self.token("powerless"))
        resources = ("nodes", "pods", "apps/daemonsets", "apps/controllerrevisions")
        self.assert_retried(kubeconfig, *(f"cannot list {resource} " for resource in resources))

    def test_user_who_may_not_have_a_lease(self):
        kubeconfig = self.cluster.token_kubeconfig("leaseless", self.token("leaseless"))
        self.assert_retried(
            kubeconfig, "leader election failed", "coordination.k8s.io/leases", "add to the role", elect=True
        )

    def test_user_who_may_not_create_pods(self):
        self.bind(
            "watcher",
            [
                {
                    "apiGroups": ["", "apps"],
                    "resources": ["nodes", "pods", "daemonsets", "controllerrevisions"],
                    "verbs": ["get", "list", "watch"],
                },
                {
                    "apiGroups": ["apps"],
                    "resources": ["daemonsets/status", "controllerrevisions"],
                    "verbs": ["create", "patch"],
                },
                {"apiGroups": ["apps"], "resources": ["daemonsets/finalizers"], "verbs": ["update"]},
            ],
        )
        kubeconfig = self.cluster.token_kubeconfig("watcher", self.token("watcher"))
        with self.away():
            daemon = self.create(self.name("not-allowed"))
            self.assert_retried(kubeconfig, "create pods")
            self.assertEqual(daemon.pods(), [])
        daemon.wait_on(*SHARED)

    def assert_retried(self, kubeconfig: Path, *words: str, elect: bool = False) -> None:
        process = Process(
            f"reconciler-{kubeconfig.stem}",
            [
                binary.path(),
                "reconciler",
                "--kubeconfig",
                kubeconfig,
                "--leader-elect",
                str(elect).lower(),
                "--log-format",
                "json",
            ],
            self.cluster.logs,
        )
        self.addCleanup(process.stop)
        try:
            waiting.until(
                lambda: not process.running or all(word in process.log.read_text() for word in words),
                f"lines about {words}",
                60,
            )
            self.assertTrue(process.running, process.last_words())
        except Explained as error:
            raise AssertionError(f"{error}\n{process.last_words()}") from None
        self.assertEqual(process.stop(), 0)
        for line in process.log.read_text().splitlines():
            json.loads(line)

    def token(self, account: str) -> str:
        self.kubectl("create", "serviceaccount", account)
        return self.kubectl("create", "token", account).stdout.strip()

    def bind(self, account: str, rules: list[dict]) -> None:
        rbac = "/apis/rbac.authorization.k8s.io/v1"
        self.api.create(
            f"{rbac}/clusterroles",
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRole",
                "metadata": {"name": account},
                "rules": rules,
            },
        )
        self.kubectl(
            "create", "clusterrolebinding", account, f"--clusterrole={account}", f"--serviceaccount=default:{account}"
        )

    def written(self, name: str, document: dict) -> Path:
        path = self.cluster.directory / f"{name}.kubeconfig"
        path.write_text(json.dumps(document))
        return path
