"""5,000 nodes with 10 DaemonSets, while one of them is rolled out."""

from __future__ import annotations

import gzip
import threading
import time
import urllib.request
from urllib.parse import urlsplit

from tests.harness.cluster import waiting
from tests.harness.e2e.page.environment import PageTest
from tests.harness.e2e.page.many import NODES, SETS, ManyNodes

MOST_BYTES = 300 * 1024  # of the whole page and all that it shows at first
MOST_MIB = 80
ROLL_SECONDS, ROLLED = 12, 2000
# Scrolls all the time, and notes how long each frame takes.
SCROLL = """new Promise((done) => {
  const box = document.querySelector('.matrix'), times = [], end = performance.now() + 5000;
  let last = performance.now(), step = 0;
  const frame = (now) => {
    times.push(now - last); last = now; step += 1;
    box.scrollTop = (step * 37) % (box.scrollHeight - box.clientHeight);
    if (now < end) requestAnimationFrame(frame); else done(times.sort((a, b) => a - b));
  };
  requestAnimationFrame(frame);
})"""


class Many(PageTest):
    def test_stays_small_and_smooth(self) -> None:
        many = ManyNodes()
        with many.running():
            kubeconfig = many.write_kubeconfig(self.cluster.directory / "many.kubeconfig")
            address = self.serve(kubeconfig=kubeconfig)
            served = time.monotonic()
            self.wait_known(address)
            print(f"all lists were there after {time.monotonic() - served:.1f} s")
            begin = time.monotonic()
            self.browser.open(address)
            self.addCleanup(self.assert_well_behaved)
            self.browser.wait_text(".shown", f"{NODES} of {NODES} nodes")
            print(f"the first picture was there after {time.monotonic() - begin:.1f} s, Chromium's new page included")
            self.assertEqual(self.browser.text(".legend button b"), str(NODES * SETS))
            size = self.transferred(address)
            print(f"page and snapshot: {size / 1024:.0f} KiB")
            self.assertLess(size, MOST_BYTES)
            cpu, begin = self.process.cpu_seconds(), time.monotonic()
            roll = threading.Thread(target=many.roll, args=(3, ROLL_SECONDS, ROLLED), daemon=True)
            roll.start()
            frames = self.browser.evaluate(SCROLL)
            roll.join()
            seconds = time.monotonic() - begin
            busy = self.process.cpu_seconds() - cpu
            median, late = frames[len(frames) // 2], frames[len(frames) * 95 // 100]
            print(f"frames while it scrolled and rolled: median {median:.1f} ms, 95 % within {late:.1f} ms")
            print(f"{ROLLED / seconds:.0f} nodes/s: {100 * busy / seconds:.1f} % of a core")
            outdated = NODES - ROLLED
            waiting.until(
                lambda: self.browser.texts(".legend button b")[:2] == [str(NODES * SETS - outdated), str(outdated)],
                "the end of the roll",
            )
            memory = self.process.memory_kib()
            print(f"memory: {memory['VmRSS'] / 1024:.0f} MiB, {memory['VmHWM'] / 1024:.0f} MiB at most")
            self.assertLess(memory["VmHWM"] / 1024, MOST_MIB)

    def ask(self, address: str, path: str) -> bytes:
        url = urlsplit(address)
        token = url.fragment.removeprefix("token=")
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        request = urllib.request.Request(f"http://{url.netloc}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def wait_known(self, address: str) -> None:
        def known() -> bool:
            body = self.ask(address, "/api/snapshot")
            return b'"known":true' in (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)[:600]

        waiting.until(known, "all lists", 120, 0.2)

    def transferred(self, address: str) -> int:
        return sum(len(self.ask(address, path)) for path in ("/", "/page.js", "/page.css", "/api/snapshot"))
