"""The manifest by which Krew installs the plugin: https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/"""

from __future__ import annotations

import hashlib
from pathlib import Path

MANIFEST = """\
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: everynode
spec:
  version: "v{version}"
{homepage}  shortDescription: Say why a node has no pod of a DaemonSet
  description: |
    "kubectl everynode explain ds/NAME" says of each node why it has, has not, or waits for
    a DaemonSet's pod. "kubectl everynode rollout watch ds/NAME" follows a rollout, node by
    node. Both only read, with your own rights; nothing has to be installed in the cluster.
  caveats: |
    The program needs glibc {glibc} or newer: Debian 12, Ubuntu 24.04, Fedora 37, RHEL 10.
    To complete its command lines, write what "kubectl everynode completion kubectl" prints
    into kubectl_complete-everynode on your PATH, and make that executable.
  platforms:
  - selector:
      matchLabels:
        os: linux
        arch: {architecture}
    uri: "{url}"
    sha256: {sha256}
    files:
    - from: "{folder}/*"
      to: .
    bin: bin/everynode
"""


def manifest(archive: Path, url: str, version: str, architecture: str, homepage: str, glibc: str) -> str:
    """YAML. `url` is the folder that the archive can be had from."""
    return MANIFEST.format(
        version=version,
        homepage=f'  homepage: "{homepage}"\n' if homepage else "",
        glibc=glibc,
        architecture=architecture,
        url=f"{url.rstrip('/')}/{archive.name}",
        sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
        folder=archive.name.removesuffix(".tar.gz"),
    )
