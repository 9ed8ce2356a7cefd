"""Running the program as an outside program does: subprocesses over a home of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

LONGEST = 240  # seconds for one command, on a busy machine


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment without the settings of the test run."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GONGJIA_", "DJANGO_", "PYTEST_"))
    }
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return {**kept, "GONGJIA_HOME": str(home), "PYTHONPATH": path, "PYTHONUTF8": "1", **more}


def gongjia(home: Path, *arguments: str | Path, code: int | None = 0, **more: str) -> subprocess.CompletedProcess:
    """One command; its exit code must be `code`."""
    done = subprocess.run(
        [sys.executable, "-m", "gongjia", *map(str, arguments)],
        env=environment(home, **more),
        cwd=home.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def answer(home: Path, *arguments: str | Path, code: int | None = 0) -> Any:
    """The JSON a command prints."""
    return json.loads(gongjia(home, *arguments, "--json", code=code).stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds: float = 90, what: str = "", every: float = 0.2) -> Any:
    """What `condition` answers, once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s for {what or condition}")


def status(address: str) -> int:
    """HTTP status, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def living(home: Path) -> list[str]:
    """Command lines of processes that work over this home."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            settings = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"GONGJIA_HOME={home}\0" in settings or str(home / "postgres") in words:
            found.append(" ".join(words))
    return found


class Serving:
    """`gongjia serve` of a home, for as long as a `with` block."""

    def __init__(self, home: Path, *arguments: str, **settings: str):
        self.home, self.port = home, free_port()
        self.arguments, self.settings = arguments, settings
        self.log = home.with_name(f"{home.name}.serve.log")

    def __enter__(self) -> Serving:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gongjia", *(self.arguments or ("serve",)), "--port", str(self.port)],
                env=environment(self.home, **self.settings), cwd=self.home.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: "已启动" in self.said() or self.process.poll() is not None, LONGEST, "serve to be ready")
        assert self.process.poll() is None, self.said()
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(90)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def children(self) -> dict[str, int]:
        return json.loads((self.home / "run" / "serve.json").read_text())["children"]

    def healthy(self) -> bool:
        return status(self.url("healthz")) == 200
