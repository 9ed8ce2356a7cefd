"""The process of the rush: granian over one ASGI application, beside the web server.

python -m gongjia.config.rush HOST PORT

One process: the line of an event stands in its memory. A second one would be right too (places are rows, numbers are
signed) but would say a worse order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable

from gongjia.config import homefile
from gongjia.config.processes import die_with_parent, settle_down


def load(*_) -> Callable:
    """In granian's worker: end with its main process, then build the application."""
    die_with_parent(int(os.environ["GONGJIA_RUSH_MAIN"]), signal.SIGKILL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
    import django

    # the hand that serves comes back from the database a dozen times a batch: it must not wait five milliseconds
    # each time until the loop, which is never idle in a rush, lets go
    sys.setswitchinterval(0.0005)
    django.setup()
    from gongjia.faces.rush.app import application

    settle_down()
    return application()


def main(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["GONGJIA_RUSH_MAIN"] = str(os.getpid())
    if multiprocessing.get_start_method() == "fork":
        import gongjia.config.wsgi  # noqa: F401  loaded once, shared by the worker that is forked from here
    server = Granian(
        "gongjia.faces.rush.app:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        websockets=False,
        backlog=4096,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )
    server.serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    homefile.load()
    main(sys.argv[1], int(sys.argv[2]))
