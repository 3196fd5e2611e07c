"""A Kubernetes control plane on the loopback address: etcd, kube-apiserver, scheduler, controller-manager and KWOK."""

from __future__ import annotations

import contextlib
import shutil
import signal
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.harness.cluster import kubeconfig
from tests.harness.cluster.api import Api
from tests.harness.cluster.pki import Pki
from tests.harness.cluster.ports import HOST, chosen_or_free, free_ports
from tests.harness.cluster.processes import Process
from tests.harness.tools import binaries

HERE = Path(__file__).resolve().parent
IN_TREE = "daemonset-controller"
# All of Kubernetes' controllers would take 5 s to start. Pods of DaemonSets and Deployments need only these.
CONTROLLERS = (
    IN_TREE,
    "deployment-controller",
    "replicaset-controller",
    "disruption-controller",
    "namespace-controller",
    "serviceaccount-controller",
    "root-ca-certificate-publisher-controller",
    "node-lifecycle-controller",
    "taint-eviction-controller",
    "pod-garbage-collector-controller",
    "garbage-collector-controller",
)
WITHOUT_IN_TREE = tuple(name for name in CONTROLLERS if name != IN_TREE)
# By default they send 20 and 50 requests a second: 1,000 new nodes would take most of a minute.
UNHURRIED = ("--kube-api-qps", "10000", "--kube-api-burst", "10000")
ADMIN = "admin"
USERS = {  # name of the certificate: user and group that the API server reads from it
    ADMIN: ("everynode-test", "system:masters"),
    "controller-manager": ("system:kube-controller-manager", None),
    "scheduler": ("system:kube-scheduler", None),
}


