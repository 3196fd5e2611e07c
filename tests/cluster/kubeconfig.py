"""Kubeconfig files of the test cluster's users."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cluster.pki import Pki


def write(path: Path, server: str, pki: Pki, user: str) -> Path:
    """Writes the kubeconfig of the client certificate `user`. JSON is YAML, so the standard library is enough."""
    name = "everynode-test"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "clusters": [{"name": name, "cluster": {
            "server": server, "certificate-authority": str(pki.certificate("ca"))}}],
        "users": [{"name": user, "user": {
            "client-certificate": str(pki.certificate(user)), "client-key": str(pki.key(user))}}],
    }
    path.write_text(json.dumps(document, indent=2))
    return path
