"""The requests of the benchmark: recorded AdmissionReviews, and a check that all servers give them the same answers."""

from __future__ import annotations

import base64
import copy
import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RECORDED = Path(__file__).resolve().parents[2] / "golden" / "recorded"
WANTED_KB = (3, 8, 20, 45)
PATH = "/mutate?timeout=2s"


@dataclass(frozen=True)
class Body:
    """One recorded review."""

    label: str
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size


class Disagreement(Exception):
    """A server's answer differs from the other's: there is nothing to compare."""


def choose(directory: Path = RECORDED) -> list[Body]:
    """For each wanted size, the recorded review that comes nearest to it among those that get a patch."""
    candidates = [path for path in sorted(directory.glob("*.json")) if owned_by_daemon_set(path)]
    if not candidates:
        raise FileNotFoundError(f"no recorded AdmissionReview of a DaemonSet's pod in {directory}")
    return [
        Body(f"{kb} KB", min(candidates, key=lambda path: abs(path.stat().st_size - kb * 1000))) for kb in WANTED_KB
    ]


def owned_by_daemon_set(path: Path) -> bool:
    owners = json.loads(path.read_text())["request"]["object"]["metadata"].get("ownerReferences", [])
    return any(owner["kind"] == "DaemonSet" and owner.get("controller") for owner in owners)


def placement(pod: dict) -> list:
    """What the webhook is for."""
    return [pod["metadata"].get("annotations"), pod["spec"].get("affinity"), pod["spec"].get("tolerations")]


def check_agreement(bodies: list[Body], ports: dict[str, int], view: Callable[[dict], list] = placement) -> None:
    """Sends each body to each server; in what `view` gives of them, the patched pods must be the same."""
    for body in bodies:
        pods = {name: patched_pod(body, port) for name, port in ports.items()}
        views = {name: json.dumps(view(pod), sort_keys=True) for name, pod in pods.items()}
        if len(set(views.values())) != 1:
            raise Disagreement(
                f"the servers disagree about {body.path.name}:\n"
                + "\n".join(f"  {name}: {view}" for name, view in views.items())
            )


def patched_pod(body: Body, port: int) -> dict:
    return patched_by(json.loads(body.path.read_text()), post(port, body.path.read_bytes()))


def patched_by(review: dict, answer_text: bytes) -> dict:
    """The pod of the review as the answer makes it."""
    answer = json.loads(answer_text)["response"]
    if not answer["allowed"] or answer["uid"] != review["request"]["uid"] or "patch" not in answer:
        raise Disagreement(f"no patch for {review['request']['uid']}: {answer}")
    return apply(review["request"]["object"], json.loads(base64.b64decode(answer["patch"])))


def post(port: int, body: bytes) -> bytes:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting_context())
    try:
        connection.request("POST", PATH, body, {"Content-Type": "application/json"})
        return connection.getresponse().read()
    finally:
        connection.close()


def trusting_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def apply(document: dict, patch: list[dict]) -> dict:
    """RFC 6902, as far as the servers use it."""
    result = copy.deepcopy(document)
    for operation in patch:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        place = result
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place[part]
        change(place, last, operation)
    return result


def change(place: dict | list, key: str, operation: dict) -> None:
    index = key if isinstance(place, dict) else len(place) if key == "-" else int(key)
    match operation["op"]:
        case "add" if isinstance(place, list):
            place.insert(index, operation["value"])
        case "add" | "replace":
            place[index] = operation["value"]
        case "remove":
            del place[index]
        case "test":
            if place[index] != operation["value"]:
                raise Disagreement(f"a test in the patch fails: {operation}")
        case other:
            raise Disagreement(f"unexpected operation {other} in a patch")
