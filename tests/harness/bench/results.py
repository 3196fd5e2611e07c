"""The results as tables: figures, ratios, and whether the targets were met."""

from __future__ import annotations

from dataclasses import dataclass

from tests.harness.bench.measure import Measurements

SERVERS = {"everynode": "Everynode", "go": "Go twin", "floor": "floor"}


@dataclass(frozen=True)
class Target:
    what: str
    wanted: str
    measured: str
    met: bool


def targets(result: Measurements, labels: list[str]) -> list[Target]:
    throughput = min(ratio(result, "per_cpu", label, "go") for label in labels)
    of_floor = ratio(result, "per_cpu", "8 KB", "floor")
    tail = max(ratio(result, "half_p99", label, "go") for label in labels)
    memory = result.median("VmHWM", "everynode") / 1024
    ready = result.median("ready", "everynode") * 1000
    size = result.median("size", "everynode") / 2**20
    return [
        Target(
            "requests per CPU-second, over the Go twin's, at the worst body",
            ">= 10",
            f"{throughput:.1f}",
            throughput >= 10,
        ),
        Target("requests per CPU-second, over the floor's, at 8 KB", ">= 0.8", f"{of_floor:.2f}", of_floor >= 0.8),
        Target("p99 at half load, over the Go twin's, at the worst body", "<= 0.25", f"{tail:.2f}", tail <= 0.25),
        Target("peak memory (VmHWM)", "<= 20 MiB", f"{memory:.1f} MiB", memory <= 20),
        Target("from exec to ready", "<= 20 ms", f"{ready:.1f} ms", ready <= 20),
        Target("stripped binary", "<= 8 MiB", f"{size:.1f} MiB", size <= 8),
    ]


def ratio(result: Measurements, figure: str, label: str, other: str) -> float:
    return result.median(figure, "everynode", label) / result.median(figure, other, label)


def markdown(result: Measurements, labels: list[str], sizes: dict[str, int], judged: bool) -> str:
    sections = [
        *([("Targets", "", targets_table(result, labels))] if judged else []),
        (
            "As fast as it goes",
            "25 kept connections, each with one request under way. The server has a core of its own.",
            saturated_table(result, labels, sizes, "per_cpu", "rate"),
        ),
        (
            "Latency at half load",
            "The same rate for all three: half of what the Go twin can do with this body. In ms, counted from when "
            "the request was due.",
            latency_table(result, labels, "half", SERVERS),
        ),
        (
            "Latency at half of its own maximum",
            "The Go twin's are those above.",
            latency_table(result, labels, "own_half", ("everynode", "floor")),
        ),
        (
            "A TLS handshake for each request",
            "What a burst beyond the API server's 25 kept connections costs. The client needs as much CPU "
            "for a handshake as the server: req/s is often the client's limit, requests per CPU-second are the "
            "server's own.",
            saturated_table(result, labels, sizes, "handshake_per_cpu", "handshake_rate"),
        ),
        ("The process", "", process_table(result)),
        (
            "Lines logged for each request, as fast as it goes",
            "Below 1: the decision log samples (Go twin) or drops what it cannot "
            "write in time (Everynode). The floor logs nothing.",
            logged_table(result, labels),
        ),
    ]
    return "\n\n".join("\n\n".join(filter(None, (f"## {title}", text, table))) for title, text, table in sections)


def targets_table(result: Measurements, labels: list[str]) -> str:
    return verdicts(targets(result, labels))


def verdicts(judged: list[Target]) -> str:
    return table(
        ["target", "wanted", "measured", ""],
        [[t.what, t.wanted, t.measured, "met" if t.met else "**missed**"] for t in judged],
    )


def saturated_table(result: Measurements, labels: list[str], sizes: dict[str, int], per_cpu: str, rate: str) -> str:
    header = ["body (bytes)"] + [f"{title}, {unit}" for title in SERVERS.values() for unit in ("req/CPU-s", "req/s")]
    rows = []
    for label in labels:
        row = [f"{label} ({sizes[label]})"]
        for server in SERVERS:
            row += [f"{result.median(per_cpu, server, label):.0f}", f"{result.median(rate, server, label):.0f}"]
        rows.append(
            row + [f"{ratio(result, per_cpu, label, 'go'):.1f}", f"{ratio(result, per_cpu, label, 'floor'):.2f}"]
        )
    return table(header + ["x Go", "of the floor"], rows)


def latency_table(result: Measurements, labels: list[str], kind: str, servers) -> str:
    rows = []
    for label in labels:
        for server in servers:
            quantiles = [f"{result.median(f'{kind}_{q}', server, label):.2f}" for q in ("p50", "p99", "p99.9")]
            rows.append([label, SERVERS[server], f"{result.median(f'{kind}_rate', server, label):.0f}", *quantiles])
    return table(["body", "server", "req/s", "p50", "p99", "p99.9"], rows)


def process_table(result: Measurements) -> str:
    rows = [
        [
            title,
            f"{result.median('VmHWM', name) / 1024:.1f}",
            f"{result.median('VmRSS', name) / 1024:.1f}",
            f"{result.median('ready', name) * 1000:.1f}",
            f"{result.median('size', name) / 2**20:.1f}",
        ]
        for name, title in SERVERS.items()
    ]
    return table(
        ["server", "peak memory, MiB", "memory after the load, MiB", "exec to ready, ms", "stripped binary, MiB"], rows
    )


def logged_table(result: Measurements, labels: list[str]) -> str:
    return table(
        ["body", *SERVERS.values()],
        [[label, *(f"{result.median('logged', name, label):.2f}" for name in SERVERS)] for label in labels],
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    """Markdown with columns that also line up on a terminal: figures to the right, text to the left."""
    columns = list(zip(header, *rows))
    widths = [max(3, *map(len, column)) for column in columns]
    right = [all(cell[:1].isdigit() for cell in column[1:]) for column in columns]
    fit = (
        lambda cells: "| "
        + " | ".join(
            cell.rjust(width) if numeric else cell.ljust(width) for cell, width, numeric in zip(cells, widths, right)
        )
        + " |"
    )
    rule = "|" + "|".join("-" * (width + 1) + (":" if numeric else "-") for width, numeric in zip(widths, right)) + "|"
    return "\n".join([fit(header), rule, *map(fit, rows)])
