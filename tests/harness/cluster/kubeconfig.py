"""Kubeconfig files of the test cluster's users."""

from __future__ import annotations

import json
from pathlib import Path

from tests.harness.cluster.pki import Pki


def write(path: Path, server: str, pki: Pki, user: str, token: str | None = None) -> Path:
    """Writes the kubeconfig of a token, or of the client certificate `user`, as JSON: that is valid YAML, and the
    standard library can write it."""
    certificate = {"client-certificate": str(pki.certificate(user)), "client-key": str(pki.key(user))}
    name = "everynode-test"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
        "clusters": [
            {"name": name, "cluster": {"server": server, "certificate-authority": str(pki.certificate("ca"))}}
        ],
        "users": [{"name": user, "user": {"token": token} if token else certificate}],
    }
    path.write_text(json.dumps(document, indent=2))
    return path
