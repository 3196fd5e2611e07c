#!/usr/bin/env bash
# Python's dnspython 2.9.2: resolve() of a Service's short name asks for that name alone. It reads the search list and ndots of resolv.conf, which a
# kubelet writes for each pod, and uses them with search=True only.
. "$(dirname "$0")/lib.bash"
python_with dnspython==2.9.2
cat >resolv.conf <<'TEXT'
nameserver 127.0.0.1
search default.svc.cluster.local svc.cluster.local
options ndots:5
TEXT
cat >ask.py <<'PY'
import socket
import threading

import dns.message
import dns.rcode
import dns.resolver

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
asked: list[str] = []


def deny_all() -> None:
    while True:
        data, client = server.recvfrom(512)
        query = dns.message.from_wire(data)
        asked.append(query.question[0].name.to_text())
        answer = dns.message.make_response(query)
        answer.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(answer.to_wire(), client)


threading.Thread(target=deny_all, daemon=True).start()
for options in {}, {"search": True}:
    resolver = dns.resolver.Resolver("resolv.conf")
    resolver.port = server.getsockname()[1]
    asked.clear()
    try:
        resolver.resolve("agent", **options)
    except dns.resolver.NXDOMAIN:
        print(*options, *asked)
PY
expect "what it asks for, then with search" 'agent.
search agent.default.svc.cluster.local. agent.svc.cluster.local. agent.' "$(venv/bin/python ask.py)"
