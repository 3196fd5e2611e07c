"""Kubeconfigs with their files: kubectl reads or refuses each of them."""

from __future__ import annotations

from tests.harness.e2e.kubeconfig.runs import Case

TLS = "server: 'https://127.0.0.1:$tls'"
WITH_CA = TLS + ", certificate-authority-data: $ca"
TOKEN = "token: abc"
CERTIFICATE = "client-certificate-data: $cert, client-key-data: $key"
V1 = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never"
BETA = "apiVersion: client.authentication.k8s.io/v1beta1"


def config(cluster: str = WITH_CA, user: str = TOKEN, context: str = "cluster: k, user: u", current: str = "c") -> str:
    """A kubeconfig of one cluster and one user, with other ones beside them."""
    return f"""{{apiVersion: v1, kind: Config, preferences: {{}}, current-context: {current},
contexts: [{{name: c, context: {{{context}}}}}, {{name: d, context: {{cluster: k, user: v}}}}],
clusters: [{{name: k, cluster: {{{cluster}}}}}, {{name: l, cluster: {{{WITH_CA.replace("$tls", "$tls/of-l")}}}}}],
users: [{{name: u, user: {{{user}}}}}, {{name: v, user: {{token: of-v}}}}]}}
"""


def case(name: str, cluster: str = WITH_CA, user: str = TOKEN, **more) -> Case:
    """A case whose kubeconfig --kubeconfig names."""
    files = {"config": config(cluster, user)} | more.pop("files", {})
    return Case(name, files, flags=["--kubeconfig", "config", *more.pop("flags", [])], **more)


def refused(name: str, cluster: str = WITH_CA, user: str = TOKEN, *, says: str, **more) -> Case:
    return case(name, cluster, user, reaches=False, says=says, **more)


def usual(name: str, files: dict[str, str], **more) -> Case:
    """A case whose kubeconfig the environment names."""
    return Case(name, files, **more)


TRUST = [
    case("authority as data"),
    case("authority as a file", TLS + ", certificate-authority: ca.crt", files={"ca.crt": "$ca_pem"}),
    case(
        "authority as a file of another directory",
        TLS + ", certificate-authority: $dir/x/ca",
        files={"x/ca": "$ca_pem"},
    ),
    case("nobody is trusted, all are", TLS + ", insecure-skip-tls-verify: true"),
    case("another name", WITH_CA + ", tls-server-name: kubernetes.default.svc"),
    case("a name in small and large letters", "server: 'HTTPS://LocalHost:$tls', certificate-authority-data: $ca"),
    case("a path before all paths", WITH_CA.replace("$tls", "$tls/k8s/clusters/c-1/")),
    case("a query that does not count", WITH_CA.replace("$tls", "$tls/k8s?a=b")),
    case("fields that nobody knows", WITH_CA + ", extensions: [{name: x, extension: y}], x-more: [1]"),
    refused("a server that nobody trusts", TLS, says="its certificate is not signed by a CA that we trust"),
    refused("an authority that is not there", TLS + ", certificate-authority: none", says="No such file or directory"),
    refused("two authorities", WITH_CA + ", certificate-authority: ca.crt", says="are both given"),
    refused("an authority that does not count", WITH_CA + ", insecure-skip-tls-verify: true", says="contradicts"),
    refused(
        "no base64", TLS + ", certificate-authority-data: '?'", says="certificate-authority-data: it is not base64"
    ),
    refused("no server's address", "server: 'https://a b'", says="is no address of a server"),
    refused("another protocol", "server: 'ftp://127.0.0.1'", says="is no address of a server"),
]

WITHOUT_TLS = [
    case("a token stays at home", "server: 'http://127.0.0.1:$plain'"),
    case("a server without a scheme", "server: '127.0.0.1:$plain'"),
    case("a name without a scheme", "server: 'localhost:$plain'"),
    case("no scheme, in spite of an authority", "server: '127.0.0.1:$plain', certificate-authority-data: $ca"),
    case("no scheme, in spite of a certificate", "server: '127.0.0.1:$plain'", CERTIFICATE),
    case("basic authentication stays at home", "server: 'http://127.0.0.1:$plain'", "username: a, password: b"),
    case("an impersonation goes with it", "server: 'http://127.0.0.1:$plain'", "token: t, as: jane"),
    case("a plugin is not run", "server: 'http://127.0.0.1:$plain'", f"exec: {{{V1}, command: none}}"),
    case("a user of the server's URL", "server: 'http://me:word@127.0.0.1:$plain'"),
    Case(
        "no user",
        {"config": config("server: 'http://127.0.0.1:$plain'", context="cluster: k")},
        ["--kubeconfig", "config"],
    ),
    Case(
        "an empty user",
        {"config": config("server: 'http://127.0.0.1:$plain'", context='cluster: k, user: ""')},
        ["--kubeconfig", "config"],
    ),
    Case(
        "a user that is not there",
        {"config": config("server: 'http://127.0.0.1:$plain'", context="cluster: k, user: nobody")},
        ["--kubeconfig", "config"],
    ),
    refused("a path without a scheme", "server: '127.0.0.1:$plain/x'", says="is no address of a server"),
]

