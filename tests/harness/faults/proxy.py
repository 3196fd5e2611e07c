"""A proxy between one client and the API server that breaks connections, as its faults say.

It ends TLS on both sides. It knows enough HTTP/1.1 to answer instead of the API server, to keep a list for later, and
to split a watch into its events.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.harness.cluster import waiting
from tests.harness.cluster.pki import Pki
from tests.harness.cluster.ports import HOST, free_ports
from tests.harness.faults import watch_body
from tests.harness.faults.faults import Faults, RequestFault, WatchFault
from tests.harness.faults.serving import serve

LIMIT = 64 * 1024 * 1024
KEPT_LISTS = 8


class Broken(Exception):
    """The connection ends here, with a reset."""


@dataclass
class Message:
    """The head of a request or an answer, with its body unless it is a stream."""

    first_line: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def status(self) -> int:
        return int(self.first_line.split()[1])

    def encoded(self, chunked: bool = False) -> bytes:
        """The message with new framing."""
        kept = {
            name: value for name, value in self.headers.items() if name not in ("content-length", "transfer-encoding")
        }
        framing = {"transfer-encoding": "chunked"} if chunked else {"content-length": str(len(self.body))}
        lines = [self.first_line, *(f"{name}: {value}" for name, value in (kept | framing).items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + (b"" if chunked else self.body)


@dataclass
class FaultProxy:
    """It runs as a context manager. It adds `name` to the client's User-Agent, for the audit log."""

    pki: Pki
    upstream: int
    name: str = "proxy"
    faults: Faults = field(default_factory=Faults)
    counts: Counter = field(default_factory=Counter)
    partitioned: bool = False

    def __post_init__(self):
        self.port = free_ports(1)[0]
        self.server = f"https://{HOST}:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._lists: dict[str, list[bytes]] = {}
        self._open: set[asyncio.StreamWriter] = set()
        self._unanswered = 0  # requests that the API server has and has not answered
        self._changed = asyncio.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._inside.load_cert_chain(self.pki.certificate("server"), self.pki.key("server"))
        self._outside = ssl.create_default_context(cafile=self.pki.certificate("ca"))

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *error) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def set_faults(self, faults: Faults) -> None:
        """Uses these faults from now on. Watches with the old faults end as if the API server ended them."""
        self._ask(self._set_faults, faults)

    def bury_client(self) -> None:
        """Call it when the client was killed. Its requests have been carried out by now, or never will be: its
        successor waits for the old lease. What the old client saw does not bind the next one: a list without
        resourceVersion, with which a new process begins, is never old."""
        self.cut_all()
        waiting.until(lambda: self._unanswered == 0, "the API server to answer what the dead client asked")
        self._ask(self._lists.clear)

    def partition(self, partitioned: bool) -> None:
        """Nothing passes: connections stay open without a byte, and new ones get no answer."""
        self._ask(setattr, self, "partitioned", partitioned)

    def cut_all(self) -> None:
        self._ask(lambda: [writer.transport.abort() for writer in self._open])

    def _ask(self, what, *arguments) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (what(*arguments), done.set()))
        done.wait(10)

    def _set_faults(self, faults: Faults) -> None:
        self.faults = faults
        self._lists.clear()
        self._changed.set()
        self._changed = asyncio.Event()

    # --- the loop's thread ---

    def _serve(self) -> None:
        starting = asyncio.start_server(self._connected, HOST, self.port, ssl=self._inside, limit=LIMIT)
        serve(self._loop, starting, self._listening.set)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        behind = None
        try:
            while request := await read_head(reader):
                request.body = await read_body(reader, request)
                request.headers["user-agent"] = f"{request.headers.get('user-agent', '')} ({self.name})"
                behind = behind or await asyncio.open_connection(HOST, self.upstream, ssl=self._outside, limit=LIMIT)
                await self._whole()
                await self._pass(request, reader, writer, *behind)
        except (OSError, Broken, ssl.SSLError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()
            if behind:
                behind[1].transport.abort()

    async def _whole(self) -> None:
        while self.partitioned:
            await asyncio.sleep(0.02)

    async def _pass(
        self,
        request: Message,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        behind: asyncio.StreamReader,
        up: asyncio.StreamWriter,
    ) -> None:
        method, target, _ = request.first_line.split()
        watches = "watch=" in target
        fault = RequestFault() if watches else self.faults.of_request(method, target)
        watch_fault = self.faults.of_watch() if watches else WatchFault()
        self.counts.update(fault.names() if not watches else watch_fault.names())
        self.counts["watches" if watches else "requests"] += 1
        await asyncio.sleep(fault.delay)
        if fault.kind == "cut before":
            raise Broken
        if fault.kind == "hang before":
            await asyncio.sleep(fault.hang)
            raise Broken
        if fault.status:
            return await send(writer, refusal(fault.status))
        if watch_fault.gone == "status":
            return await send(writer, refusal(410))
        if reader.at_eof():  # the client has gone: its request is not passed on
            raise Broken
        answer = await self._ask_upstream(request, watches, behind, up)
        if watches and answer.status == 200:
            return await self._follow(answer, watch_fault, writer, behind)
        if fault.kind == "cut after":
            raise Broken
        if fault.kind == "hang after":
            await asyncio.sleep(fault.hang)
            raise Broken
        await self._whole()
        answer.body = self._aged(request, answer, fault)
        await send(writer, answer, fault.slow)

    async def _ask_upstream(
        self, request: Message, watches: bool, behind: asyncio.StreamReader, up: asyncio.StreamWriter
    ) -> Message:
        """For a watch that began, only the head."""
        self._unanswered += 1
        try:
            up.write(request.encoded())
            await up.drain()
            answer = await read_head(behind)
            if answer is None:
                raise Broken
            if not watches or answer.status != 200:
                answer.body = await read_body(behind, answer)
            return answer
        finally:
            self._unanswered -= 1

    def _aged(self, request: Message, answer: Message, fault: RequestFault) -> bytes:
        """An older answer to the same list, if the fault asks for it and there is one."""
        if not request.first_line.startswith("GET ") or "limit=" not in request.first_line or answer.status != 200:
            return answer.body
        kept = self._lists.setdefault(request.first_line, [])
        kept.append(answer.body)
        del kept[:-KEPT_LISTS]
        if not fault.stale:
            return answer.body
        self.counts["lists that were older"] += len(kept) > 1
        return kept[0]

    async def _follow(
        self, answer: Message, fault: WatchFault, writer: asyncio.StreamWriter, behind: asyncio.StreamReader
    ) -> None:
        """Passes events on one by one. After events that were left out, sends the error that makes the client list
        again."""
        writer.write(answer.encoded(chunked=True))
        changed, loop = self._changed, self._loop
        begin, lost, rest = loop.time(), False, b""
        protobuf = answer.headers.get("content-type", "").startswith(watch_body.PROTOBUF)
        ending = asyncio.ensure_future(changed.wait())
        reading = asyncio.ensure_future(read_chunk(behind))
        try:
            while True:
                waited = None if not fault.life else max(0.0, begin + fault.life - loop.time())
                await asyncio.wait({ending, reading}, timeout=waited, return_when=asyncio.FIRST_COMPLETED)
                over = ending.done() or (fault.life and loop.time() >= begin + fault.life)
                if over and fault:
                    if lost or fault.gone == "event":
                        self.counts["watches that expired"] += 1
                        await send_chunk(writer, watch_body.error(status_body(410), protobuf))
                        await send_chunk(writer, b"")
                    raise Broken
                if ending.done():
                    ending = asyncio.ensure_future(self._changed.wait())
                    fault = WatchFault()
                if not reading.done():
                    continue
                chunk = reading.result()
                await self._whole()
                if not chunk:
                    return await send_chunk(writer, b"")
                events, rest = watch_body.split(rest + chunk, protobuf)
                for event in events:
                    lost = lost or (bool(fault.lose_after) and loop.time() > begin + fault.lose_after)
                    if fault.silent_after and loop.time() > begin + fault.silent_after:
                        continue  # no error follows either: the client may continue from its last version
                    if lost:
                        self.counts["events lost"] += 1
                        continue
                    await asyncio.sleep(fault.delay)
                    await self._send_event(writer, event, fault)
                reading = asyncio.ensure_future(read_chunk(behind))
        finally:
            ending.cancel()
            reading.cancel()

    async def _send_event(self, writer: asyncio.StreamWriter, event: bytes, fault: WatchFault) -> None:
        for _ in range(2 if fault.twice else 1):
            piece = fault.piece or len(event)
            for at in range(0, len(event), piece):
                await send_chunk(writer, event[at : at + piece])
                if fault.piece:
                    await asyncio.sleep(0.001)


async def read_head(reader: asyncio.StreamReader) -> Message | None:
    """None if the other side has closed the connection."""
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = text.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Message(first, headers)


async def read_body(reader: asyncio.StreamReader, message: Message) -> bytes:
    if message.headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(message.headers.get("content-length", 0)))
    parts = []
    while chunk := await read_chunk(reader):
        parts.append(chunk)
    return b"".join(parts)


async def read_chunk(reader: asyncio.StreamReader) -> bytes:
    """Empty: this was the last chunk."""
    size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
    return (await reader.readexactly(size + 2))[:-2]


async def send_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))
    await writer.drain()


async def send(writer: asyncio.StreamWriter, answer: Message, slow: float = 0) -> None:
    """`slow`: takes so many seconds, byte by byte at first."""
    data = answer.encoded()
    if slow:
        head, size = data[:20], max(1, len(data) // 20)
        for piece in [head[at : at + 1] for at in range(len(head))] + [
            data[at : at + size] for at in range(len(head), len(data), size)
        ]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(slow / 40)
        return
    writer.write(data)
    await writer.drain()


def status_body(code: int) -> dict:
    reasons = {409: "Conflict", 410: "Expired", 429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable"}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "a fault of the test",
        "reason": reasons[code],
        "code": code,
    }


def refusal(code: int) -> Message:
    headers = {"content-type": "application/json"} | ({"retry-after": "1"} if code == 429 else {})
    return Message(f"HTTP/1.1 {code} Fault", headers, json.dumps(status_body(code)).encode())
