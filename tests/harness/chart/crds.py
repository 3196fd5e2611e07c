"""The kinds of cert-manager and of the Prometheus operator, from the modules that tests/harness/tools pins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.harness.cluster import waiting
from tests.harness.cluster.api import Api
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.tools import binaries, go_toolchain
from tests.harness.tools.explained import Explained

CERT_MANAGER, PROMETHEUS_OPERATOR = "cert-manager", "prometheus-operator"  # the directories of their pins
# The modules and their files. cert-manager does not run without its last two kinds.
FILES = {
    CERT_MANAGER: (
        "github.com/cert-manager/cert-manager",
        [
            f"deploy/crds/cert-manager.io_{kind}.yaml"
            for kind in ("certificates", "issuers", "clusterissuers", "certificaterequests")
        ],
    ),
    PROMETHEUS_OPERATOR: (
        "github.com/prometheus-operator/prometheus-operator",
        [
            f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml"
            for kind in ("servicemonitors", "podmonitors", "prometheusrules")
        ],
    ),
}
KINDS = {
    CERT_MANAGER: ("Certificate", "Issuer"),
    PROMETHEUS_OPERATOR: ("ServiceMonitor", "PodMonitor", "PrometheusRule"),
}


def install(kubectl: Kubectl, api: Api, *projects: str) -> None:
    """Installs the kinds of these projects, and waits until the API server's OpenAPI document has them."""
    for file in files(*projects):
        kubectl("apply", "--server-side", "-f", str(file))
    wanted = [f'"{kind}"' for project in projects for kind in KINDS[project]]
    waiting.until(
        lambda: all(kind in json.dumps(api.get("/openapi/v2")["definitions"]) for kind in wanted),
        "the new kinds to be described",
        60,
        1,
    )


def files(*projects: str) -> list[Path]:
    """Downloads them the first time."""
    go = go_toolchain.find_or_install(lambda text: print(text, file=sys.stderr, flush=True))
    return [
        source(go, binaries.TOOLS / project, FILES[project][0]) / name
        for project in projects
        for name in FILES[project][1]
    ]


def source(go: Path, pin: Path, module: str) -> Path:
    """The directory with the module's source, in the version that the go.mod in `pin` names."""
    done = subprocess.run(
        [go, "mod", "download", "-json", module],
        cwd=pin,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"GOTOOLCHAIN": go_toolchain.toolchain(go, pin), "GOFLAGS": "-mod=mod", "GOWORK": "off"},
    )
    if done.returncode != 0:
        raise Explained(f"go mod download in {pin}: {done.stderr.strip() or done.stdout.strip()}")
    return Path(json.loads(done.stdout)["Dir"])
