"""Kubeconfigs with credential plugins, and kubectl's preferences about plugins."""

from __future__ import annotations

from tests.harness.e2e.kubeconfig.cases import BETA, V1, WITH_CA, case, refused

TELLS = '#!/bin/sh\nprintf %s "$$KUBERNETES_EXEC_INFO" > $dir/info.json\n'


def prints(status: str, version: str = "v1") -> str:
    """A plugin that saves its input, and prints a status."""
    answer = f'{{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/{version}", "status": {status}}}'
    return f"{TELLS}cat <<'END'\n{answer}\nEND\n"


TOKEN = prints('{"token": "of-plugin"}')
PAIR = '"clientCertificateData": "$cert_json", "clientKeyData": "$key_json"'
PLUGIN = {"bin/plugin": TOKEN}
EXEC = f"exec: {{{V1}, command: plugin}}"
KUBERC = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n"
LIST = f"{KUBERC}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n"
EXTENSION = "extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x, list: [1, {a: b}]}}]"

PLUGINS = [
    case("in PATH", user=EXEC, files=PLUGIN),
    case("beside the kubeconfig", user=f"exec: {{{V1}, command: ./tools/plugin}}", files={"tools/plugin": TOKEN}),
    case("by its whole path", user=f"exec: {{{V1}, command: $dir/tools/plugin}}", files={"tools/plugin": TOKEN}),
    case("v1beta1 without an interactiveMode", user=f"exec: {{{BETA}, command: plugin}}",
         files={"bin/plugin": prints('{"token": "of-beta"}', "v1beta1")}),
    case("IfAvailable, without a terminal", user=EXEC.replace("Never", "IfAvailable"), files=PLUGIN),
    case("arguments and variables", files=PLUGIN, env={"X": "of-environment"},
         user=f"exec: {{{V1}, command: sh, args: [-c, '$dir/bin/plugin | sed s/of-plugin/$$X/'],"
         " env: [{name: X, value: first}, {name: X, value: of-variable}]}"),
    case("a certificate", user=EXEC,
         files={"bin/plugin": prints("{" + PAIR + "}")}),
    case("a certificate and a token", user=EXEC,
         files={"bin/plugin": prints('{"token": "t", ' + PAIR + "}")}),
    case("an end of what it gives", user=EXEC,
         files={"bin/plugin": prints('{"token": "t", "expirationTimestamp": "2999-01-01T00:00:00Z"}')}),
    case("YAML", user=EXEC, files={"bin/plugin": f"{TELLS}echo 'kind: ExecCredential'\n"
         "echo 'apiVersion: client.authentication.k8s.io/v1'\necho 'status: {token: of-yaml}'\n"}),
    case("what it says beside that", user=EXEC, files={"bin/plugin": TOKEN + "echo 'log in at example.com' >&2\n"}),
    case("not asked when there is a token", user=f"token: abc, {EXEC}", files=PLUGIN),
    case("not asked when there is a certificate", user=f"client-certificate-data: $cert, client-key-data: $key, {EXEC}",
         files=PLUGIN),
    case("not asked when there is a user", user=f"username: a, password: b, {EXEC}", files=PLUGIN),
    case("told of the cluster", WITH_CA + ", " + EXTENSION, files=PLUGIN,
         user=f"exec: {{{V1}, command: plugin, provideClusterInfo: true}}"),
    case("told all of the cluster", "server: 'https://127.0.0.1:$tls/k8s', certificate-authority: ca, "
         "tls-server-name: localhost, disable-compression: true, proxy-url: 'http://127.0.0.1:$plain'",
         f"exec: {{{V1}, command: plugin, provideClusterInfo: true}}", files=PLUGIN | {"ca": "$ca_pem"}),
    case("told that nobody is trusted", "server: 'https://127.0.0.1:$tls', insecure-skip-tls-verify: true",
         f"exec: {{{BETA}, command: plugin, provideClusterInfo: true}}",
         files={"bin/plugin": prints('{"token": "t"}', "v1beta1")}),
    case("of whom one acts as another", user=f"{EXEC}, as: jane", files=PLUGIN),
    refused("Always, without a terminal", user=EXEC.replace("Never", "Always"), files=PLUGIN,
            says="standard input is no terminal"),
    refused("not there", user=f"exec: {{{V1}, command: none, installHint: Get it from\\n example.com}}",
            says='user "u": exec: "none" is not in PATH; Get it from'),
    refused("not there, by its path", user=f"exec: {{{V1}, command: ./none}}", says='none" is no program that can be'),
    refused("an exit code", user=EXEC, files={"bin/plugin": "#!/bin/sh\necho no session >&2\nexit 3\n"},
            says='exec: "plugin" failed with exit code 3: no session'),
    refused("no interactiveMode", user="exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin}",
            files=PLUGIN, says="exec.interactiveMode is missing"),
    refused("no apiVersion", user="exec: {command: plugin}", files=PLUGIN, says="exec.apiVersion is missing"),
    refused("an old apiVersion", user="exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: plugin}",
            files=PLUGIN, says="client.authentication.k8s.io/v1alpha1"),
    refused("no command", user=f"exec: {{{V1}}}", says="exec.command is missing"),
    refused("a variable without a name", user=f"exec: {{{V1}, command: plugin, env: [{{value: x}}]}}", files=PLUGIN,
            says="exec.env"),
    refused("another version", user=EXEC, files={"bin/plugin": prints('{"token": "t"}', "v1beta1")},
            says="apiVersion: expected client.authentication.k8s.io/v1,"),
    refused("another kind", user=EXEC, files={"bin/plugin": TOKEN.replace('"ExecCredential"', '"Pod"')},
            says="kind: expected ExecCredential"),
    refused("no status", user=EXEC, files={"bin/plugin": prints("null")}, says="status is missing"),
    refused("nothing in its status", user=EXEC, files={"bin/plugin": prints("{}")}, says="neither token nor"),
    refused("half a certificate", user=EXEC, files={"bin/plugin": prints('{"clientKeyData": "$key_json"}')},
            says="clientCertificateData and clientKeyData belong together"),
    refused("no certificate", user=EXEC, says="the client certificate is not PEM",
            files={"bin/plugin": prints('{"clientCertificateData": "x", "clientKeyData": "y"}')}),
    refused("nothing at all", user=EXEC, files={"bin/plugin": "#!/bin/sh\n"}, says="cannot be used"),
    refused("a page of HTML", user=EXEC, files={"bin/plugin": "#!/bin/sh\necho '<html>'\n"}, says="cannot be used"),
]  # fmt: skip

