"""What the API server's audit log says about our webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.harness.cluster import registration

PATCH_PREFIX = "patch.webhook.admission.k8s.io/"


@dataclass(frozen=True)
class Admission:
    """One creation of a pod that our webhook was called for."""

    namespace: str
    pod: str
    dry_run: bool
    annotations: dict[str, str]  # the webhook's, without its name
    patch: list[dict]


def events(log: Path, begin: int = 0) -> Iterator[dict]:
    """All events behind the first `begin` bytes, oldest first."""
    with log.open() as lines:
        lines.seek(begin)
        for line in lines:
            if line.endswith("\n"):  # the last one may be incomplete
                yield json.loads(line)


def admissions(log: Path) -> Iterator[Admission]:
    """All creations of pods with annotations or a patch of our webhook, oldest first."""
    for event in events(log):
        annotations = event.get("annotations", {})
        prefix = f"{registration.WEBHOOK}/"
        ours = {key.removeprefix(prefix): value for key, value in annotations.items() if key.startswith(prefix)}
        patches = [json.loads(value) for key, value in sorted(annotations.items()) if key.startswith(PATCH_PREFIX)]
        patch = [operation for one in patches if one["webhook"] == registration.WEBHOOK for operation in one["patch"]]
        if ours or patch:
            metadata = event.get("responseObject", {}).get("metadata", {})
            yield Admission(
                event["objectRef"]["namespace"], metadata.get("name", ""), "dryRun=" in event["requestURI"], ours, patch
            )
