"""Compares the webhook that fits pods to their nodes by a DaemonSetOverlay with the one that does not, and with a Go
twin that does; and measures how soon an admission knows that a node has changed. Prints Markdown.

Usage: python3 -m tests.harness.bench.overlay_bench [--build DIR] [--before DIR] [--quick]

--before names the build of an older Everynode, which is measured without overlays. --quick takes a minute or two, with
fewer nodes, and only says whether everything works. Exits with 1 if something does not work, never because a figure is
bad.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.harness.bench import bodies, go_twin, machine, measure, overlay_results, servers, visibility
from tests.harness.bench.fleet import Fleet, fleet
from tests.harness.bench.heartbeats import Heartbeats
from tests.harness.bench.machine import say
from tests.harness.bench.overlay_results import FITTING, GO, OLDER, PLAIN
from tests.harness.cluster import workspace
from tests.harness.tools.explained import Explained
from tests.root import ROOT

SIZES = ("3 KB", "8 KB")
HEARTBEATS_PER_SECOND = 50  # 5,000 kubelets write 17


@dataclass(frozen=True)
class Scale:
    nodes: int
    changes: int
    plan: measure.Plan


WHOLE = Scale(nodes=5000, changes=400, plan=measure.Plan(saturated=1.0, passes=4))
QUICK = Scale(nodes=300, changes=40, plan=measure.QUICK)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where everynode and everynode_load are")
    parser.add_argument("--before", type=Path, help="where an older everynode is")
    parser.add_argument("--quick", action="store_true", help="a minute or two: does it work?")
    options = parser.parse_args()
    workspace.end_on_signals()
    try:
        print(run(options.build.absolute(), options.before, QUICK if options.quick else WHOLE))
    except (Explained, bodies.Disagreement, measure.LoadFailed) as error:
        say(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nbench: interrupted")
        return 130
    return 0


def run(build: Path, before: Path | None, scale: Scale) -> str:
    for program in (build / "everynode", build / "everynode_load", *([before / "everynode"] if before else [])):
        if not program.exists():
            raise Explained(f"{program} is missing: run 'make bench-overlays', which builds what is in build")
    twin, go_version = go_twin.build(say)
    chosen = [body for body in bodies.choose() if body.label in SIZES]
    meanwhile = machine.Meanwhile()
    say(f"registering {scale.nodes} nodes")
    with fleet(scale.nodes) as cluster:
        programs = compared(cluster, build, before, twin)
        turns = measure.Turns(
            scale.plan,
            programs,
            chosen,
            build / "everynode_load",
            cluster.cluster.logs,
            lambda ports: check_agreement(chosen, ports),
            say,
        )
        turns.cores.confine(cluster.processes)
        figures = turns.run()
        turns.cores.release(cluster.processes)
        fitting = [one for one in programs if one.name in (FITTING, GO)]
        seen, beats = watch(cluster, turns.cores, fitting, chosen[0], scale)
    return overlay_results.page(
        overlay_results.Results(figures, [body.label for body in chosen], seen, scale.nodes, scale.changes, beats),
        [meanwhile.line(turns.cores), f"- Versions: {machine.versions(build, go_version)}"],
        meanwhile.warning("the figures"),
        judged=scale is not QUICK,
    )


def compared(cluster: Fleet, build: Path, before: Path | None, twin: Path) -> list[servers.Program]:
    certificates = cluster.cluster.directory / "certs"
    subprocess.run([ROOT / "certs" / "make-certs", certificates], check=True, capture_output=True)
    programs = [
        servers.everynode_program(PLAIN, build, certificates),
        servers.everynode_program(FITTING, build, certificates, *cluster.flags),
        servers.go_program(twin, certificates, *cluster.flags),
    ]
    return programs + ([servers.everynode_program(OLDER, before.absolute(), certificates)] if before else [])


def check_agreement(chosen: list[bodies.Body], ports: dict[str, int]) -> None:
    """Whoever fits pods makes the same ones, and so do the others, but that an older build names no node."""
    fitting = (FITTING, GO)
    bodies.check_agreement(chosen, {name: ports[name] for name in fitting}, fitted)
    others = {name: port for name, port in ports.items() if name not in fitting}
    bodies.check_agreement(chosen, others, lambda pod: bodies.placement(pod)[1:])


def fitted(pod: dict) -> list:
    """All but the hash in the stamp, which everybody makes as they like."""
    annotations = dict(pod["metadata"]["annotations"])
    stamped = annotations.pop("everynode.dev/overlays").partition("@")[0]
    return [stamped, annotations, pod["spec"]]


def watch(
    cluster: Fleet, cores: servers.Cores, programs: list[servers.Program], body: bodies.Body, scale: Scale
) -> tuple[dict[str, visibility.Visibility], float]:
    """How soon each of them knows of changes while the nodes heartbeat, and the heartbeats for each second."""
    api, logs = cluster.cluster.api, cluster.cluster.logs
    cores.use_all()
    seen = {}
    with Heartbeats(api, cluster.names, HEARTBEATS_PER_SECOND) as heartbeats:
        for program in programs:
            say(f"{scale.changes} changes of a node, seen by {program.name}")
            server = servers.Server(program, cores, logs)
            cores.use_all()
            try:
                seen[program.name] = visibility.measure(api, server.port, body, scale.changes)
            finally:
                server.kill()
        return seen, heartbeats.per_second()


if __name__ == "__main__":
    sys.exit(main())