PREFERENCES = [
    case("all may run", user=EXEC, files=PLUGIN | {".kube/kuberc": KUBERC + "credentialPluginPolicy: AllowAll\n"}),
    case("by its name", user=EXEC, files=PLUGIN | {".kube/kuberc": LIST + "- command: plugin\n"}),
    case("by its older name", user=EXEC, files=PLUGIN | {".kube/kuberc": LIST + "- name: plugin\n"}),
    case("by its place", user=EXEC, files=PLUGIN | {".kube/kuberc": LIST + "- command: $dir/bin/plugin\n"}),
    case("found at the same place", user=f"exec: {{{V1}, command: $dir/bin/plugin}}",
         files=PLUGIN | {".kube/kuberc": LIST + "- command: other\n- command: plugin\n"}),
    case("switched off", user=EXEC, env={"KUBERC": "off"},
         files=PLUGIN | {".kube/kuberc": KUBERC + "credentialPluginPolicy: DenyAll\n"}),
    case("in another file", user=EXEC, env={"KUBERC": "rc"},
         files=PLUGIN | {"rc": KUBERC, ".kube/kuberc": KUBERC + "credentialPluginPolicy: DenyAll\n"}),
    case("in the first document that is one", user=EXEC, files=PLUGIN | {
         ".kube/kuberc": f"# ours\n---\n{KUBERC}---\n{KUBERC}credentialPluginPolicy: DenyAll\n"}),
    case("of no interest without a plugin", files={".kube/kuberc": KUBERC + "credentialPluginPolicy: DenyAll\n"}),
    refused("none may run", user=EXEC, files=PLUGIN | {".kube/kuberc": KUBERC + "credentialPluginPolicy: DenyAll\n"},
            says='"plugin" may not run: kubectl\'s preferences (kuberc) say credentialPluginPolicy: DenyAll'),
    refused("not on the list", user=EXEC, files=PLUGIN | {".kube/kuberc": LIST + "- command: other\n"},
            says="it is not in credentialPluginAllowlist"),
    refused("on the list, but at another place", user=f"exec: {{{V1}, command: ./plugin}}",
            files=PLUGIN | {"plugin": TOKEN, ".kube/kuberc": LIST + "- command: plugin\n"},
            says="it is not in credentialPluginAllowlist"),
    refused("no list", user=EXEC, files=PLUGIN | {".kube/kuberc": KUBERC + "credentialPluginPolicy: Allowlist\n"},
            says="credentialPluginAllowlist: it is empty"),
    refused("a list that does not count", user=EXEC, says="it counts with credentialPluginPolicy: Allowlist only",
            files=PLUGIN | {".kube/kuberc": LIST.replace(" Allowlist", " AllowAll") + "- command: plugin\n"}),
    refused("no policy that anybody knows", user=EXEC, says='credentialPluginPolicy: "Some"',
            files=PLUGIN | {".kube/kuberc": KUBERC + "credentialPluginPolicy: Some\n"}),
    refused("a file that is not there", user=EXEC, files=PLUGIN, env={"KUBERC": "none"}, says="No such file"),
]  # fmt: skip
