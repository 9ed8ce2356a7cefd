"""What every command shares: making Django ready only when it is needed, and how a refusal is printed."""

from __future__ import annotations

import functools
import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

REFUSED = 2  # exit code: the command was understood and the answer is no


def ready() -> None:
    """Django, for this process. Late, so that `--help` costs nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
    import django

    gc.disable()  # nothing of what is loaded is rubbish
    django.setup()
    gc.freeze()
    gc.enable()


def needs_django(command: Callable) -> Callable:
    """Set Django up before the command runs, and print what was refused as plain sentences."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        ready()
        from gongjia.base.refused import Forbidden, Hidden, Refused

        try:
            return command(*args, **kwargs)
        except Refused as refused:
            say_refused(refused)
        except Forbidden as forbidden:
            stop(f"没有权限：{forbidden.power}")
        except Hidden:
            stop("没有找到。")

    return run


def say_refused(refused: Any) -> NoReturn:
    """Every reason on its own line, with the fact used and who can mend it."""
    lines = []
    for reason in refused.reasons:
        parts = [reason.sentence, *(part for part in (reason.clause, reason.cure) if part)]
        lines.append(" ".join(parts))
    stop("\n".join(lines))


def stop(message: str, code: int = REFUSED) -> NoReturn:
    """End with a plain sentence on the error stream."""
    click.echo(message, err=True)
    sys.exit(code)


def say_json(value: Any) -> None:
    """One JSON document on the output, as outside programs read it."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def operator(powers: tuple[str, ...] = ("*",)) -> Any:
    """Who acts on the command line: the machine itself, named after the account that runs it."""
    import getpass

    from gongjia.base.actor import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor.system(f"命令行（{name}）", powers)
