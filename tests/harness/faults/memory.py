"""The memory of processes over time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from tests.harness.cluster.processes import Process


@dataclass
class Memory:
    """Samples of one process's resident memory, in KiB."""

    process: Process
    samples: list[tuple[float, int]] = field(default_factory=list)

    def sample(self) -> None:
        self.samples.append((time.monotonic(), self.process.memory_kib()["VmRSS"]))

    def figures(self) -> dict[str, float]:
        kib = [value for _, value in self.samples]
        slope, error = fit(self.samples[len(self.samples) // 2 :])
        return {
            "samples": len(kib),
            "first_kib": kib[0],
            "last_kib": kib[-1],
            "peak_kib": max(kib),
            "slope_kib_per_hour": round(slope * 3600),
            "standard_error": round(error * 3600),
        }


def fit(samples: list[tuple[float, int]]) -> tuple[float, float]:
    """The slope per second of the line through the samples, by least squares, and its standard error."""
    count = len(samples)
    if count < 3:
        return 0.0, 0.0
    mean_time = sum(when for when, _ in samples) / count
    mean = sum(value for _, value in samples) / count
    spread = sum((when - mean_time) ** 2 for when, _ in samples)
    slope = sum((when - mean_time) * (value - mean) for when, value in samples) / spread
    rest = sum((value - mean - slope * (when - mean_time)) ** 2 for when, value in samples)
    return slope, math.sqrt(rest / (count - 2) / spread)
