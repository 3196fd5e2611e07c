"""An API server that plays 5,000 nodes with 10 DaemonSets, and a roll of one of them: what a real one would list and
tell, object by object, made from a pattern. It knows lists in pages and watches, and nothing else."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

NODES, SETS = 5000, 10
PAGE = 500
LISTED_VERSION = 1000
APPS, CORE = "/apis/apps/v1", "/api/v1"
STARTED = "2026-01-01T00:00:00Z"
LABELS = "topology.kubernetes.io/zone", "node.kubernetes.io/instance-type"


def encoded(document: dict) -> bytes:
    """As the API server writes a revision's data, which is compared byte by byte."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def node_name(number: int) -> str:
    """In the order of names, in which the API server lists."""
    return f"ip-10-0-{number // 250:03}-{number % 250:03}.eu-central-1.compute.internal"


def node(number: int) -> dict:
    labels = {
        "kubernetes.io/hostname": node_name(number),
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        LABELS[0]: f"eu-central-1{'abc'[number % 3]}",
        LABELS[1]: f"m7i.{2 ** (number % 4)}xlarge",
    }
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": STARTED}
    return {
        "metadata": {"name": node_name(number), "uid": f"node-{number}", "resourceVersion": "1", "labels": labels},
        "status": {"conditions": [ready]},
    }


def template(name: str, version: int) -> dict:
    containers = [{"name": "agent", "image": f"example.org/{name}:{version}"}]
    return {"metadata": {"labels": {"name": name}}, "spec": {"containers": containers}}


def daemon_set(number: int, version: int = 1) -> dict:
    name = f"agent-{number}"
    status = {"observedGeneration": version, "desiredNumberScheduled": NODES, "currentNumberScheduled": NODES}
    status |= {"numberReady": NODES, "numberAvailable": NODES, "updatedNumberScheduled": NODES if version == 1 else 0}
    return {
        "metadata": {
            "namespace": "kube-system",
            "name": name,
            "uid": name,
            "resourceVersion": str(version),
            "generation": version,
        },
        "spec": {
            "selector": {"matchLabels": {"name": name}},
            "template": template(name, version),
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        },
        "status": status,
    }


def owner(number: int) -> list[dict]:
    name = f"agent-{number}"
    return [{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": name, "controller": True}]


def revision(number: int, version: int = 1) -> dict:
    name = f"agent-{number}"
    return {
        "metadata": {
            "namespace": "kube-system",
            "name": f"{name}-{version}",
            "uid": f"{name}-revision-{version}",
            "resourceVersion": str(version),
            "labels": {"name": name, "controller-revision-hash": f"hash{version}"},
            "ownerReferences": owner(number),
        },
        "revision": version,
        "data": {"spec": {"template": {**template(name, version), "$patch": "replace"}}},
    }


def pod(daemon_set_number: int, node_number: int, version: int = 1, ready: bool = True, at: str = STARTED) -> dict:
    name = f"agent-{daemon_set_number}"
    condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": at}
    return {
        "metadata": {
            "namespace": "kube-system",
            "name": f"{name}-{node_number}-{version}",
            "uid": f"{name}-{node_number}-{version}",
            "resourceVersion": str(100 * version + ready),
            "creationTimestamp": at,
            "labels": {"name": name, "controller-revision-hash": f"hash{version}"},
            "ownerReferences": owner(daemon_set_number),
        },
        "spec": {"nodeName": node_name(node_number)},
        "status": {"phase": "Running" if ready else "Pending", "conditions": [condition]},
    }


COLLECTIONS = {
    f"{CORE}/nodes": (NODES, node),
    f"{CORE}/pods": (NODES * SETS, lambda number: pod(number % SETS, number // SETS)),
    f"{APPS}/daemonsets": (SETS, daemon_set),
    f"{APPS}/controllerrevisions": (SETS, revision),
}


class ManyNodes:
    """The server; `sent` counts the bytes of all answers."""

    def __init__(self) -> None:
        self.sent = 0
        self._versions = itertools.count(LISTED_VERSION + 1)
        self._watches: dict[str, list[queue.Queue]] = {}
        many = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_) -> None:
                pass

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                query = parse_qs(url.query)
                if "watch" in query:
                    many._watch(self, url.path)
                else:
                    many._list(self, url.path, query)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            for watch in sum(self._watches.values(), []):
                watch.put(None)
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def write_kubeconfig(self, path: Path) -> Path:
        cluster = {"server": f"http://127.0.0.1:{self._server.server_port}"}
        context = {"cluster": "many", "namespace": "kube-system"}
        named = {"clusters": [{"name": "many", "cluster": cluster}], "contexts": [{"name": "many", "context": context}]}
        path.write_text(json.dumps({"current-context": "many", **named}))
        return path

    def _list(self, handler: http.server.BaseHTTPRequestHandler, path: str, query: dict) -> None:
        count, make = COLLECTIONS.get(path, (0, None))
        begin = int(query.get("continue", ["0"])[0])
        end = min(count, begin + PAGE, begin + int(query.get("limit", [PAGE])[0]))
        meta = {"resourceVersion": str(LISTED_VERSION)} | ({"continue": str(end)} if end < count else {})
        body = encoded({"metadata": meta, "items": [make(number) for number in range(begin, end)]})
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        self.sent += len(body)

    def _watch(self, handler: http.server.BaseHTTPRequestHandler, path: str) -> None:
        events: queue.Queue = queue.Queue()
        self._watches.setdefault(path, []).append(events)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while (line := events.get()) is not None:
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.sent += len(line)

    def tell(self, path: str, kind: str, thing: dict) -> None:
        thing["metadata"]["resourceVersion"] = str(next(self._versions))  # an older one would be a restored backup
        line = encoded({"type": kind, "object": thing}) + b"\n"
        for watch in self._watches.get(path, []):
            watch.put(line)

    def roll(self, number: int, seconds: float, nodes: int = NODES) -> None:
        """A new version of one DaemonSet, whose pods are replaced one after the other in so many seconds."""
        self.tell(f"{APPS}/controllerrevisions", "ADDED", revision(number, 2))
        self.tell(f"{APPS}/daemonsets", "MODIFIED", daemon_set(number, 2))
        begin = time.monotonic()
        for one in range(nodes):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self.tell(f"{CORE}/pods", "DELETED", pod(number, one))
            self.tell(f"{CORE}/pods", "ADDED", pod(number, one, 2, False, at))
            self.tell(f"{CORE}/pods", "MODIFIED", pod(number, one, 2, True, at))
            time.sleep(max(0.0, begin + seconds * (one + 1) / nodes - time.monotonic()))
