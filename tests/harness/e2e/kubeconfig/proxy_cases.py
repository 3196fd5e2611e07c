"""Kubeconfigs and environments with proxies."""

from __future__ import annotations

from tests.harness.e2e.kubeconfig.cases import WITH_CA, case, refused

HTTP = "http://127.0.0.1:$plain"
HTTPS = "https://127.0.0.1:$tls"
SOCKS = "socks5://127.0.0.1:$socks"
# A name that only the proxies here can resolve, with a certificate for it.
FAR = "server: 'https://api.invalid:$tls', certificate-authority-data: $ca, tls-server-name: localhost"
NEAR = "server: 'https://127.0.0.1:$tls', certificate-authority-data: $ca"
FAR_PLAIN = "server: 'http://api.invalid:$plain'"


def through(proxy: str, cluster: str = WITH_CA) -> str:
    return f"{cluster}, proxy-url: '{proxy}'"


def with_user(proxy: str) -> str:
    return proxy.replace("://", "://me:my%20word@")


PROXIES = [
    case("HTTP, to an address", through(HTTP)),
    case("HTTP, to a name", through(HTTP, FAR)),
    case("HTTP, with a user", through(with_user(HTTP))),
    case("HTTP, with a user and no password", through(HTTP.replace("://", "://me@"))),
    case("HTTP, to a plain server", through(HTTP, FAR_PLAIN)),
    case("HTTP, to a plain server, with a user", through(with_user(HTTP), FAR_PLAIN)),
    case("HTTPS", through(HTTPS, NEAR)),
    case("HTTPS, with a user", through(with_user(HTTPS), NEAR)),
    case("HTTPS, to a plain server", through(HTTPS, FAR_PLAIN + ", insecure-skip-tls-verify: true"), reaches=False,
         says="its certificate is not signed by a CA that we trust"),
    case("SOCKS, to an address", through(SOCKS)),
    case("SOCKS, to a name", through(SOCKS, FAR)),
    case("SOCKS, with a user", through(with_user(SOCKS))),
    case("SOCKS, to a plain server", through(SOCKS, FAR_PLAIN)),
    case("HTTPS_PROXY", FAR, env={"HTTPS_PROXY": HTTP}),
    case("https_proxy", FAR, env={"https_proxy": HTTP}),
    case("HTTPS_PROXY before https_proxy", FAR, env={"HTTPS_PROXY": HTTP, "https_proxy": SOCKS}),
    case("HTTPS_PROXY without a scheme", FAR, env={"HTTPS_PROXY": "127.0.0.1:$plain"}),
    case("HTTPS_PROXY with SOCKS", FAR, env={"HTTPS_PROXY": SOCKS}),
    case("HTTPS_PROXY with SOCKS that looks names up", FAR, env={"HTTPS_PROXY": SOCKS.replace("socks5", "socks5h")}),
    case("HTTPS_PROXY with a user", FAR, env={"HTTPS_PROXY": with_user(HTTP)}),
    case("HTTP_PROXY of a plain server", FAR_PLAIN, env={"HTTP_PROXY": HTTP}),
    case("HTTP_PROXY with SOCKS of a plain server", FAR_PLAIN, env={"HTTP_PROXY": SOCKS}),
    case("not for a loopback address", env={"HTTPS_PROXY": HTTP}),
    case("not for localhost", WITH_CA.replace("127.0.0.1", "localhost"), env={"HTTPS_PROXY": HTTP}),
    case("not HTTP_PROXY for TLS", env={"HTTP_PROXY": HTTP}),
    case("proxy-url before the environment", through(SOCKS, FAR), env={"HTTPS_PROXY": HTTP, "NO_PROXY": "*"}),
    case("NO_PROXY of others", FAR,
         env={"HTTPS_PROXY": HTTP, "NO_PROXY": "example.com, .api.invalid,10.0.0.0/8,api.invalid:1"}),
    refused("NO_PROXY", FAR, env={"HTTPS_PROXY": HTTP, "NO_PROXY": "api.invalid"}, says='"api.invalid" has no address'),
    refused("no_proxy", FAR, env={"HTTPS_PROXY": HTTP, "no_proxy": "x, INVALID"}, says='"api.invalid" has no address'),
    refused("NO_PROXY of all", FAR, env={"HTTPS_PROXY": HTTP, "NO_PROXY": "*"}, says='"api.invalid" has no address'),
    refused("NO_PROXY with its port", FAR, env={"HTTPS_PROXY": HTTP, "NO_PROXY": "*.invalid:$tls"},
            says='"api.invalid" has no address'),
    refused("no proxy there", through("http://127.0.0.1:1"),
            says="the proxy http://127.0.0.1:1: the connection was refused"),
    refused("no SOCKS there", through("socks5://127.0.0.1:1"),
            says="the proxy socks5://127.0.0.1:1: the connection was refused"),
    refused("no proxy's address", through("ftp://127.0.0.1"),
            says='proxy-url: "ftp://127.0.0.1" is no address of a proxy'),
    refused("SOCKS that a kubeconfig may not name", through("socks5h://127.0.0.1"), says="is no address of a proxy"),
    refused("HTTP_PROXY of a web server's program", FAR_PLAIN, env={"HTTP_PROXY": HTTP, "REQUEST_METHOD": "GET"},
            says="HTTP_PROXY: it is not obeyed while REQUEST_METHOD is set"),
]  # fmt: skip
