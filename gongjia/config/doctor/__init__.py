"""What is wrong with this installation, and how to mend it: one finding for each thing looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gongjia.config.doctor import database, machine
from gongjia.config.doctor.finding import Finding

Look = Callable[[], Iterator[Finding]]
PLAIN: dict[str, Look] = {"程序包": machine.python, "数据目录": machine.home, "磁盘空间": machine.disk}
WITH_DJANGO: dict[str, Look] = {
    "设置": machine.settings,
    "密钥": machine.keys,
    "会话密钥": machine.web_secret,
    "数据库": database.database,
    "会籍位置": database.copies,
    "静态文件": machine.static,
    "后台任务": database.queue,
    "日志": database.journal,
    "备份": machine.backup,
}


def examine(*, dev: bool = False) -> list[Finding]:
    """All findings. A look that fails is a finding itself: the doctor never falls ill."""
    found = [one for about, look in PLAIN.items() for one in _safely(about, look)]
    broken = _safely("程序", _start)
    found += broken
    if not broken:
        found += [one for about, look in WITH_DJANGO.items() for one in _safely(about, look)]
    if dev:
        found += _safely("开发工具", machine.development)
    return found


def _start() -> Iterator[Finding]:
    from gongjia.config.cli.common import ready

    ready()
    yield from ()


def _safely(about: str, look: Look) -> list[Finding]:
    found = []
    try:
        for one in look():
            found.append(one)
    except Exception as error:
        first_line = str(error).partition("\n")[0]
        found.append(Finding("bad", about, f"检查时出错：{type(error).__name__} {first_line}".rstrip()))
    return found


__all__ = ["Finding", "examine"]
