"""The writes of reconcilers in the audit log. Proxies add a name to the User-Agent, which distinguishes the writers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.harness.cluster import audit

AGENT = re.compile(r"^everynode/.* \((\w+)\)$")


@dataclass(frozen=True)
class Write:
    when: str  # RFC 3339 with microseconds: the order of texts is the order of times
    writer: str
    verb: str
    what: str
    name: str
    code: int


def writes(log: Path) -> list[Write]:
    """All writes, in the order in which the API server received them."""
    found = []
    for event in audit.events(log):
        if agent := AGENT.match(event.get("userAgent", "")):
            about = event["objectRef"]
            what = "/".join(filter(None, (about["resource"], about.get("subresource"))))
            found.append(
                Write(
                    event["requestReceivedTimestamp"],
                    agent[1],
                    event["verb"],
                    what,
                    about.get("name", ""),
                    event.get("responseStatus", {}).get("code", 0),
                )
            )
    return sorted(found, key=lambda one: one.when)


def changes_of_writer(found: list[Write]) -> list[str]:
    """The writers in order; a writer occurs again each time it writes after another one."""
    order: list[str] = []
    for one in found:
        if not order or order[-1] != one.writer:
            order.append(one.writer)
    return order
