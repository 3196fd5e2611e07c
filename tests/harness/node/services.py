"""Stands in for kube-proxy and the cluster's DNS: the addresses of Services lead to their pods, and names lead to those
addresses."""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import threading
from collections.abc import Callable

from tests.harness.cluster.api import Api, ApiError
from tests.harness.cluster.ports import HOST

BRIDGE = "node0"
DOMAIN = "cluster.local"
SUFFIX = f".svc.{DOMAIN}"
API_SERVER = ("10.0.0.1", 443)  # the Service `kubernetes`: the first address of the range
A_RECORD, FOUND, NO_SUCH_NAME = 1, 0x8180, 0x8183


class Services:
    """Serves the Services of one cluster until it is stopped. It runs in our own threads, so it ends with us at the
    latest."""

    def __init__(self, api: Api, api_server_port: int, dns_address: str):
        self._api = api
        self._open: dict[tuple[str, int], socket.socket] = {}
        self._lead(API_SERVER, lambda: (HOST, api_server_port))
        self._dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._dns.bind((dns_address, 53))
        threading.Thread(target=self._answer_names, daemon=True).start()

    def lead(self, namespace: str, name: str) -> None:
        """From now on the Service's address leads to one of its ready pods. A Service that is created again has another
        address."""
        service = self._api.get(f"/api/v1/namespaces/{namespace}/services/{name}")
        for port in service["spec"]["ports"]:
            address = (service["spec"]["clusterIP"], port["port"])
            if address not in self._open:
                self._lead(address, lambda port=port: self._endpoint(namespace, name, port["name"]))

    def _endpoint(self, namespace: str, name: str, port_name: str) -> tuple[str, int]:
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        slices = self._api.items(f"{path}?labelSelector=kubernetes.io%2Fservice-name%3D{name}")
        return next(
            (endpoint["addresses"][0], port["port"])
            for one in slices
            for endpoint in one["endpoints"] or []
            if endpoint["conditions"]["ready"]
            for port in one["ports"]
            if port["name"] == port_name
        )

    def _lead(self, address: tuple[str, int], target: Callable[[], tuple[str, int]]) -> None:
        subprocess.run(["ip", "addr", "replace", f"{address[0]}/32", "dev", BRIDGE], check=True)
        self._open[address] = listener = socket.create_server(address)
        threading.Thread(target=self._accept, args=(listener, target), daemon=True).start()

    def _accept(self, listener: socket.socket, target: Callable[[], tuple[str, int]]) -> None:
        while True:
            client = listener.accept()[0]
            try:
                server = socket.create_connection(target(), timeout=5)
            except (OSError, StopIteration, ApiError):
                client.close()  # kube-proxy refuses too if there is no endpoint
                continue
            server.settimeout(None)
            for pair in ((client, server), (server, client)):
                threading.Thread(target=copy, args=pair, daemon=True).start()

    def _answer_names(self) -> None:
        while True:
            query, client = self._dns.recvfrom(512)
            self._dns.sendto(self._answer(query), client)

    def _answer(self, query: bytes) -> bytes:
        """Answers one question: the address of a Service, or that no Service has this name."""
        labels, end = [], 12
        while length := query[end]:
            labels.append(query[end + 1 : end + 1 + length].decode())
            end += 1 + length
        question = query[12 : end + 5]
        address = self._address(".".join(labels))
        wanted = address and struct.unpack("!H", question[-4:-2])[0] == A_RECORD
        head = query[:2] + struct.pack("!HHHHH", FOUND if address else NO_SUCH_NAME, 1, int(bool(wanted)), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, A_RECORD, 1, 5, 4) + socket.inet_aton(address) if wanted else b""
        return head + question + record

    def _address(self, name: str) -> str:
        parts = name.removesuffix(SUFFIX).split(".")
        if not name.endswith(SUFFIX) or len(parts) != 2:
            return ""
        try:
            return self._api.get(f"/api/v1/namespaces/{parts[1]}/services/{parts[0]}")["spec"]["clusterIP"]
        except ApiError:
            return ""


def copy(source: socket.socket, target: socket.socket) -> None:
    """Copies everything until the end, and passes the end on."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
