"""The descheduler, once over the cluster, with one strategy."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained

EVICTED = re.compile(r'"Evicted pod" pod="default/([^"]+)"')
SECONDS = 60


def evicted(kubeconfig: Path, log: Path, strategy: str, arguments: dict, protecting: bool = True) -> set[str]:
    """The names of the pods that it evicts; pods of DaemonSets are protected by default."""
    policy = log.with_suffix(".policy.json")
    policy.write_text(json.dumps(document(strategy, arguments, protecting)))
    command = [
        binaries.built("descheduler"),
        f"--kubeconfig={kubeconfig}",
        f"--policy-config-file={policy}",
        "--secure-port=0",
        "--disable-metrics",
        "--v=4",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    log.write_text(done.stderr)
    if done.returncode != 0:
        raise Explained(f"the descheduler ended with {done.returncode}, its log is {log}:\n{done.stderr[-1000:]}")
    return set(EVICTED.findall(done.stderr))


def document(strategy: str, arguments: dict, protecting: bool) -> dict:
    protections = {} if protecting else {"podProtections": {"defaultDisabled": ["DaemonSetPods"]}}
    plugins = [{"name": "DefaultEvictor", "args": protections}, {"name": strategy, "args": arguments}]
    point = (
        "balance" if strategy in ("RemoveDuplicates", "RemovePodsViolatingTopologySpreadConstraint") else "deschedule"
    )
    return {
        "apiVersion": "descheduler/v1alpha2",
        "kind": "DeschedulerPolicy",
        "profiles": [{"name": "only", "pluginConfig": plugins, "plugins": {point: {"enabled": [strategy]}}}],
    }
