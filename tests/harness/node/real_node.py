"""One real node: containerd and kubelet beside the control plane, in network, mount and process namespaces of their
own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

from tests.harness.cluster import waiting
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.nodes import NODES
from tests.harness.cluster.ports import free_ports
from tests.harness.cluster.processes import Process
from tests.harness.node.images import PAUSE
from tests.harness.node.logind import Logind
from tests.harness.node.services import BRIDGE, DOMAIN
from tests.harness.tools import binaries

NAME = "real"
ADDRESS = "10.84.0.1"
POD_NETWORK = "10.85.0.0/16"
PLUGINS = Path("/usr/lib/cni")
CGROUPS = Path("/sys/fs/cgroup")
NO_BUS = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent"}  # a machine without systemd


def enter_namespaces(again: list[str]) -> None:
    """Restarts us as the first process of new namespaces: all containers, mounts and addresses end with us."""
    if os.environ.get("EVERYNODE_TEST_NODE"):
        for command in (
            ["link", "set", "lo", "up"],
            ["link", "add", BRIDGE, "type", "bridge"],
            ["addr", "add", f"{ADDRESS}/24", "dev", BRIDGE],
            ["link", "set", BRIDGE, "up"],
        ):
            subprocess.run(["ip", *command], check=True)
        return
    os.environ["EVERYNODE_TEST_NODE"] = "1"
    os.execvp(
        "unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", *again]
    )


class RealNode:
    """Joins the cluster when it starts, and ends with the cluster."""

    def __init__(self, cluster: ControlPlane):
        self._cluster = cluster
        self._directory = cluster.directory / "node"
        self._socket = self._directory / "containerd.sock"
        self.manifests = self._directory / "manifests"
        for folder in ("cni", "manifests", "kubelet"):
            (self._directory / folder).mkdir(parents=True)
        (self._directory / "resolv.conf").write_text("")
        self._cgroups_before = cgroups()
        self._logind: Logind | None = None

    def start(self, images: list[Path]) -> None:
        containerd = self._cluster.run("containerd", ["containerd", "--config", self._write_containerd_config()])
        containerd.wait_ready(lambda: self._ctr("version").returncode == 0)
        for image in images:
            done = self._ctr("images", "import", "--snapshotter", "native", str(image))
            if done.returncode != 0:
                raise AssertionError(f"ctr images import: {done.stderr}")
        self.start_kubelet()

    def start_kubelet(self, program: str = "kubelet") -> None:
        """Returns when it has registered the node."""
        self._kubelet = self._start_kubelet(program, self._logind.environment if self._logind else NO_BUS)
        self._kubelet.wait_ready(self.conditions)
        # A kubelet may not set this on its own node.
        self._cluster.api.merge(
            f"{NODES}/{NAME}", {"metadata": {"labels": {"node-role.kubernetes.io/control-plane": ""}}}
        )

    def stop_kubelet(self) -> None:
        """The containers go on."""
        self._kubelet.stop()

    def lose_power(self) -> None:
        """No process of the node's is left; what is on its disk is."""
        self._kubelet.send(signal.SIGKILL)
        self._kubelet.wait()
        for container in self._ctr("tasks", "list", "--quiet").stdout.split():
            self._ctr("tasks", "kill", "--all", "--signal", "SIGKILL", container)
        waiting.until(lambda: "RUNNING" not in self._ctr("tasks", "list").stdout, "the containers to end", 20)

    def bring_all(self) -> Logind:
        """A network, and a logind. Returns when the node is ready."""
        self.bring_network()
        waiting.until(self.ready, "the node to be ready")
        return self._bring_logind()

    def _bring_logind(self) -> Logind:
        """A kubelet looks for it only once, when it starts."""
        if self._logind is None:
            self._logind = Logind(self._cluster)
            self.restart_kubelet()
        return self._logind

    def restart_kubelet(self, program: str = "kubelet") -> None:
        """Returns when the node is ready. The program may be another one than before."""
        self.stop_kubelet()
        self.start_kubelet(program)
        waiting.until(self.ready, "the node to be ready")

    def kubelet_log(self) -> str:
        """Of all kubelets that have run here."""
        return self._kubelet.log.read_text(errors="replace")

    def bring_network(self) -> None:
        """Does what a network plugin does once it runs: until then the node is not ready."""
        (self._directory / "cni" / "10-bridge.conflist").write_text(
            json.dumps(
                {
                    "cniVersion": "1.0.0",
                    "name": "pods",
                    "plugins": [
                        {
                            "type": "bridge",
                            "bridge": "cni0",
                            "isGateway": True,
                            "hairpinMode": True,
                            "ipam": {
                                "type": "host-local",
                                "ranges": [[{"subnet": POD_NETWORK}]],
                                "routes": [{"dst": "0.0.0.0/0"}],
                                "dataDir": str(self._directory / "addresses"),
                            },
                        }
                    ],
                }
            )
        )

    def lose_network(self) -> None:
        """The runtime notices, and the kubelet says so. Pods with the node's network go on."""
        (self._directory / "cni" / "10-bridge.conflist").unlink()

    def wait_idle(self) -> None:
        """Waits until the kubelet has ended every pod, so that no mount and no cgroup is in use."""

        def idle() -> bool:
            here = [one for one in self._cluster.api.items("/api/v1/pods") if one["spec"].get("nodeName") == NAME]
            return not here and not self._ctr("tasks", "list", "--quiet").stdout

        waiting.until(idle, "pods to go", 60)

    def clean_up(self) -> None:
        """Call it after everything has ended: the kubelet's directory is a mount, and cgroups outlive their
        processes."""
        subprocess.run(["umount", "--recursive", self._directory / "kubelet"], capture_output=True, check=False)
        for directory in sorted(cgroups() - self._cgroups_before, reverse=True):
            directory.rmdir()

    def ready(self) -> bool:
        found = [one for one in self._cluster.api.items(NODES) if one["metadata"]["name"] == NAME]
        return bool(found) and not found[0]["spec"].get("taints") and self.conditions().get("Ready") == "True"

    def conditions(self) -> dict[str, str]:
        """The node's conditions from the kubelet; empty until it has reported some."""
        found = [one for one in self._cluster.api.items(NODES) if one["metadata"]["name"] == NAME]
        return {one["type"]: one["status"] for node in found for one in node["status"].get("conditions", [])}

    def _ctr(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ctr", "--address", self._socket, "--namespace", "k8s.io", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def _start_kubelet(self, program: str, environment: dict[str, str]) -> Process:
        user = "node"
        self._cluster.pki.client(user, f"system:node:{NAME}", "system:nodes")
        return self._cluster.run(
            "kubelet",
            [
                binaries.built(program),
                "--config",
                self._write_kubelet_config(),
                "--kubeconfig",
                self._cluster.user_kubeconfig(user),
                "--root-dir",
                self._directory / "kubelet",
                "--cert-dir",
                self._directory / "kubelet" / "pki",
                "--hostname-override",
                NAME,
                "--node-ip",
                ADDRESS,
                "--v",
                "2",
            ],
            environment,
        )

    def _write_kubelet_config(self) -> Path:
        port, healthz = free_ports(2)
        path = self._directory / "kubelet.yaml"
        path.write_text(
            json.dumps(
                {
                    "apiVersion": "kubelet.config.k8s.io/v1beta1",
                    "kind": "KubeletConfiguration",
                    "containerRuntimeEndpoint": f"unix://{self._socket}",
                    "staticPodPath": str(self.manifests),
                    "address": ADDRESS,
                    "port": port,
                    "healthzPort": healthz,
                    "resolvConf": str(self._directory / "resolv.conf"),
                    "clusterDNS": [ADDRESS],
                    "clusterDomain": DOMAIN,
                    "authentication": {
                        "anonymous": {"enabled": False},
                        "x509": {"clientCAFile": str(self._cluster.pki.certificate("ca"))},
                    },
                    # A container without systemd and with version 1 of cgroups needs these.
                    "failCgroupV1": False,
                    "cgroupDriver": "cgroupfs",
                    "cgroupsPerQOS": False,
                    "enforceNodeAllocatable": [],
                    "failSwapOn": False,
                    "localStorageCapacityIsolation": False,
                    "evictionHard": {"memory.available": "0%", "nodefs.available": "0%", "imagefs.available": "0%"},
                    # Changed Secrets are noticed soon.
                    "syncFrequency": "2s",
                    "fileCheckFrequency": "2s",
                    "nodeStatusUpdateFrequency": "5s",
                    "nodeLeaseDurationSeconds": 8,
                    # Shorter than logind waits anyway: the kubelet has no setting of the machine to change.
                    "shutdownGracePeriod": "4s",
                    "shutdownGracePeriodCriticalPods": "2s",
                }
            )
        )
        return path

    def _write_containerd_config(self) -> Path:
        cri = 'plugins."io.containerd.grpc.v1.cri"'
        path = self._directory / "containerd.toml"
        path.write_text(
            f"""
version = 2
root = "{self._directory}/root"
state = "{self._directory}/state"
[grpc]
address = "{self._socket}"
[plugins."io.containerd.internal.v1.opt"]
path = "{self._directory}/opt"
[{cri}]
sandbox_image = "{PAUSE}"
# Without CAP_SYS_RESOURCE a process may not lower its own score.
restrict_oom_score_adj = true
[{cri}.containerd]
snapshotter = "native"
[{cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[{cri}.cni]
bin_dir = "{PLUGINS}"
conf_dir = "{self._directory}/cni"
"""
        )
        return path


def cgroups() -> set[Path]:
    """The cgroups in which containerd puts containers."""
    return {one for root in CGROUPS.glob("**/k8s.io") for one in (root, *root.rglob("*")) if one.is_dir()}
