"""kube-score's opinion of what the chart renders. We follow it, or a reason here says why not."""

from __future__ import annotations

import json
import unittest

from tests.harness.chart import helm, value_sets
from tests.harness.tools import binaries

NETWORK_POLICY = {
    "networkPolicy": {"enabled": True}
}  # off by default: they have no effect without a network plugin that implements them
SCORED = {
    "default": NETWORK_POLICY,
    "take-over": value_sets.TAKE_OVER | NETWORK_POLICY,
    "cert-manager": value_sets.CERT_MANAGER | NETWORK_POLICY,
}

IGNORED = {
    "container-image-pull-policy": "an image is named by version or digest: to pull it again at each start would "
    "make every start depend on the registry",
    "deployment-has-host-podantiaffinity": "topologySpreadConstraints spread over zones and nodes, and still let two "
    "pods start on a cluster of one node",
}
# Only these limits; we follow its advice on requests and on memory.
IGNORED_LIMITS = {
    "CPU limit is not set": "a webhook that is throttled is a webhook that times out",
    "Ephemeral Storage limit is not set": "nothing is written but the log, and a pod that is evicted for its log "
    "helps nobody",
    "Ephemeral Storage request is not set": "nothing is written but the log, which the kubelet rotates",
}


class Opinions(unittest.TestCase):
    def test_kube_score(self) -> None:
        for name, values in SCORED.items():
            with self.subTest(name):
                self.assertEqual(complaints(helm.rendered(values)), [])

    def test_it_would_complain(self) -> None:
        manifest = helm.rendered(NETWORK_POLICY).replace(
            "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"
        )
        self.assertIn("container-security-context-readonlyrootfilesystem", " ".join(complaints(manifest)))


def complaints(manifest: str) -> list[str]:
    """Every comment that is not ignored, as "object: check: summary"."""
    ignored = [part for check in IGNORED for part in ("--ignore-test", check)]
    done = helm.run(
        [binaries.built("kube-score"), "score", "--output-format", "json", "--output-version", "v2", *ignored, "-"],
        manifest,
    )
    found = []
    for one in json.loads(done.stdout):
        for check in one["checks"]:
            if check["grade"] < 10 and not check["skipped"]:
                found += [
                    f"{one['object_name']}: {check['check']['id']}: {comment['summary']}"
                    for comment in check["comments"] or []
                    if comment["summary"] not in IGNORED_LIMITS
                ]
    return found