CREDENTIALS = [
    case("a certificate as data", user=CERTIFICATE),
    case(
        "a certificate as files",
        user="client-certificate: pki/me.crt, client-key: ./pki/../pki/me.key",
        files={"pki/me.crt": "$cert_pem", "pki/me.key": "$key_pem"},
    ),
    case("a certificate and a token", user=f"{CERTIFICATE}, token: abc"),
    case("a key without a certificate", user="token: abc, client-key-data: $key"),
    case("a token in a file", user="tokenFile: t", files={"t": "  from-file\n\n"}),
    case("a token, and one in a file", user="token: abc, tokenFile: t", files={"t": "from-file"}),
    case("a token, and a file that is not there", user="token: abc, tokenFile: none"),
    case("basic authentication", user="username: jane, password: 'a:b c'"),
    case("a user of the server's URL, with TLS", WITH_CA.replace("127", "me:word@127")),
    case("an impersonation", user="token: abc, as: jane"),
    case(
        "all of an impersonation",
        user="token: abc, as: jane, as-uid: '7', as-groups: [a, b], "
        "as-user-extra: {example.com/x y: ['1', '2'], B%c: [d]}",
    ),
    refused("groups of nobody", user="token: abc, as-groups: [a]", says="as is missing"),
    refused("a token and basic authentication", user="token: abc, username: a", says="are both given"),
    refused("a certificate without its key", user="client-certificate-data: $cert", says="client-key is missing"),
    refused("two keys", user=f"{CERTIFICATE}, client-key: x", says="client-key and client-key-data are both given"),
    refused("a token's file that is not there", user="tokenFile: none", says="No such file or directory"),
    refused("a number for a token", user="token: 12", says="users[0].user.token: expected a string"),
    refused(
        "an auth provider that is no more",
        user="auth-provider: {name: gcp}",
        says='auth-provider "gcp" is not supported',
    ),
]

A = config(user="token: of-a")
B = config(user="token: of-b")
HALF = "{contexts: [{name: c, context: {cluster: k, user: u}}], users: [{name: u, user: {tokenFile: t}}]}\n"
OTHER_HALF = (
    "{current-context: c, clusters: [{name: k, cluster: {" + WITH_CA + "}}], users: [{name: u, user: {token: of-y}}]}\n"
)
JSON = """{"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
"clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:$tls", "certificate-authority-data": "$ca"}}],
"users": [{"name": "u", "user": {"token": "of-json"}}]}
"""
MERGED = f"""apiVersion: v1
kind: Config
current-context: c
x-defaults: &defaults {{cluster: k, user: nobody}}
contexts:
- name: c
  context:
    <<: *defaults
    user: u
clusters: [{{name: k, cluster: {{{WITH_CA}}}}}]
users: [{{name: u, user: {{token: of-merged}}}}]
"""
IN_POD = {"KUBERNETES_SERVICE_HOST": "192.0.2.9", "KUBERNETES_SERVICE_PORT": "443"}

FILES = [
    usual("at home", {".kube/config": A}),
    usual("a variable before the home", {".kube/config": A, "b": B}, env={"KUBECONFIG": "b"}),
    usual("a flag before the variable", {"a": A, "b": B}, flags=["--kubeconfig", "a"], env={"KUBECONFIG": "b"}),
    usual("a variable before the pod", {"a": A}, env={"KUBECONFIG": "a"} | IN_POD),
    usual("two files", {"a": A, "b": B}, env={"KUBECONFIG": "a:b"}),
    usual("two files, the other way round", {"a": A, "b": B}, env={"KUBECONFIG": "b:a"}),
    usual("a leading colon", {"a": A}, env={"KUBECONFIG": ":a"}),
    usual("colons all around", {"a": A}, env={"KUBECONFIG": "::a::"}),
    usual("the same file twice", {"a": A}, env={"KUBECONFIG": "a:a"}),
    usual("a file that is not there", {"a": A}, env={"KUBECONFIG": "none:a:none2"}),
    usual("an empty file", {"a": A, "e": ""}, env={"KUBECONFIG": "e:a"}),
    usual(
        "halves, names of files from the directory of each",
        {"x/half": HALF, "x/t": "of-x", "y/other": OTHER_HALF, "t": "no", "y/t": "no"},
        env={"KUBECONFIG": "x/half:y/other"},
    ),
    usual("JSON", {"a": JSON}, env={"KUBECONFIG": "a"}),
    usual("another context", {"a": A}, flags=["--context", "d"], env={"KUBECONFIG": "a"}),
    usual("another cluster", {"a": A}, flags=["--cluster", "l"], env={"KUBECONFIG": "a"}),
    usual("another user", {"a": A}, flags=["--user", "v"], env={"KUBECONFIG": "a"}),
    usual(
        "no context, but cluster and user",
        {"a": config(current='""')},
        flags=["--cluster=l", "--user=v"],
        env={"KUBECONFIG": "a"},
    ),
    usual("a context that is not there", {"a": A}, flags=["--context", "x"], env={"KUBECONFIG": "a"}, reaches=False,
          says='context "x" is not among the contexts'),
    usual("a cluster that is not there", {"a": A}, flags=["--cluster", "x"], env={"KUBECONFIG": "a"}, reaches=False,
          says='cluster "x" is not among the clusters'),
    usual("a user that is not there, by flag", {"a": A}, flags=["--user", "x"], env={"KUBECONFIG": "a"}, reaches=False,
          says='user "x" is not among the users'),
    usual("a current context that is not there", {"a": config(current="x")}, env={"KUBECONFIG": "a"}, reaches=False,
          says='current-context: context "x" is not among the contexts'),
    usual("a name that stands there twice", {"a": A.replace("name: v", "name: u")}, env={"KUBECONFIG": "a"},
          reaches=False, says='users[1]: the name "u" stands there twice'),
    usual("another kind", {"a": A.replace("kind: Config", "kind: Secret")}, env={"KUBECONFIG": "a"}, reaches=False,
          says="kind: expected Config"),
    usual("no YAML", {"a": "{"}, env={"KUBECONFIG": "a"}, reaches=False, says="a: it is no YAML"),
    usual("a flag's file that is not there", {}, flags=["--kubeconfig", "none"], reaches=False, says="No such file"),
    usual("a merge key", {"a": MERGED}, env={"KUBECONFIG": "a"}),
]  # fmt: skip
