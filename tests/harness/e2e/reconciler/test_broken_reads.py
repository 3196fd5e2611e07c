"""A few runs behind a proxy that breaks the connection to the API server; `make outages` has hundreds."""

from __future__ import annotations

import random
import time

from tests.harness.e2e.reconciler.environment import ReconcilerTest
from tests.harness.faults.broken_reads import BrokenReads

SECONDS = 40


class Proxied(ReconcilerTest):
    def test_broken_reads(self):
        first = random.randrange(1_000_000)
        end = time.monotonic() + SECONDS
        with self.away(), BrokenReads(self.cluster, self.kubeconfig) as reads:
            for seed in range(first, first + 100):
                self.assertEqual(reads.run(seed), "")
                if time.monotonic() > end:
                    break
            print(f"     from seed {first}: {reads.figures()}", flush=True)
