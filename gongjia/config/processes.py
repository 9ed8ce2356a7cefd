"""Child processes that never outlive their parent. No Django here."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
QUICK_DEATH = 20  # seconds: who dies younger is waited for longer before the next start
LONGEST_WAIT = 30
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int, how: int = signal.SIGTERM) -> None:
    """Have the kernel send `how` to this process when its parent ends, however that ends."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os.kill(os.getpid(), how)


def settle_down() -> None:
    """Call when a long-lived process has loaded its program: what is there now stays, and is not searched for rubbish.

    The collector otherwise goes through every loaded module a few times a second of work: about a tenth of a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@dataclass
class Child:
    """One program that has to run; restarted, ever more patiently, when it ends."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    quick_deaths: int = 0
    not_before: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own, that can be ended whole
            preexec_fn=lambda: die_with_parent(parent),
            env={**os.environ, **self.environment},
        )
        self.started = time.monotonic()

    def bury(self) -> int:
        """After its death: end what it left behind, and say when the next start is due. Gives its exit code."""
        assert self.process is not None
        code = self.process.wait()
        self.kill_group()
        lived = time.monotonic() - self.started
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH else 0
        wait = min(LONGEST_WAIT, 0.25 * 2 ** min(self.quick_deaths, 10)) if self.quick_deaths else 0
        self.not_before = time.monotonic() + wait
        self.process = None
        return code

    def ask_to_stop(self) -> None:
        if self.process is not None and self.alive():
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
