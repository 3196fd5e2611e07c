"""Secrets are not in the log, at any log level."""

from __future__ import annotations

import base64
import json

from tests.harness.cluster import pods, waiting
from tests.harness.e2e.reconciler import life
from tests.harness.e2e.reconciler.environment import SHARED, ReconcilerTest
from tests.harness.e2e.reconciler.life import CertificateObjects

NODE = SHARED[0]
VALUE = "s3cr3t-of-a-pod"
TEMPLATE = {
    "nodeSelector": {"kubernetes.io/hostname": NODE},
    "containers": [
        {
            "name": "agent",
            "image": "example.org/agent:1",
            "args": [f"--password={VALUE}-argument"],
            "env": [{"name": "PASSWORD", "value": f"{VALUE}-variable"}],
        }
    ],
}


class Secrecy(CertificateObjects, ReconcilerTest):
    def test_of_keys_tokens_and_what_is_in_pods(self) -> None:
        with self.away():
            with self.new_reconciler(*life.FLAGS, "--log-level", "debug", name="debugging") as reconciler:
                daemon = self.create(
                    self.name("secret"), template=TEMPLATE, annotations={"example.com/password": f"{VALUE}-annotation"}
                )
                daemon.wait_on(NODE)
                daemon.fail(daemon.pods()[0])
                orphan = pods.pod(
                    f"orphan-of-{daemon.name}",
                    annotations={"a": f"{VALUE}-orphan"},
                    labels={"app": daemon.name},
                    nodeName=NODE,
                )
                self.api.create(pods.PODS, orphan)
                daemon.merge({"spec": {"template": {"spec": {"priorityClassName": "missing"}}}})
                waiting.until(lambda: daemon.events("FailedCreate"), "a pod to be refused", 20)
                waiting.until(self.certified, "the certificate", 20)
                log = reconciler.log()
        self.assertIn("issued the webhook's certificate", log)
        for secret in self.secrets():
            self.assertNotIn(secret, log)

    def certified(self) -> bool:
        return "tls.crt" in self.api.get(f"{life.SECRETS}/{life.CERTIFICATE}").get("data", {})

    def secrets(self) -> list[str]:
        """The token, the lines of the keys, and the common part of all values in the pods."""
        token = json.loads(self.kubeconfig.read_text())["users"][0]["user"]["token"]
        found = [VALUE, token, "PRIVATE KEY"]
        for name in (life.CERTIFICATE, f"{life.CERTIFICATE}-ca"):
            encoded = self.api.get(f"{life.SECRETS}/{name}")["data"]["tls.key"]
            found += [encoded, *base64.b64decode(encoded).decode().split("\n")[1:-2]]
        self.assertTrue(all(len(one) >= 11 for one in found), found)
        return found
