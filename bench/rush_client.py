"""The crowd of bench-rush: 200 kept connections, raw HTTP, in a process of its own. It is cheap, for it shares the cores.

Reads from stdin one JSON object {port, connections, requests: [text of a request …], per_second} and prints one back.
With `per_second` people come at that pace, else each as soon as a connection is free.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any


class Caller(asyncio.Protocol):
    """One connection: the next request goes out when the answer is there."""

    def __init__(self, crowd: Crowd):
        self.crowd, self.data, self.started = crowd, b"", 0.0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        if wait := self.crowd.early():
            asyncio.get_running_loop().call_later(wait, self.ask)
            return
        request = self.crowd.next()
        if request is None:
            self.transport.close()
            return
        self.started = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self.data + data if self.data else data
        head = data.find(b"\r\n\r\n")
        if head >= 0:
            mark = data.find(b"ontent-length: ", 0, head)
            if mark < 0:
                mark = data.find(b"ontent-Length: ", 0, head)
            if mark >= 0:
                mark += 15
                end = data.find(b"\r", mark, head + 2)
                if len(data) >= head + 4 + int(data[mark:end]):
                    self.data = b""
                    self.crowd.heard(time.perf_counter() - self.started, data[9:12], data[head + 4 :])
                    self.ask()
                    return
            elif b"chunked" in data[:head] and data.endswith(b"0\r\n\r\n"):
                self.data = b""
                self.crowd.heard(time.perf_counter() - self.started, data[9:12], data[head + 4 :])
                self.ask()
                return
        self.data = data

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.left()


class Crowd:
    def __init__(self, requests: list[bytes], connections: int, per_second: float = 0):
        self.requests, self.connections, self.at = requests, connections, 0
        self.per_second, self.began = per_second, time.perf_counter()
        self.times: list[float] = []
        self.verdicts: Counter[str] = Counter()
        self.sold_out_at = self.first = 0.0
        self.after = 0
        self.done: asyncio.Future | None = None
        self.here = connections

    def early(self) -> float:
        """Seconds until the next one comes."""
        if not self.per_second:
            return 0.0
        return max(0.0, self.began + self.at / self.per_second - time.perf_counter())

    def next(self) -> bytes | None:
        if self.at >= len(self.requests):
            return None
        self.at += 1
        return self.requests[self.at - 1]

    def heard(self, took: float, status: bytes, body: bytes) -> None:
        self.times.append(took)
        start = body.find(b'"verdict":"') + 11
        verdict = body[start : body.find(b'"', start)].decode() if start > 10 else status.decode()
        self.verdicts[verdict] += 1
        if verdict == "sold_out":
            if not self.sold_out_at:
                self.sold_out_at = time.perf_counter()
            self.after += 1

    def left(self) -> None:
        self.here -= 1
        if self.here == 0 and self.done is not None and not self.done.done():
            self.done.set_result(None)

    async def run(self, port: int) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        self.done = loop.create_future()
        began = self.began = time.perf_counter()
        for _ in range(self.connections):
            await loop.create_connection(lambda: Caller(self), "127.0.0.1", port)
        await self.done
        now = time.perf_counter()
        took = now - began
        times = sorted(self.times)
        return {
            "per_s": round(len(times) / took, 1), "took_s": round(took, 3), "answers": len(times),
            "verdicts": dict(self.verdicts), "p50_ms": round(times[len(times) // 2] * 1000, 1),
            "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
            "after_per_s": round(self.after / (now - self.sold_out_at), 1) if self.sold_out_at else None,
        }  # fmt: skip


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    crowd = Crowd([one.encode() for one in asked["requests"]], asked["connections"], asked.get("per_second", 0))
    print(json.dumps(asyncio.run(crowd.run(asked["port"]))))
