"""kubectl, as a person would use it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.harness.tools import binaries
from tests.harness.tools.explained import Explained


@dataclass(frozen=True)
class Kubectl:
    """kubectl with one kubeconfig."""

    kubeconfig: Path

    def __call__(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs kubectl; if it fails, raises its error text."""
        # kubectl's cache of a throw-away server must not go into the home directory.
        own = {"KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": str(self.kubeconfig.parent / "kubectl-cache")}
        done = subprocess.run(
            [binaries.built("kubectl"), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=os.environ | own,
            check=False,
        )
        if done.returncode != 0:
            raise Explained(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
        return done
