"""The web server process: granian over the WSGI application.

python -m gongjia.config.web HOST PORT
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable

from gongjia.config import homefile
from gongjia.config.processes import die_with_parent, settle_down

MOST_WORKERS = 8


def workers() -> int:
    """Processes: one a core, since Python computes in one thread at a time."""
    return int(os.environ.get("GONGJIA_WEB_WORKERS") or max(1, min(os.cpu_count() or 1, MOST_WORKERS)))


def threads() -> int:
    """Threads in each process; every one may hold a database connection."""
    return int(os.environ.get("GONGJIA_WEB_THREADS") or 4)


def load(*_) -> Callable:
    """In a worker of granian: end with its main process, then build the application."""
    die_with_parent(int(os.environ["GONGJIA_WEB_MAIN"]), signal.SIGKILL)
    from gongjia.config.wsgi import application

    settle_down()
    return application


def main(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["GONGJIA_WEB_MAIN"] = str(os.getpid())
    if multiprocessing.get_start_method() == "fork":
        import gongjia.config.wsgi  # noqa: F401  loaded once, shared by the workers that are forked from here
    server = Granian(
        "gongjia.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers(),
        blocking_threads=threads(),
        blocking_threads_idle_timeout=600,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )
    server.serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    homefile.load()
    main(sys.argv[1], int(sys.argv[2]))
