"""Runs kubectl and Everynode with kubeconfigs, and with the environment and flags that go with them."""

from __future__ import annotations

import json
import os
import string
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.cluster import binary
from tests.harness.e2e.kubeconfig.servers import Servers
from tests.harness.tools import binaries

QUESTION = "/apis/apps/v1/namespaces/default/daemonsets/x"


@dataclass(frozen=True)
class Case:
    """The texts are templates: $tls, $ca, ... are from Servers.names; $dir is the directory of the files."""

    name: str
    files: dict[str, str]
    flags: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    reaches: bool = True  # a server or a proxy gets a request
    says: str = ""  # Everynode's error, if nothing is reached


@dataclass(frozen=True)
class Outcome:
    seen: list[dict]  # what the servers saw
    info: object  # what a plugin got in KUBERNETES_EXEC_INFO
    code: int
    error: str


def prepare(case: Case, servers: Servers, directory: str) -> dict[str, str]:
    """Writes the case's files into the directory. The environment in which nothing else can be found."""
    names = servers.names | {"dir": directory}
    for name, template in case.files.items():
        path = Path(directory) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(string.Template(template).substitute(names))
        if template.startswith("#!"):
            path.chmod(0o755)
    env = {"HOME": directory, "PATH": f"{directory}/bin:{os.environ['PATH']}", "KUBECACHEDIR": f"{directory}/cache"}
    servers.record.take()
    return env | {name: string.Template(value).substitute(names) for name, value in case.env.items()}


def run(case: Case, servers: Servers, command: list[str | Path], timeout: float = 30) -> Outcome:
    """Runs a command in a directory with the case's files, where it can find nothing else."""
    with tempfile.TemporaryDirectory(prefix="everynode-kubeconfig-") as directory:
        env = prepare(case, servers, directory)
        flags = [string.Template(flag).substitute(servers.names | {"dir": directory}) for flag in case.flags]
        done = subprocess.run(
            [*command, *flags],
            cwd=directory,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        info = Path(directory) / "info.json"
        told = json.loads(info.read_text()) if info.exists() else None
        return Outcome(servers.record.take(), told, done.returncode, done.stderr)


def kubectl(case: Case, servers: Servers) -> Outcome:
    return run(case, servers, [binaries.built("kubectl"), "get", "--raw", QUESTION, "--request-timeout", "10s"])


def everynode(case: Case, servers: Servers) -> Outcome:
    return run(case, servers, [binary.path(), "explain", "ds", "x"])
