"""Who may ask the webhook: what a real API server shows, and what becomes of strangers."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import ssl
import unittest
from collections.abc import Sequence
from pathlib import Path

from tests.harness.cluster import pods, registration, waiting, workspace
from tests.harness.cluster.control_plane import ControlPlane
from tests.harness.cluster.pki import Pki
from tests.harness.cluster.pods import NODE_ANNOTATION
from tests.harness.cluster.ports import HOST
from tests.harness.cluster.webhook import Webhook
from tests.harness.tools import binaries

GATE = "APIServerWebhookAuthenticationToken"
ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
ASKER, OTHER = "webhook-asker", "other"
SUBJECT = f"system:serviceaccount:default:{ASKER}"
LIFE_SECONDS = 600
REFETCH_SECONDS = 30


def review() -> bytes:
    """What a stranger may send: a complete review."""
    document = {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "stranger",
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "operation": "CREATE",
            "namespace": "default",
            "object": pods.daemon_pod("stranger", {NODE_ANNOTATION: "n1"}),
        },
    }
    return json.dumps(document).encode()


class Callers(unittest.TestCase):
    """An API server that shows one webhook a certificate, one a token from a file, and others nothing."""

    @classmethod
    def setUpClass(cls) -> None:
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.directory = stack.enter_context(workspace.workspace("everynode-callers-"))
        cls.by_certificate, cls.by_token, cls.by_attestation, cls.shown_nothing = map(
            cls.new_webhook, ("certificate", "token", "attestation", "nothing")
        )
        cls.clients = Pki(cls.directory / "clients")
        cls.clients.client("api-server", "kube-apiserver")
        cls.clients.client("other", "somebody")
        flags = ["--admission-control-config-file", cls.admission_configuration()]
        if not binaries.is_oldest():
            flags += ["--feature-gates", f"{GATE}=true"]
        cls.cluster = stack.enter_context(ControlPlane(cls.directory, say=print, apiserver_flags=list(map(str, flags))))
        cls.stack = stack
        cls.api = cls.cluster.api
        for account in (ASKER, OTHER):
            cls.api.create(ACCOUNTS, {"metadata": {"name": account}})

    @classmethod
    def new_webhook(cls, name: str) -> Webhook:
        directory = cls.directory / name
        (directory / "logs").mkdir(parents=True)
        return Webhook(directory)

    @classmethod
    def admission_configuration(cls) -> Path:
        """As the chart's README shows it. The token's file need not be there yet: it is read when it is used."""
        users = {
            cls.by_certificate: {
                "client-certificate": str(cls.clients.certificate("api-server")),
                "client-key": str(cls.clients.key("api-server")),
            },
            cls.by_token: {"tokenFile": str(cls.directory / "token.jwt")},
            cls.by_attestation: {"tokenFile": str(cls.directory / "attested.jwt")},
        }
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "users": [{"name": f"{HOST}:{webhook.port}", "user": user} for webhook, user in users.items()],
        }
        (cls.directory / "webhooks.kubeconfig").write_text(json.dumps(kubeconfig))
        plugin = {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "WebhookAdmissionConfiguration",
            "kubeConfigFile": str(cls.directory / "webhooks.kubeconfig"),
        }
        configuration = {
            "apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AdmissionConfiguration",
            "plugins": [{"name": "MutatingAdmissionWebhook", "configuration": plugin}],
        }
        path = cls.directory / "admission.json"
        path.write_text(json.dumps(configuration))
        return path

    def start(self, webhook: Webhook, *flags: str | Path) -> None:
        webhook.flags = list(flags)
        webhook.start()
        self.addCleanup(webhook.process.stop)

    def register(self, webhook: Webhook) -> None:
        """Without waiting until it mutates: it may refuse."""
        url = f"{webhook.url}/mutate"
        registration.register(self.api, registration.configuration(url, webhook.ca.read_bytes()))

    def pins(self) -> list[str]:
        return pods.pins_of(pods.dry_run(self.api, pods.daemon_pod("asked", {NODE_ANNOTATION: "n1"})).body)

    def wait_for_pins(self, seconds: float = 30) -> None:
        waiting.until(lambda: self.pins() == ["n1"], "the webhook to answer the API server", seconds)

    def token(self, audience: str, bound: bool = False, account: str = ASKER) -> str:
        """A token as the TokenRequest API gives it."""
        spec: dict = {"audiences": [audience], "expirationSeconds": LIFE_SECONDS}
        if bound:
            spec["boundObjectRef"] = {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "MutatingWebhookConfiguration",
                "name": registration.NAME,
            }
            spec["attestations"] = {"admissionReviewAPIGroups": ["*"]}
        return self.api.create(f"{ACCOUNTS}/{account}/token", {"spec": spec})["status"]["token"]

    def keys_kubeconfig(self) -> Path:
        """Of a service account without any rights of its own, as that of the webhook's pods."""
        token = self.api.create(f"{ACCOUNTS}/{OTHER}/token", {"spec": {"expirationSeconds": 3600}})
        return self.cluster.token_kubeconfig("webhook-keys", token["status"]["token"])

    def ask(self, webhook: Webhook, token: str | None = None, certificate: str | None = None) -> int:
        """The status that somebody else gets."""
        context = ssl.create_default_context(cafile=webhook.ca)
        if certificate:
            context.load_cert_chain(self.clients.certificate(certificate), self.clients.key(certificate))
        connection = http.client.HTTPSConnection(HOST, webhook.port, context=context, timeout=10)
        with contextlib.closing(connection):
            headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
            connection.request("POST", "/mutate", review(), headers)
            return connection.getresponse().status

    def count(self, webhook: Webhook, credential: str, result: str) -> float:
        return webhook.metric("everynode_webhook_callers_total", credential=credential, result=result)

    def test_the_api_server_shows_its_certificate_and_strangers_have_none(self) -> None:
        """Requirement A11."""
        webhook = self.by_certificate
        names = "--tls-client-allowed-names=kube-apiserver"
        self.start(webhook, "--tls-client-ca-file", self.clients.certificate("ca"), names)
        self.register(webhook)
        self.wait_for_pins()
        self.assertGreater(self.count(webhook, "certificate", "allowed"), 0)
        self.assertEqual(self.ask(webhook), 401)
        self.assertEqual(self.ask(webhook, certificate="other"), 403)
        self.assertEqual(self.ask(webhook, certificate="api-server"), 200)
        self.assertEqual(self.count(webhook, "none", "missing"), 1)

    def test_the_api_server_shows_nothing_unless_it_is_told_to(self) -> None:
        """Requirement A11 and, as v1.37.2 has the gate on, A12. The pod is admitted all the same."""
        webhook = self.shown_nothing
        self.start(webhook, *self.token_flags(webhook))
        self.register(webhook)
        waiting.until(lambda: self.pins() == [] and self.count(webhook, "none", "missing") > 0, "the call", 30)
        self.assertEqual(self.count(webhook, "token", "allowed"), 0)

    def test_the_api_server_shows_a_token_from_a_file(self) -> None:
        webhook = self.by_token
        self.start(webhook, *self.token_flags(webhook), "--token-allowed-subjects", SUBJECT)
        audience = f"{webhook.url}/mutate"
        (self.directory / "token.jwt").write_text(self.token(audience))
        self.register(webhook)
        self.wait_for_pins()
        self.assertGreater(self.count(webhook, "token", "allowed"), 0)
        self.assertEqual(self.ask(webhook), 401)
        self.assertEqual(self.ask(webhook, self.token(audience)), 200)
        self.assertEqual(self.ask(webhook, self.token("https://elsewhere")), 401)
        self.assertEqual(self.ask(webhook, self.token(audience, account=OTHER)), 403)
        self.assertEqual(self.ask(webhook, self.token(audience)[:-4] + "AAAA"), 401)

    @unittest.skipIf(binaries.is_oldest(), f"the gate {GATE} came with 1.37")
    def test_the_api_server_attests_who_may_ask(self) -> None:
        """Requirement A12: what v1.37.2 issues, shown by the file because it does not show it by itself."""
        webhook = self.by_attestation
        audience = f"{webhook.url}/mutate"
        self.register(webhook)
        self.allow_attestation()
        token = self.token(audience, bound=True)
        (self.directory / "attested.jwt").write_text(token)
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.assertEqual(claims["aud"], [audience])
        self.assertEqual(claims["kubernetes.io"]["attestations"], {"admissionReviewAPIGroups": ["*"]})
        self.assertEqual(claims["kubernetes.io"]["mutatingwebhookconfiguration"]["name"], registration.NAME)
        self.assertEqual(claims["exp"] - claims["iat"], LIFE_SECONDS)
        self.start(webhook, *self.token_flags(webhook))
        self.wait_for_pins()
        self.assertEqual(self.ask(webhook, token), 200)
        self.assertEqual(self.ask(webhook, self.token(audience)), 403, "a token that anybody may ask for")

    def test_tokens_of_a_new_key_are_accepted_without_a_restart(self) -> None:
        webhook = self.by_token
        audience = f"{webhook.url}/mutate"
        self.start(webhook, *self.token_flags(webhook), "--token-allowed-subjects", SUBJECT)
        old = self.token(audience)
        self.assertEqual(self.ask(webhook, old), 200)
        self.rotate_key()
        new = self.token(audience)
        waiting.until(lambda: self.ask(webhook, new) == 200, "the new key to be fetched", REFETCH_SECONDS)
        self.assertGreater(self.count(webhook, "token", "unknown_key"), 0)
        self.assertEqual(self.ask(webhook, old), 200, "the old key is still served")

    def token_flags(self, webhook: Webhook) -> Sequence[str | Path]:
        return ["--token-audiences", f"{webhook.url}/mutate", "--kubeconfig", self.keys_kubeconfig()]

    def allow_attestation(self) -> None:
        group = "authentication.k8s.io"
        rules = [{"apiGroups": [group], "resources": ["admissionReviewAPIGroups"], "verbs": ["attest"]}]
        self.api.create(ROLES, {"metadata": {"name": ASKER}, "rules": rules})
        binding = {
            "metadata": {"name": ASKER},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": ASKER},
            "subjects": [{"kind": "ServiceAccount", "name": ASKER, "namespace": "default"}],
        }
        self.api.create(BINDINGS, binding)

    def rotate_key(self) -> None:
        """As an administrator does: both keys verify, the new one signs."""
        key = self.cluster.pki.key("next-service-accounts")
        self.cluster.pki.key_pair("next-service-accounts")
        server = self.cluster.processes["kube-apiserver"]
        flags = ["--service-account-key-file", key, "--service-account-signing-key-file", key]
        server.command = [*server.command, *flags]
        self.cluster.restart_apiserver()
