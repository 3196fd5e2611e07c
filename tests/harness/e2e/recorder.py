"""A webhook that allows every pod unchanged and stores the API server's requests."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.harness.cluster.ports import HOST


class Recorder:
    """Keeps the first AdmissionReview for each pod, raw, by the pod's name or generateName."""

    def __init__(self, certificate: Path, key: Path):
        self.reviews: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://{HOST}:{self._server.server_port}/mutate"

    def __enter__(self) -> Recorder:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keep(self, body: bytes) -> dict:
        """Stores the review and answers it."""
        request = json.loads(body)["request"]
        metadata = request["object"]["metadata"]
        name = metadata.get("name") or metadata["generateName"].rstrip("-")
        self.reviews.setdefault(name, body)
        return {
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "response": {"uid": request["uid"], "allowed": True},
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                answer = json.dumps(recorder.keep(self.rfile.read(int(self.headers["Content-Length"])))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments) -> None:
                """Prints nothing: only the stored reviews matter."""

        return Handler
