"""A tour: a local control plane with simulated nodes, whose DaemonSet controller is Everynode's reconciler. It shows
what the webhook did to pods, and what the reconciler does as nodes come and go and revisions follow each other.

Start it with `make run`, or `python3 -m tests.harness.cluster.tour`. It stays up until Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from tests.harness.cluster import nodes, report, waiting, workspace
from tests.harness.cluster.control_plane import WITHOUT_IN_TREE, ControlPlane
from tests.harness.cluster.kubectl import Kubectl
from tests.harness.cluster.processes import ComponentFailed, Process
from tests.harness.cluster.reconciler import Reconciler
from tests.harness.cluster.scenario import Scenario
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools.explained import Explained

HERE = Path(__file__).resolve().parent
NODES = [nodes.node("worker-1"), nodes.node("worker-2", cordoned=True), nodes.node("worker-3", network=False)]


def main() -> int:
    options = parse()
    workspace.end_on_signals()
    print(
        "Starting a Kubernetes control plane on 127.0.0.1, with simulated nodes. Its DaemonSet controller is "
        "everynode's:",
        flush=True,
    )
    touring = False
    try:
        with workspace.workspace("everynode-run-") as directory:
            # All check their ports and files before anything is started.
            webhook = Webhook(directory, options.webhook_port, options.metrics_port)
            cluster = ControlPlane(directory, WITHOUT_IN_TREE, options.api_port, print_done)
            reconciler = Reconciler(cluster.kubeconfig, cluster.logs, metrics_port=options.reconciler_metrics_port)
            with cluster, webhook, reconciler:
                tour(cluster, webhook, reconciler)
                touring = True
                if not options.once:
                    print(report.what_next(cluster, webhook, reconciler), flush=True)
                    stay([*cluster.processes.values(), webhook.process, reconciler.process])
    except KeyboardInterrupt:
        print("\nEnded the webhook, the reconciler and the control plane; nothing is left running.", flush=True)
        return 0 if touring else 130
    except Explained as error:
        print(f"\ntour: {error}", file=sys.stderr)
        return 1
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tour", description=__doc__)
    parser.add_argument("--once", action="store_true", help="do the tour and end, instead of staying up")
    parser.add_argument("--api-port", type=int, help="port of the API server (default: a free one)")
    parser.add_argument("--webhook-port", type=int, help="port of the webhook (default: a free one)")
    parser.add_argument("--metrics-port", type=int, help="port of the webhook's metrics (default: a free one)")
    parser.add_argument(
        "--reconciler-metrics-port", type=int, help="port of the reconciler's metrics (default: a free one)"
    )
    return parser.parse_args()


def tour(cluster: ControlPlane, webhook: Webhook, reconciler: Reconciler) -> None:
    print_done(f"everynode webhook is ready on {webhook.url}, with development certificates")
    print_done("everynode reconciler leads; kube-controller-manager runs without its daemonset-controller")
    nodes.add(cluster.api, NODES)
    print_done(f"{len(NODES)} simulated nodes are ready")
    webhook.register(cluster.api)
    print_done("the API server calls the webhook for pods of DaemonSets")

    kubectl = Kubectl(cluster.kubeconfig)
    scenario = Scenario(cluster.api, kubectl, print_done)
    scenario.begin()
    kubectl("create", "-f", str(HERE / "agent-pod.yaml"))
    waiting.until(lambda: len(running(cluster)) == len(NODES) + 1, "a running pod on each node")
    print_done("filebeat runs once on each node, and the agent on the node that it is meant for")
    print(report.what_happened(cluster, webhook, running(cluster)), flush=True)
    scenario.go_on()
    print(scenario.told(), flush=True)
    print(report.what_was_done(reconciler), flush=True)


def running(cluster: ControlPlane) -> list[dict]:
    pods = cluster.api.items("/api/v1/pods")
    return sorted(
        (pod for pod in pods if pod["status"].get("phase") == "Running"),
        key=lambda pod: (pod["metadata"]["namespace"] != "kube-system", pod["spec"]["nodeName"]),
    )


def stay(started: list[Process]) -> None:
    """Waits until Ctrl-C, or until a process that we started ends by itself."""
    never = threading.Event()
    while all(process.running for process in started):
        never.wait(1)
    ended = next(process for process in started if not process.running)
    raise ComponentFailed(f"{ended.name} ended by itself\n{ended.last_words()}")


def print_done(text: str) -> None:
    print(f"  ✓ {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
