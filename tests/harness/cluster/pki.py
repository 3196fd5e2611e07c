"""The certificates of a throw-away control plane, made by openssl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.harness.tools.explained import Explained

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth
# Ours, the Service's, and that of the real node in tests/harness/node.
subjectAltName = IP:127.0.0.1, IP:10.0.0.1, IP:10.84.0.1, DNS:localhost, DNS:kubernetes.default.svc
[client]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = clientAuth
"""
DAYS = "365"


class Pki:
    """A directory with one CA and the certificates that it signed."""

    def __init__(self, directory: Path):
        if not shutil.which("openssl"):
            raise Explained("openssl is missing: run tests/harness/tools/install-packages cluster")
        self.directory = directory
        directory.mkdir(mode=0o700, parents=True)
        self._configuration = directory / "openssl.cnf"
        self._configuration.write_text(CONFIGURATION)
        self._key("ca")
        self._openssl(
            "req",
            "-new",
            "-x509",
            "-config",
            self._configuration,
            "-extensions",
            "ca",
            "-days",
            DAYS,
            "-subj",
            "/CN=test-cluster-ca",
            "-key",
            self.key("ca"),
            "-out",
            self.certificate("ca"),
        )

    def key(self, name: str) -> Path:
        return self.directory / f"{name}.key"

    def certificate(self, name: str) -> Path:
        return self.directory / f"{name}.crt"

    def server(self, name: str) -> None:
        self._signed(name, "server", f"/CN={name}")

    def client(self, name: str, user: str, group: str | None = None) -> None:
        """A client certificate; the API server reads user and group from its subject."""
        self._signed(name, "client", (f"/O={group}" if group else "") + f"/CN={user}")

    def key_pair(self, name: str) -> None:
        """A bare key pair, `name`.key and `name`.pub."""
        self._key(name)
        self._openssl("pkey", "-in", self.key(name), "-pubout", "-out", self.directory / f"{name}.pub")

    def _key(self, name: str) -> None:
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key(name))

    def _signed(self, name: str, section: str, subject: str) -> None:
        self._key(name)
        request = self.directory / f"{name}.csr"
        self._openssl(
            "req", "-new", "-config", self._configuration, "-subj", subject, "-key", self.key(name), "-out", request
        )
        self._openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            self.certificate("ca"),
            "-CAkey",
            self.key("ca"),
            "-CAcreateserial",
            "-days",
            DAYS,
            "-extfile",
            self._configuration,
            "-extensions",
            section,
            "-out",
            self.certificate(name),
        )
        request.unlink()

    def _openssl(self, *arguments: str | Path) -> None:
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Explained(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
