"""The supervisor: one process that keeps the web server and the worker running over one home. No Django here.

It prepares (tables, static files), starts its children and restarts any that ends, however it ends.
Only a stop signal ends the group, cleanly. Killed itself, it leaves nothing behind: the kernel ends
the children, and the embedded database stops with its last user (`embedded.py`).
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gongjia.config import homefile, where
from gongjia.config.processes import Child, die_with_parent

PORT = 8000
NEXT_PORTS = 20
STOP_SECONDS = 25
READY_SECONDS = 60
LOOPBACK = "127.0.0.1"


class ServeError(RuntimeError):
    """It cannot serve; the message says why and what to do."""


def choose_port(host: str, wanted: int | None) -> int:
    """The wanted port, or the first free one from 8000 on when none is wanted."""
    if wanted is not None:
        if not _free(host, wanted):
            raise ServeError(f"端口 {wanted} 已被占用，请换一个：--port {wanted + 1}")
        return wanted
    for port in range(PORT, PORT + NEXT_PORTS):
        if _free(host, port):
            return port
    raise ServeError(f"端口 {PORT}–{PORT + NEXT_PORTS - 1} 都已被占用，请用 --port 指定一个空闲端口。")


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


class Supervisor:
    """Runs the children of one home until told to stop."""

    def __init__(self, home: Path, host: str, port: int, say: Callable[[str], None], *, worker: bool = True):
        self.home, self.host, self.port, self.say = home, host, port, say
        self.stop_asked = False
        program = [sys.executable, "-m"]
        self.children = [Child("web", [*program, "gongjia.config.web", host, str(port)])]
        if rush := os.environ.get("GONGJIA_RUSH_PORT"):
            self.children.append(Child("rush", [*program, "gongjia.config.rush", host, rush]))
        if worker:
            self.children.append(Child("worker", [*program, "gongjia", "run-jobs"]))
        self._wake_read, self._wake_write = socket.socketpair()
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)

    @property
    def address(self) -> str:
        host = "localhost" if self.host in (LOOPBACK, "0.0.0.0", "::", "::1") else self.host
        return f"http://{host}:{self.port}/"

    def run(self, when_ready: Callable[[str], None]) -> None:
        """Prepare, serve, and return after a stop signal when everything has ended."""
        lock = homefile.hold_serving(self.home)
        if lock is None:
            note = homefile.serving(self.home) or {}
            raise ServeError(f"这套系统已经在运行：{note.get('address', '')}（进程 {note.get('pid', '?')}）")
        self._listen_for_signals()
        try:
            self._hold_database()
            self._prepare()
            if not self.stop_asked:
                self._serve(when_ready)
        finally:
            self._stop_children()
            homefile.forget_serving(self.home)
            self._leave_database()
            lock.close()

    # --- the life of the group ---------------------------------------------------------------

    def _serve(self, when_ready: Callable[[str], None]) -> None:
        for child in self.children:
            child.start()
        self._note()
        told = False
        deadline = time.monotonic() + READY_SECONDS
        while not self.stop_asked:
            self._wait(0.1 if not told else 1.0)
            self._restart_the_dead()
            if not told and self._answers():
                told = True
                when_ready(self.address)
            elif not told and time.monotonic() > deadline:
                told = True
                self.say("网页服务一分钟内没有应答，仍在继续尝试。请看上面的出错信息，或运行 gongjia doctor。")

    def _restart_the_dead(self) -> None:
        changed = False
        for child in self.children:
            if child.process is not None and not child.alive():
                code = child.bury()
                if not self.stop_asked:
                    self.say(f"{child.name} 意外结束（{_describe(code)}），重新启动。")
            if child.process is None and time.monotonic() >= child.not_before and not self.stop_asked:
                child.start()
                changed = True
        if changed:
            self._note()

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.alive() for child in self.children) and time.monotonic() < deadline:
            self._wait(0.1)
        for child in self.children:
            child.kill_group()
            if child.process is not None:
                child.process.wait()

    def _prepare(self) -> None:
        """Tables, grants, static files: in a process of its own, so that this one stays small."""
        if homefile.is_prepared(self.home):
            return
        parent = os.getpid()
        command = [sys.executable, "-m", "gongjia", "migrate", "--quiet"]
        done = subprocess.run(command, check=False, preexec_fn=lambda: die_with_parent(parent))
        if done.returncode != 0 and not self.stop_asked:
            raise ServeError("准备数据库或静态文件没有成功，原因见上。")

    # --- signals ----------------------------------------------------------------------------

    def _listen_for_signals(self) -> None:
        def ask_stop(*_):
            self.stop_asked = True

        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, ask_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake up

    def _wait(self, seconds: float) -> None:
        select.select([self._wake_read], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            self._wake_read.recv(4096)

    # --- the world outside -------------------------------------------------------------------

    def _answers(self) -> bool:
        host = LOOPBACK if self.host == "0.0.0.0" else "::1" if self.host == "::" else self.host
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status < 500  # 400: a host name of its own is set, and is not ours
        except OSError:
            return False
        finally:
            connection.close()

    def _note(self) -> None:
        homefile.note_serving(
            self.home,
            pid=os.getpid(),
            address=self.address,
            children={child.name: child.process.pid for child in self.children if child.process},
        )

    def _hold_database(self) -> None:
        if not where.external():
            from gongjia.config import embedded

            embedded.ensure(self.home)

    def _leave_database(self) -> None:
        """Let go of the embedded server and, when nobody else uses it, see it end."""
        if where.external():
            return
        from gongjia.config import embedded

        embedded.release_and_wait(self.home)


def _describe(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"
