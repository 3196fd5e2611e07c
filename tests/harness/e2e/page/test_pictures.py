"""The pictures of the README. EVERYNODE_PICTURES=FOLDER keeps them there; else they are made and thrown away."""

from __future__ import annotations

import os
from pathlib import Path

from tests.harness.cluster import nodes
from tests.harness.e2e.page.environment import WORKERS, ZONE, PageTest

MORE = {f"pool-{zone}-{number}": zone for zone in ("a", "b", "c") for number in range(1, 8)}
ANYWHERE = [{"operator": "Exists"}]


class Pictures(PageTest):
    def test_pictures(self) -> None:
        for name in MORE:
            self.addCleanup(self.api.delete, f"{WORKERS}/{name}")
        more = [nodes.node(name, labels={ZONE: zone, "gpu": str(name.endswith("7"))}) for name, zone in MORE.items()]
        nodes.add(self.api, more)
        self.open(width=1100, height=720)
        for name in ("csi-node", "log-agent", "network"):
            self.create(name, tolerations=ANYWHERE)
        self.create("gpu-driver", nodeSelector={"gpu": "True"})
        self.browser.wait_cells({f"{name} on pool-a-7": "updated" for name in ("csi-node", "log-agent", "gpu-driver")})
        self.api.merge(f"{WORKERS}/pool-b-2", {"spec": {"unschedulable": True}})
        self.set_image("log-agent", "example.org/agent:2", {"everynode.dev/simulated-crash": "-4"})
        # Its pods go in no certain order, and the first one that crashes stops the rollout.
        self.browser.wait_text(".troubled b", "1", 60)
        self.take("matrix.png")
        self.browser("click", selector="[aria-label^='log-agent on'][aria-label$='failing']")
        self.browser.wait_text(".details", "CrashLoopBackOff")
        self.browser("choose", selector=".theme select", value="dark")
        self.take("why.png")

    def take(self, name: str) -> None:
        folder = Path(os.environ.get("EVERYNODE_PICTURES") or self.cluster.directory)
        self.browser("screenshot", path=str(folder / name))
        self.assertGreater((folder / name).stat().st_size, 10_000)
