"""The page in a real Chromium, on a real control plane."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from tests.harness.cluster import waiting
from tests.harness.e2e.page.environment import NODES, WORKERS, PageTest

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


class Page(PageTest):
    def test_shows_nodes_by_zone_and_what_becomes_of_a_roll(self) -> None:
        self.open()
        name = self.create_and_see("roll")
        self.assertEqual(
            self.browser.texts(".name"), ["a", "worker-1", "worker-2", "b", "worker-3", "worker-10"], "10 behind 3"
        )
        self.set_image(name, "example.org/agent:2", {"everynode.dev/simulated-crash": "worker-3"})
        self.browser.wait_cells({f"{name} on worker-3": "starting, in trouble: failing"}, 60)
        self.browser.wait_text(".troubled b", "1")
        self.set_image(name, "example.org/agent:3", {"everynode.dev/simulated-crash": "none"})
        self.browser.wait_cells({f"{name} on {node}": "updated" for node in NODES}, 60)

    def test_says_why(self) -> None:
        self.open()
        name = self.create_and_see("why")
        self.set_image(name, "example.org/agent:2", {"everynode.dev/simulated-crash": "worker-10"})
        self.browser.wait_cells({f"{name} on worker-10": "starting, in trouble: failing"}, 60)
        self.browser("click", selector=f"[aria-label^='{name} on worker-10']")
        self.browser.wait_text(".details", "container agent: CrashLoopBackOff")
        told = self.browser.text(".details")
        for part in (f"default/{name} on worker-10", "maxUnavailable 1", f"name in ({name})", "Ready"):
            self.assertIn(part, told)
        self.browser("press", key="Escape")
        self.assertEqual(self.browser.text(".details"), "")
        self.browser("back")
        self.browser.wait_text(".details h2", f"default/{name} on worker-10")

    def test_says_nothing_of_what_was_there_before(self) -> None:
        """A DaemonSet goes while somebody looks at it, and comes again."""
        self.open()
        name = self.create_and_see("again")
        self.browser("click", selector=f"[aria-label^='{name} on worker-1']")
        self.browser.wait_text(".details", "Selector")
        self._remove(name)
        self.browser.wait_text(".details .failure", f"there is no DaemonSet default/{name}")
        self.assertNotIn("Selector", self.browser.text(".details"))
        self.create_and_see(name)
        self.browser.wait_text(".details", "Selector")
        self.assertEqual(self.browser.texts(".details .failure"), [])

    def test_shows_a_node_that_dies(self) -> None:
        self.open()
        name = self.create_and_see("dead", tolerations=[{"operator": "Exists"}])
        self.addCleanup(self.set_ready, "worker-2", True)
        self.set_ready("worker-2", False)
        self.set_pod_status(name, "worker-2", {"conditions": [{"type": "Ready", "status": "False"}]})
        self.browser.wait_cells({f"{name} on worker-2": "starting, in trouble: not ready"})
        self.browser.wait_text(".name.noted", "NotReady since")
        self.browser("click", selector=".name.noted")
        self.browser.wait_text(".details", "its node is NotReady")

    def test_shows_what_a_revision_changed_and_when(self) -> None:
        self.open()
        name = self.create_and_see("history")
        self.set_image(name, "example.org/agent:2", {"note": HOSTILE}, cause="a better <b>image</b>")
        waiting.until(
            lambda: {p["spec"]["containers"][0]["image"] for p in self.pods(name)} == {"example.org/agent:2"},
            "the roll",
        )
        self.browser.wait_cells({f"{name} on {node}": "updated" for node in NODES}, 60)
        self.browser("click", selector=f"[aria-label^='{name} on worker-1']")
        self.browser.wait_text(".history", "Revision 2")
        self.browser.wait_text(".history", "a better <b>image</b>")
        self.browser.wait_text(".timeline", "the last of 4 nodes had its new pod ready")
        self.assertIn("no trace of Everynode's webhook", self.browser.text(".admitted"))
        self.browser("click", selector=".history li:first-child summary")
        self.browser.wait_text(".history", "example.org/agent:2")
        told = "\n".join(self.browser.texts(".difference"))
        self.assertRegex(told, r"(?m)^- .*image: example\.org/agent:1$", "marks that need no colour")
        self.assertRegex(told, r"(?m)^\+ .*image: example\.org/agent:2$")
        self.assertIn("onerror", self.browser.text(".history"), "text, never markup")
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('img, #page script').length"), 0)
        self.assertEqual(self.browser("axe"), [])

    def set_ready(self, node: str, ready: bool) -> None:
        kubelet = {"kwok.x-k8s.io/node": "fake" if ready else None}
        self.api.merge(f"{WORKERS}/{node}", {"metadata": {"annotations": kubelet}})
        condition = {
            "type": "Ready",
            "status": str(ready),
            "reason": "Test",
            "message": "",
            "lastTransitionTime": now(),
        }
        self.api.merge(f"{WORKERS}/{node}/status", {"status": {"conditions": [condition]}})

    def test_shows_a_pod_that_is_refused_in_the_api_servers_words(self) -> None:
        quotas = "/api/v1/namespaces/default/resourcequotas"
        self.open()
        quota = {"metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
        self.api.create(quotas, quota)
        self.addCleanup(self.api.delete, f"{quotas}/none")
        waiting.until(lambda: self.api.get(f"{quotas}/none").get("status", {}).get("hard"), "the quota to be in force")
        self.create("refused")
        self.browser.wait_cells({"refused on worker-1": "missing, in trouble: not created"})
        self.browser("click", selector="[aria-label^='refused on worker-1']")
        self.browser.wait_text(".details .why", "exceeded quota: none")

    def test_says_that_the_api_server_is_lost_and_goes_on(self) -> None:
        self.open()
        name = self.create_and_see("lost")
        self.cluster.kill_apiserver()
        try:
            told = self.browser.wait_text(".standing", "Nothing new comes from the API server")
            self.assertIn("This was seen", told)
            waiting.until(lambda: self.age() >= 3, "what was seen to get older")
            self.assertEqual(self.browser.cells()[f"{name} on worker-1"], "updated", "what was seen last stays")
        finally:
            self.cluster.start_apiserver_again()
        waiting.until(lambda: self.browser.text(".standing") == "live", "the page to be live again", 60)
        self.set_image(name, "example.org/agent:2", {"everynode.dev/simulated-readiness": "never"})
        waiting.until(lambda: "starting" in self.browser.cells().values(), "a roll to be seen", 60)

    def age(self) -> int:
        """How old what is shown is, in seconds, as the page says."""
        told = re.search(r"seen (\d+) s ago", self.browser.text(".standing"))
        return int(told[1]) if told else -1

    def test_says_that_its_server_has_gone_and_goes_on_with_another(self) -> None:
        address = self.serve("--listen", "127.0.0.1:0")
        self.browser.open(address)
        self.browser.wait_text(".standing", "live")
        self.process.stop()
        self.browser.wait_text(".standing", "does not answer any more", 20)
        self.serve("--listen", f"127.0.0.1:{urlsplit(address).port}")
        self.browser.wait_text(".standing", "The token is missing or wrong", 20)

    def test_takes_the_token_of_an_address_that_is_opened_in_its_tab(self) -> None:
        """For another fragment alone a browser loads nothing."""
        address = self.serve()
        self.browser.open(address.partition("#")[0])
        self.browser.wait_text(".standing", "The token is missing or wrong")
        self.browser("enter", url=address)
        self.browser.wait_text(".standing", "live")
        self.assertNotIn("token", self.browser("url"))

    def test_takes_everything_that_objects_say_for_text(self) -> None:
        self.open()
        name = self.create_and_see("hostile")
        state = {"waiting": {"reason": HOSTILE, "message": HOSTILE}}
        status = {"name": "agent", "image": "x", "imageID": "", "ready": False, "restartCount": 0, "state": state}
        conditions = [{"type": "Ready", "status": "False"}]
        self.set_pod_status(name, "worker-1", {"conditions": conditions, "containerStatuses": [status]})
        waiting.until(lambda: self.browser.cells()[f"{name} on worker-1"] != "updated", "the pod's trouble to be seen")
        self.browser("click", selector=f"[aria-label^='{name} on worker-1']")
        self.browser.wait_text(".details .why", HOSTILE)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('img, #page script').length"), 0)

    def test_is_used_by_keyboard(self) -> None:
        self.open()
        name = self.create_and_see("keys")
        self.browser("press", key="/")
        self.assertEqual(self.browser.evaluate("document.activeElement.type"), "search")
        self.browser.evaluate("document.querySelector('.matrix').focus()")
        for key in ("Home", "ArrowDown", "ArrowDown", "Enter"):
            self.browser("press", key=key)
        self.browser.wait_text(".details h2", f"default/{name} on worker-2")
        self.assertEqual(self.browser.evaluate("document.activeElement.tagName"), "H2", "what is read next")
        self.browser("press", key="Escape")
        self.assertEqual(self.browser.evaluate("document.activeElement.className"), "matrix")

    def test_filters_and_has_a_link_for_each_view(self) -> None:
        self.open()
        self.create_and_see("views")
        self.browser("fill", selector="input[type=search]", text="worker-1")
        self.browser.wait_text(".shown", "2 of 4 nodes")
        self.browser("fill", selector="input[type=text]", text="topology.kubernetes.io/zone in (b)")
        self.browser.wait_text(".shown", "1 of 4 nodes")
        self.assertEqual(self.browser.texts(".row.node .name"), ["worker-10"])
        address = self.browser("url")
        self.assertNotIn("token", address, "a link may be passed on")
        self.browser("reload")
        self.browser.wait_text(".shown", "1 of 4 nodes")
        self.assertEqual(self.browser("url"), address)

    def test_has_no_finding_of_axe(self) -> None:
        for how in ({"theme": "light"}, {"theme": "dark"}, {"width": 380, "height": 700}):
            with self.subTest(**how):
                self.open(**how)
                name = self.create_and_see(f"axe-{how.get('theme', 'narrow')}")
                self.assertEqual(self.browser("axe"), [])
                self.browser("click", selector=f"[aria-label^='{name} on worker-1']")
                self.browser.wait_text(".details", "Selector")
                self.assertEqual(self.browser("axe"), [])

    def test_shows_who_may_read_one_namespace_that_one(self) -> None:
        rules = [
            {"apiGroups": ["apps"], "resources": ["daemonsets", "controllerrevisions"], "verbs": ["list", "watch"]},
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["list", "watch"]},
        ]
        group, base = "rbac.authorization.k8s.io", "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
        self.api.create("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "reader"}})
        self.api.create(f"{base}/roles", {"metadata": {"name": "reader"}, "rules": rules})
        subject = {"kind": "ServiceAccount", "name": "reader", "namespace": "default"}
        role = {"apiGroup": group, "kind": "Role", "name": "reader"}
        self.api.create(
            f"{base}/rolebindings", {"metadata": {"name": "reader"}, "subjects": [subject], "roleRef": role}
        )
        asked = self.api.create("/api/v1/namespaces/default/serviceaccounts/reader/token", {"spec": {}})
        self.create("mine")
        kubeconfig = self.cluster.token_kubeconfig("reader", asked["status"]["token"])
        self.browser.open(self.serve(kubeconfig=kubeconfig))
        self.browser.wait_text(".scope", "only namespace default: ")
        self.browser.wait_cells({f"mine on {node}": "updated" for node in NODES})
        self.browser("click", selector=".head")
        self.browser.wait_text(".details .failure", "nodes")

    def test_lets_nobody_in_without_token_host_and_origin(self) -> None:
        address = urlsplit(self.serve())
        token = address.fragment.removeprefix("token=")
        good = {"Authorization": f"Bearer {token}"}
        cases = [
            ("/", {}, 200),
            ("/api/snapshot", good, 200),
            ("/api/snapshot", good | {"Origin": f"http://{address.netloc}"}, 200),
            ("/api/snapshot", {}, 401),
            ("/api/snapshot", {"Authorization": "Bearer x"}, 401),
            (f"/api/snapshot?token={token}", {}, 401),
            ("/api/snapshot", good | {"Host": "evil.example"}, 403),
            ("/", {"Host": f"evil.example:{address.port}"}, 403),
            ("/api/snapshot", good | {"Origin": "http://evil.example"}, 403),
            ("/api/snapshot", good | {"Origin": "null"}, 403),
        ]
        for path, headers, wanted in cases:
            with self.subTest(path=path, headers=headers):
                request = urllib.request.Request(f"http://{address.netloc}{path}", headers=headers)
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        status, told = answer.status, answer.headers
                except urllib.error.HTTPError as error:
                    status, told = error.code, error.headers
                    error.close()
                self.assertEqual(status, wanted)
                self.assertTrue(told["Content-Security-Policy"].startswith("default-src 'none'"))
                self.assertEqual(told["X-Content-Type-Options"], "nosniff")
                self.assertIsNone(told["Access-Control-Allow-Origin"])

    def test_is_live(self) -> None:
        """By the clock that both sides have: from the API server's answer to a node's note on the page."""
        self.open()
        self.browser.wait_text(".standing", "live")
        self.browser.evaluate(
            "window.seen = 0; new MutationObserver(() => { if (!window.seen && document.querySelector('.noted'))"
            " window.seen = Date.now(); }).observe(document.body, {subtree: true, childList: true, attributes: true})"
        )
        self.create_and_see("live")
        self.addCleanup(self.api.merge, f"{WORKERS}/worker-1", {"spec": {"unschedulable": None}})
        self.api.merge(f"{WORKERS}/worker-1", {"spec": {"unschedulable": True}})
        begin = time.time()
        seen = waiting.until(lambda: self.browser.evaluate("window.seen"), "a node's note") / 1000
        print(f"a cordoned node was seen {seen - begin:.3f} s after the API server's answer")
        self.assertLess(seen - begin, 5)


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
