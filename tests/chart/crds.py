"""The kinds of cert-manager and of the Prometheus operator, from the modules that tests/tools/crds pins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cluster import waiting
from tests.cluster.api import Api
from tests.cluster.kubectl import Kubectl
from tests.tools import binaries, go_toolchain
from tests.tools.explained import Explained

PINS = binaries.TOOLS / "crds"
FILES = {
    "github.com/cert-manager/cert-manager": [f"deploy/crds/cert-manager.io_{kind}.yaml" for kind in ("certificates", "issuers")],
    "github.com/prometheus-operator/prometheus-operator": [
        f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml" for kind in ("servicemonitors", "podmonitors", "prometheusrules")],
}


def install(kubectl: Kubectl, api: Api) -> None:
    """Makes these kinds known, and waits until the API server's own description of itself has them."""
    for file in files():
        kubectl("apply", "--server-side", "-f", str(file))
    waiting.until(lambda: all(kind in json.dumps(api.get("/openapi/v2")["definitions"]) for kind in ("PrometheusRule", "PodMonitor", '"Issuer"')),
                  "the new kinds to be described", 60, 1)


def files() -> list[Path]:
    go = go_toolchain.find_or_install(lambda text: print(text, file=sys.stderr, flush=True))
    done = subprocess.run([go, "mod", "download", "-json", *FILES], cwd=PINS, capture_output=True, text=True, check=False,
                          env=os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"})
    if done.returncode != 0:
        raise Explained(f"go mod download in {PINS}: {done.stderr.strip() or done.stdout.strip()}")
    decoder, rest, found = json.JSONDecoder(), done.stdout.strip(), []
    while rest:
        module, end = decoder.raw_decode(rest)
        found += [Path(module["Dir"]) / file for file in FILES[module["Path"]]]
        rest = rest[end:].lstrip()
    return found