class ControlPlane:
    """A running control plane, without nodes at first. Use it as a context manager: it ends the processes that it
    started."""

    def __init__(
        self,
        directory: Path,
        controllers: Sequence[str] = CONTROLLERS,
        port: int | None = None,
        say: Callable[[str], None] = lambda text: None,
        apiserver_flags: Sequence[str] = (),
    ):
        self.directory = directory
        self.logs = directory / "logs"
        self.audit_log = self.logs / "audit.log"
        self.kubeconfig = directory / "kubeconfig"
        self.processes: dict[str, Process] = {}
        self._controllers = controllers
        self._apiserver_flags = apiserver_flags
        self._port = chosen_or_free(port, "kube-apiserver")
        self.server = f"https://{HOST}:{self._port}"
        self._say = say
        self._stack = contextlib.ExitStack()
        self.pki = Pki(directory / "pki")
        self.api = self._make_credentials()

    def __enter__(self) -> ControlPlane:
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self.etcd = self._start_etcd()
            self._start_apiserver(self.etcd)
            manager = self._start_controllers("kube-controller-manager", self._controllers)
            for started in (self._start_scheduler(), manager, self._start_kwok()):
                self._await(*started)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        return self._port

    def run(self, name: str, command: list[str | Path], environment: dict[str, str] | None = None) -> Process:
        """Starts a program. It ends with the control plane, before the programs that were started earlier."""
        process = Process(name, command, self.logs, environment)
        self._stack.callback(process.stop)
        self.processes[name] = process
        return process

    def restart_apiserver(self) -> None:
        """Returns when a new one is ready."""
        self.kill_apiserver()
        self.start_apiserver_again()

    def kill_apiserver(self) -> None:
        """On SIGTERM it would wait for its watches."""
        api_server = self.processes["kube-apiserver"]
        api_server.send(signal.SIGKILL)
        api_server.wait()

    def start_apiserver_again(self) -> None:
        """Returns when it is ready."""
        command = self.processes["kube-apiserver"].command
        self._await(self.run("kube-apiserver", command), self.api.healthy)

    def back_up(self, backup: Path) -> None:
        """Copies etcd's data while nobody writes: API server and etcd are away for it."""
        self._exchange_data(lambda data: shutil.copytree(data, backup))

    def restore(self, backup: Path) -> None:
        """Puts a copy back in the place of what is there, and returns when the API server answers from it. Scheduler,
        controller-manager and KWOK start anew: none of them notices a restore, and the scheduler ends itself."""

        def put_back(data: Path) -> None:
            shutil.rmtree(data)
            shutil.copytree(backup, data)

        self._exchange_data(put_back)
        for name in ("kube-scheduler", "kube-controller-manager", "kwok"):
            old = self.processes[name]
            old.stop()
            self.run(name, old.command)

    def _exchange_data(self, exchange: Callable[[Path], object]) -> None:
        etcd = self.processes["etcd"]
        self.kill_apiserver()
        etcd.stop()
        exchange(self.directory / "etcd")
        self._await(self.run("etcd", etcd.command), lambda: answers_ok(f"{self.etcd}/readyz"))
        self.start_apiserver_again()

    def start_controllers(self, name: str, controllers: Sequence[str], *flags: str) -> Process:
        """Starts another kube-controller-manager with these controllers; it runs until it is stopped."""
        process, ready = self._start_controllers(name, controllers, *flags)
        self._await(process, ready)
        return process

    def user_kubeconfig(self, user: str) -> Path:
        return kubeconfig.write(self.directory / f"{user}.kubeconfig", self.server, self.pki, user)

    def token_kubeconfig(self, user: str, token: str) -> Path:
        return kubeconfig.write(self.directory / f"{user}.kubeconfig", self.server, self.pki, user, token)

    def _make_credentials(self) -> Api:
        self.pki.server("server")
        self.pki.key_pair("service-accounts")
        for name, (user, group) in USERS.items():
            self.pki.client(name, user, group)
        kubeconfig.write(self.kubeconfig, self.server, self.pki, ADMIN)
        return Api(self._port, self.pki.certificate("ca"), self.pki.certificate(ADMIN), self.pki.key(ADMIN))

    def _await(self, process: Process, ready: Callable[[], bool]) -> None:
        begin = time.monotonic()
        process.wait_ready(ready)
        self._say(f"{process.name} is ready ({time.monotonic() - begin:.1f} s)")

    def _start_etcd(self) -> str:
        client, peer = (f"http://{HOST}:{port}" for port in free_ports(2))
        process = self.run(
            "etcd",
            [
                binaries.built("etcd"),
                "--data-dir",
                self.directory / "etcd",
                "--unsafe-no-fsync",
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                f"default={peer}",
            ],
        )
        self._await(process, lambda: answers_ok(f"{client}/readyz"))
        return client

    def _start_apiserver(self, etcd: str) -> None:
        key = self.pki.key("service-accounts")
        process = self.run(
            "kube-apiserver",
            [
                binaries.built("kube-apiserver"),
                "--etcd-servers",
                etcd,
                "--bind-address",
                HOST,
                "--secure-port",
                str(self._port),
                "--advertise-address",
                HOST,
                "--endpoint-reconciler-type",
                "none",
                "--service-cluster-ip-range",
                "10.0.0.0/24",
                *self._serving_flags(),
                "--client-ca-file",
                self.pki.certificate("ca"),
                "--authorization-mode",
                "Node,RBAC",
                "--service-account-issuer",
                "https://kubernetes.default.svc",
                "--service-account-key-file",
                key,
                "--service-account-signing-key-file",
                key,
                "--allow-privileged",
                "--audit-policy-file",
                HERE / "audit-policy.yaml",
                "--audit-log-path",
                self.audit_log,
                *self._apiserver_flags,
            ],
        )
        self._await(process, self.api.healthy)

    def _start_scheduler(self) -> tuple[Process, Callable[[], bool]]:
        port = free_ports(1)[0]
        process = self.run(
            "kube-scheduler",
            [
                binaries.built("kube-scheduler"),
                "--kubeconfig",
                self.user_kubeconfig("scheduler"),
                "--leader-elect=false",
                "--bind-address",
                HOST,
                "--secure-port",
                str(port),
                *self._serving_flags(),
                *UNHURRIED,
            ],
        )
        path = "healthz" if binaries.is_oldest() else "readyz"  # the scheduler has it since 1.31
        return process, self._probe(f"https://{HOST}:{port}/{path}")

    def _start_controllers(
        self, name: str, controllers: Sequence[str], *flags: str
    ) -> tuple[Process, Callable[[], bool]]:
        port = free_ports(1)[0]
        process = self.run(
            name,
            [
                binaries.built("kube-controller-manager"),
                "--kubeconfig",
                self.user_kubeconfig("controller-manager"),
                "--leader-elect=false",
                "--bind-address",
                HOST,
                "--secure-port",
                str(port),
                *self._serving_flags(),
                "--use-service-account-credentials",
                "--service-account-private-key-file",
                self.pki.key("service-accounts"),
                "--root-ca-file",
                self.pki.certificate("ca"),
                "--controllers",
                ",".join(controllers),
                "--node-monitor-grace-period",
                "24h",
                *UNHURRIED,
                *flags,
            ],
        )  # simulated nodes send no heartbeats
        return process, self._probe(f"https://{HOST}:{port}/healthz")

    def _start_kwok(self) -> tuple[Process, Callable[[], bool]]:
        port = free_ports(1)[0]
        stages = [part for file in sorted((HERE / "kwok").glob("*.yaml")) for part in ("--config", file)]
        process = self.run(
            "kwok",
            [
                binaries.built("kwok"),
                "--kubeconfig",
                self.kubeconfig,
                "--manage-nodes-with-annotation-selector",
                "kwok.x-k8s.io/node=fake",
                "--node-ip",
                HOST,
                "--server-address",
                f"{HOST}:{port}",
                *stages,
            ],
        )
        return process, lambda: answers_ok(f"http://{HOST}:{port}/healthz")

    def _serving_flags(self) -> list[str | Path]:
        return ["--tls-cert-file", self.pki.certificate("server"), "--tls-private-key-file", self.pki.key("server")]

    def _probe(self, url: str) -> Callable[[], bool]:
        context = ssl.create_default_context(cafile=self.pki.certificate("ca"))
        return lambda: answers_ok(url, context)


def answers_ok(url: str, context: ssl.SSLContext | None = None) -> bool:
    """True if the address answers with a 2xx code."""
    # No proxy of the environment: everything here is on the loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=2):
            return True
    except (OSError, urllib.error.URLError):
        return False
