"""Compares Everynode's webhook with its Go twin and with its own server doing nothing; writes RESULTS.md.

Usage: python3 -m tests.harness.bench.webhook_bench [--build DIR] [--quick]

--quick takes about a minute, says only whether everything works, and writes nothing. Exits with 1 if something does not
work, never because a figure is bad.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.harness.bench import bodies, go_program, go_twin, machine, measure, results, servers
from tests.harness.bench.machine import say
from tests.harness.cluster import processes
from tests.harness.tools import go_toolchain
from tests.root import ROOT

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
ERRORS = (
    FileNotFoundError,
    subprocess.CalledProcessError,
    bodies.Disagreement,
    go_program.BuildFailed,
    go_toolchain.ToolchainError,
    measure.LoadFailed,
    processes.ComponentFailed,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build", help="where everynode, everynode_load and everynode_floor are"
    )
    parser.add_argument("--quick", action="store_true", help="about a minute: does it work?")
    options = parser.parse_args()
    try:
        return run(
            options.build.absolute(), measure.QUICK if options.quick else measure.Plan(), write=not options.quick
        )
    except ERRORS as error:
        say(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nbench: interrupted; nothing written")
        return 130


def run(build: Path, plan: measure.Plan, write: bool) -> int:
    for name in ("everynode", "everynode_load", "everynode_floor"):
        if not (build / name).exists():
            raise FileNotFoundError(f"{build / name} is missing: run 'make bench-webhook', which builds it")
    twin, go_version = go_twin.build(say)
    chosen = bodies.choose()
    meanwhile = machine.Meanwhile()
    with tempfile.TemporaryDirectory(prefix="everynode-bench-") as scratch:
        certificates = Path(scratch) / "certs"
        subprocess.run([ROOT / "certs" / "make-certs", certificates], check=True, capture_output=True)
        programs = servers.programs(build, twin, certificates)
        say(f"measuring for about {plan.seconds} s; other work on this machine spoils the figures")

        def agree(ports: dict[str, int]) -> None:
            bodies.check_agreement(chosen, {name: ports[name] for name in ("everynode", "go")})

        bench = measure.Bench(plan, programs, chosen, build / "everynode_load", Path(scratch), agree, say)
        result = bench.run()
    # A quick run is too short for verdicts.
    tables = results.markdown(
        result, [body.label for body in chosen], {body.label: body.size for body in chosen}, judged=write
    )
    text = page(tables, plan, bench.cores, machine.versions(build, go_version), meanwhile)
    print(text)
    if write:
        RESULTS.write_text(text)
        say(f"written to {RESULTS}")
    return 0


def page(
    tables: str, plan: measure.Plan, cores: servers.Cores, versions_line: str, meanwhile: machine.Meanwhile
) -> str:
    today = datetime.date.today().isoformat()
    return f"""# Benchmark results

Written by `make bench-webhook`, not by hand. Rounds: {plan.rounds}; figures are their medians. In each round
the servers are started afresh and take turns.

- **Everynode**: `everynode webhook --threads 1`, its decision log, one line for each request, going to a file.
- **Go twin**: [the same decision](go-twin) on controller-runtime, logging each decision to a file with its default
  sampling.
- **Floor**: Everynode's TLS and HTTP with a handler that does not read the request: what any handler can reach at best.

Before measuring, Everynode and the Go twin have to patch each body to the same affinity and tolerations.

{meanwhile.line(cores)}
- Versions: {versions_line}
- Date: {today}
{meanwhile.warning("the latencies")}
{tables}

## Repeat it

    make bench-webhook            # {measure.Plan().seconds // 60 + 1} minutes; on a machine that does nothing else
    python3 -m tests.harness.bench.webhook_bench --quick  # one minute: does it all work? Writes nothing

Bodies are AdmissionReviews recorded from a real API server (`tests/golden/recorded`). CPU is utime + stime of the
server's process over the window, after a warm-up. Latency counts from when a request was due (no coordinated omission).
TLS 1.3 with X25519 and a P-256 certificate; the cipher is the server's choice from what Go's client offers.
"""


if __name__ == "__main__":
    sys.exit(main())
