"""Records what a real API server sends to a mutating webhook: one file with the raw AdmissionReview for each shape.

Usage: python3 -m tests.harness.e2e.record DIRECTORY
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.harness.cluster import nodes, pods, registration, waiting, workspace
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.e2e import shapes
from tests.harness.e2e.recorder import Recorder
from tests.harness.tools.explained import Explained
from tests.root import ROOT


def record(target: Path) -> None:
    workspace.end_on_signals()
    with workspace.workspace("everynode-record-") as directory, ControlPlane(directory, say=print) as cluster:
        certificates = directory / "certificates"
        subprocess.run([ROOT / "certs" / "make-certs", certificates], check=True)
        with Recorder(certificates / "tls.crt", certificates / "tls.key") as recorder:
            nodes.add(cluster.api, [nodes.node(shapes.NODE)])
            document = registration.configuration(recorder.url, (certificates / "ca.crt").read_bytes(), every_pod=True)
            registration.register(cluster.api, document)
            registration.wait_in_force(cluster.api, lambda _: "probe" in recorder.reviews)
            wanted = create_all(cluster)
            waiting.until(lambda: wanted <= recorder.reviews.keys(), "each pod to come by")
            write(target, {name: recorder.reviews[name] for name in wanted})


def create_all(cluster: ControlPlane) -> set[str]:
    """Creates a pod of each shape; returns their names."""
    Kubectl(cluster.kubeconfig)("apply", "-f", str(ROOT / "tests/harness/cluster/filebeat.yaml"))
    daemon_sets = shapes.daemon_sets()
    for one in daemon_sets:
        cluster.api.create("/apis/apps/v1/namespaces/default/daemonsets", one)
    single = shapes.single_pods()
    for one in single:
        if one["metadata"]["name"] == shapes.DRY_RUN:
            pods.dry_run(cluster.api, one)
        else:
            pods.create(cluster.api, one)
    return {"filebeat", *(one["metadata"]["name"] for one in daemon_sets + single)}


def write(target: Path, reviews: dict[str, bytes]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, body in sorted(reviews.items()):
        (target / f"{name}.json").write_bytes(body)
        print(f"{name}: {len(body)} bytes, made by {json.loads(body)['request']['userInfo']['username']}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        record(Path(sys.argv[1]))
    except Explained as error:
        sys.exit(f"record: {error}")
