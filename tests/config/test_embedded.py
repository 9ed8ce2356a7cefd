"""The embedded server's keeper: one per home, gone with its last user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.config.outside import environment, living, wait_for
from tests.house.sources import ROOT

USER = (
    "import sys; from pathlib import Path; from gongjia.config import embedded;"
    "print(embedded.ensure(Path(sys.argv[1]), for_tests=True).pid, flush=True); sys.stdin.read()"
)


class User:
    """A process that uses the server of a home until it is told to go."""

    def __init__(self, home: Path):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)], env=environment(home), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.server = int(self.process.stdout.readline())

    def go(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


def keepers(home: Path) -> list[str]:
    return [line for line in living(home) if "gongjia.config.embedded" in line]


def noted(home: Path) -> int:
    try:
        return json.loads((home / "run" / "server.json").read_text())["pid"]
    except (OSError, ValueError):
        return 0


def test_one_server_for_all_users_gone_with_the_last(tmp_path) -> None:
    home = tmp_path / "两 个" / "home"
    one, other = User(home), User(home)
    assert one.server == other.server and len(keepers(home)) == 1
    one.go()
    assert noted(home) == other.server
    other.go()
    wait_for(lambda: not living(home), 30, "the server to end with its last user")
    assert not (home / "run" / "server.json").exists()


def test_a_second_keeper_leaves_the_first_alone(tmp_path) -> None:
    home = tmp_path / "home"
    user = User(home)
    second = subprocess.run(
        [sys.executable, "-m", "gongjia.config.embedded", str(home), "--for-tests"],
        env=environment(home), cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 0
    assert noted(home) == user.server and len(keepers(home)) == 1
    user.go()
    wait_for(lambda: not living(home), 30, "the server to end")


def test_killed_server_and_killed_keeper_are_replaced(tmp_path) -> None:
    home = tmp_path / "home"
    user = User(home)
    os.kill(user.server, signal.SIGKILL)
    wait_for(lambda: noted(home) not in (0, user.server), 30, "the keeper to start another server")
    again = User(home)
    keeper = int(subprocess.check_output(["pgrep", "-f", f"gongjia.config.embedded {home}"], text=True).split()[0])
    os.kill(keeper, signal.SIGKILL)
    wait_for(lambda: not any("postgres" in line and "-D" in line for line in living(home)), 30, "its server to end too")
    last = User(home)
    assert last.server != again.server
    for one in (user, again, last):
        one.go()
    wait_for(lambda: not living(home), 30, "nothing to be left")
