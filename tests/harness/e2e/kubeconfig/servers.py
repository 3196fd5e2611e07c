"""Servers and proxies on 127.0.0.1 that record their requests: an API server without objects, with and without TLS;
proxies for HTTP, HTTPS and SOCKS 5."""

from __future__ import annotations

import base64
import contextlib
import http.server
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.harness.cluster.pki import Pki

NOT_FOUND = (
    b'{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"not here"}'
)


class Record:
    """What arrived since the last call of `take`."""

    def __init__(self):
        self._lock = threading.Lock()
        self._events: list[dict] = []

    def add(self, **event) -> None:
        with self._lock:
            if not self._events or self._events[-1] != event:
                self._events.append(event)

    def take(self) -> list[dict]:
        with self._lock:
            events, self._events = self._events, []
        return events


def credentials_in(headers) -> dict:
    """The headers that authenticate the client."""
    return {
        "authorization": headers.get("Authorization"),
        "impersonate": sorted(
            (name.lower(), value) for name, value in headers.items() if name.lower().startswith("impersonate-")
        ),
    }


class Handler(http.server.BaseHTTPRequestHandler):
    """The API server, which also works as a proxy for clients that use it as one."""

    protocol_version = "HTTP/1.1"
    record: Record
    scheme: str

    def log_message(self, *_):
        pass

    def do_GET(self):
        proxied, _, path = self.path.rpartition("/apis/")[0].rpartition("://")
        self.record.add(
            at=f"{self.scheme} server" if not proxied else f"{self.scheme} proxy, absolute form",
            prefix=path,
            host=self.headers.get("Host"),
            sni=getattr(self.connection, "sni", None),
            client=self._client(),
            proxy_authorization=self.headers.get("Proxy-Authorization"),
            **credentials_in(self.headers),
        )
        self.send_response(404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(NOT_FOUND)))
        self.end_headers()
        self.wfile.write(NOT_FOUND)

    def do_CONNECT(self):
        self.record.add(
            at=f"{self.scheme} proxy, CONNECT",
            target=self.path,
            host=self.headers.get("Host"),
            proxy_authorization=self.headers.get("Proxy-Authorization"),
            **credentials_in(self.headers),
        )
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as server:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            relay(self.connection, server)

    def _client(self) -> str | None:
        if not isinstance(self.connection, ssl.SSLSocket) or not (peer := self.connection.getpeercert()):
            return None
        return dict(part[0] for part in peer["subject"]).get("commonName")


class Socks(threading.Thread):
    """A SOCKS 5 proxy (RFC 1928) that resolves every host to 127.0.0.1."""

    def __init__(self, record: Record):
        super().__init__(daemon=True)
        self._record = record
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, struct.error):
            user = self._greet(connection)
            host, port = self._destination(connection)
            self._record.add(at="socks5 proxy", target=f"{host}:{port}", user=user)
            with socket.create_connection(("127.0.0.1", port)) as server:
                connection.sendall(b"\5\0\0\1\x7f\0\0\1\0\0")
                relay(connection, server)

    @staticmethod
    def _greet(connection: socket.socket) -> str | None:
        methods = exactly(connection, exactly(connection, 2)[1])
        if 2 not in methods:
            connection.sendall(b"\5\0")
            return None
        connection.sendall(b"\5\2")
        user = exactly(connection, exactly(connection, 2)[1])
        password = exactly(connection, exactly(connection, 1)[0])
        connection.sendall(b"\1\0")
        return f"{user.decode()}:{password.decode()}"

    @staticmethod
    def _destination(connection: socket.socket) -> tuple[str, int]:
        kind = exactly(connection, 4)[3]
        if kind == 3:
            host = exactly(connection, exactly(connection, 1)[0]).decode()
        else:
            family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, exactly(connection, size))
        return host, struct.unpack("!H", exactly(connection, 2))[0]


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if not (more := connection.recv(count - len(data))):
            raise OSError("it ends early")
        data += more
    return data


def relay(one: socket.socket, other: socket.socket) -> None:
    """Copies both ways until one side ends."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()


class TlsServer(http.server.ThreadingHTTPServer):
    """Does the TLS handshake on the connection's own thread: a client that hangs delays no other."""

    context: ssl.SSLContext

    def finish_request(self, request, client_address):
        try:
            request = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return
        super().finish_request(request, client_address)
        with contextlib.suppress(OSError, ValueError):
            request.unwrap()


def tls_context(pki: Pki) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.certificate("server"), pki.key("server"))
    context.load_verify_locations(pki.certificate("ca"))
    context.verify_mode = ssl.CERT_OPTIONAL
    context.sni_callback = lambda connection, name, _: setattr(connection, "sni", name)
    return context


class Servers:
    """All servers, and the values of their names in the cases' templates."""

    def __init__(self, directory: Path):
        self.record = Record()
        self._pki = Pki(directory / "pki")
        self._pki.server("server")
        self._pki.client("client", "jane", "developers")
        self._plain = self._http("http", http.server.ThreadingHTTPServer)
        self._tls = self._http("https", TlsServer)
        self._socks = Socks(self.record)

    def _http(self, scheme: str, kind: type[http.server.ThreadingHTTPServer]) -> http.server.ThreadingHTTPServer:
        handler = type(f"{scheme}Handler", (Handler,), {"record": self.record, "scheme": scheme})
        server = kind(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        if isinstance(server, TlsServer):
            server.context = tls_context(self._pki)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def stop(self) -> None:
        for server in (self._plain, self._tls):
            server.shutdown()
            server.server_close()
        self._socks.stop()

    @property
    def names(self) -> dict[str, str]:
        def encoded(path: Path) -> str:
            return base64.b64encode(path.read_bytes()).decode()

        def in_json(path: Path) -> str:
            return path.read_text().replace("\n", "\\n")

        certificate, key, authority = (
            self._pki.certificate("client"),
            self._pki.key("client"),
            self._pki.certificate("ca"),
        )
        return {
            "plain": str(self._plain.server_port),
            "tls": str(self._tls.server_port),
            "socks": str(self._socks.port),
            "ca": encoded(authority),
            "ca_pem": authority.read_text(),
            "cert": encoded(certificate),
            "cert_pem": certificate.read_text(),
            "cert_json": in_json(certificate),
            "key": encoded(key),
            "key_pem": key.read_text(),
            "key_json": in_json(key),
        }


@contextlib.contextmanager
def running(directory: Path) -> Iterator[Servers]:
    servers = Servers(directory)
    try:
        yield servers
    finally:
        servers.stop()
