"""What the tests of kubeconfigs share: no cluster, only servers that record their requests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.harness.e2e.kubeconfig import servers


class Shared:
    servers: servers.Servers


@contextlib.contextmanager
def running(directory: Path) -> Iterator[None]:
    with servers.running(directory) as Shared.servers:
        yield
