"""The programs of the test cluster: the source, the pinned version and the path of each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tests.harness.tools.explained import Explained

# The oldest Kubernetes that Everynode supports: Chart.yaml says why.
OLDEST = "1.30"
# The one before the newest: its kubelet runs beside the newest control plane while nodes are upgraded.
BEFORE = "1.36"
TOOLS = Path(__file__).resolve().parent


class NotBuilt(Explained):
    """A program that should be started does not exist."""


@dataclass(frozen=True)
class Binary:
    """One program, built from a Go package of the module that the go.mod in `tests/harness/tools/<tool>` pins."""

    name: str
    tool: str
    module: str
    package: str
    seconds: int  # about how long a cold build takes on two cores, in the order of ALL
    usual: bool = True  # False: only who asks for it by its key gets it built

    @property
    def key(self) -> str:
        """As ALL knows it: kube-apiserver, and kube-apiserver@1.30 for that of an older Kubernetes."""
        minor = self.tool.partition("kubernetes-")[2]
        return f"{self.name}@{minor}" if minor else self.name

    @property
    def directory(self) -> Path:
        return TOOLS / self.tool

    @property
    def version(self) -> str:
        """The version that go.mod pins: there is only one place to change it."""
        text = (self.directory / "go.mod").read_text()
        found = re.search(rf"^(?:require)?\s*{re.escape(self.module)} (v\S+)", text, re.MULTILINE)
        if not found:
            raise LookupError(f"{self.directory / 'go.mod'} does not require {self.module}")
        return found.group(1)

    @property
    def path(self) -> Path:
        return cache_directory() / "bin" / f"{self.tool}-{self.version}" / self.name

    @property
    def tags(self) -> str:
        # The clients of two dozen clouds would take most of the time and 2 GB of memory.
        if self.key.endswith(f"@{OLDEST}"):
            return "providerless"
        return "remove_all_sd" if self.tool == "prometheus" else ""

    @property
    def link_flags(self) -> str:
        flags = ["-s", "-w"]
        if self.tool.startswith("kubernetes"):
            flags += [f"-X {setting}" for setting in kubernetes_version_settings(self.version)]
        if self.name in ("helm", "helm-unittest"):
            flags += [f"-X {setting}" for setting in rendered_for_settings(ALL["kube-apiserver"].version)]
        if self.module.startswith("helm.sh/"):
            flags += [f"-X {self.module}/internal/version.version={self.version}"]
        return " ".join(flags)


def kubernetes_version_settings(version: str) -> list[str]:
    """Without these a Kubernetes binary reports version v0.0.0, and version checks of its clients fail."""
    major, minor, _ = version.removeprefix("v").split(".", 2)
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return [f"{package}.{name}={value}" for package in packages for name, value in values.items()]


def rendered_for_settings(kubernetes: str) -> list[str]:
    """Without these Helm 3 renders and lints for Kubernetes 1.20. Helm 4 finds the version itself."""
    major, minor, _ = kubernetes.removeprefix("v").split(".", 2)
    packages = ("helm.sh/helm/v3/pkg/chartutil", "helm.sh/helm/v3/pkg/lint/rules")
    return [
        f"{package}.k8sVersion{name}={value}"
        for package in packages
        for name, value in (("Major", major), ("Minor", minor))
    ]


def built(name: str) -> Path:
    """The path of the program, once build_binaries has built it."""
    binary = chosen(name)
    if not binary.path.exists():
        raise NotBuilt(f"{binary.path} is not there: run python3 -m tests.harness.tools.build_binaries {binary.key}")
    return binary.path


def chosen(name: str) -> Binary:
    """The newest one, or the one of the Kubernetes that EVERYNODE_KUBERNETES names, where there is one."""
    return ALL.get(f"{name}@{os.environ.get('EVERYNODE_KUBERNETES')}") or ALL[name]


def is_oldest() -> bool:
    """True where the oldest Kubernetes is to run, which lacks what came later."""
    return os.environ.get("EVERYNODE_KUBERNETES") == OLDEST


def cache_directory() -> Path:
    """Outside the tree: binaries outlive `git clean` and are shared by all clones."""
    if own := os.environ.get("EVERYNODE_CACHE"):
        return Path(own).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "everynode"


def _kubernetes(name: str, seconds: int) -> Binary:
    return Binary(name, "kubernetes", "k8s.io/kubernetes", f"k8s.io/kubernetes/cmd/{name}", seconds)


def _older(minor: str, name: str, seconds: int) -> Binary:
    return Binary(
        name, f"kubernetes-{minor}", "k8s.io/kubernetes", f"k8s.io/kubernetes/cmd/{name}", seconds, usual=False
    )


def _krew(name: str) -> Binary:
    return Binary(name, "krew", "sigs.k8s.io/krew", f"sigs.k8s.io/krew/cmd/{name}", 30, usual=False)


def _tool(name: str, module: str, seconds: int, usual: bool = True) -> Binary:
    return Binary(name, name, module, f"{module}/cmd/{name}", seconds, usual)


ALL = {
    binary.key: binary
    for binary in (
        _kubernetes("kube-apiserver", 500),
        _kubernetes("kube-controller-manager", 140),
        _kubernetes("kube-scheduler", 20),
        _kubernetes("kubectl", 35),
        _kubernetes("kubelet", 40),
        Binary("yaml-reader", "kubernetes", "k8s.io/kubernetes", "./yaml-reader", 5),
        Binary("etcd", "etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3", 40),
        Binary("kwok", "kwok", "sigs.k8s.io/kwok", "sigs.k8s.io/kwok/cmd/kwok", 90),
        Binary(
            "promtool",
            "prometheus",
            "github.com/prometheus/prometheus",
            "github.com/prometheus/prometheus/cmd/promtool",
            60,
        ),
        Binary("helm", "helm", "helm.sh/helm/v3", "helm.sh/helm/v3/cmd/helm", 40),
        Binary("helm4", "helm4", "helm.sh/helm/v4", "helm.sh/helm/v4/cmd/helm", 95),
        Binary("cert-manager", "cert-manager", "github.com/cert-manager/cert-manager", ".", 60),
        _tool("helm-unittest", "github.com/helm-unittest/helm-unittest", 30),
        _tool("kube-score", "github.com/zegl/kube-score", 20),
        _tool("kubeconform", "github.com/yannh/kubeconform", 3),
        _older(OLDEST, "kube-apiserver", 500),
        _older(OLDEST, "kube-controller-manager", 140),
        _older(OLDEST, "kube-scheduler", 20),
        _older(BEFORE, "kubelet", 300),
        _krew("krew"),
        _krew("validate-krew-manifest"),
        _tool("prometheus", "github.com/prometheus/prometheus", 90, usual=False),
        _tool("descheduler", "sigs.k8s.io/descheduler", 100, usual=False),
        Binary("argo-diff", "argo-diff", "github.com/argoproj/argo-cd/gitops-engine", ".", 120, usual=False),
        _tool("metrics-server", "sigs.k8s.io/metrics-server", 120, usual=False),
        Binary("karpenter", "karpenter", "sigs.k8s.io/karpenter", "sigs.k8s.io/karpenter/kwok", 90, usual=False),
        _tool("kyverno", "github.com/kyverno/kyverno", 600, usual=False),
    )
}
