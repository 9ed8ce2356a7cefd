"""`gongjia`: everything that is done to an installation from its own machine."""

from __future__ import annotations

import click

from gongjia import __version__
from gongjia.config.cli import developing, draws, founding, house, keeping, reports, rosters, users

HELP = """工家：工会工作系统的命令行。

GONGJIA_HOME 指定存放全部数据的文件夹（默认是当前目录下的 var/）。每条命令加 --help 看用法。
"""


class InOrder(click.Group):
    """Lists its commands in the order a person meets them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gongjia")
def main() -> None:
    """The entry point."""


for command in (
    house.demo,
    founding.init,
    house.serve,
    keeping.doctor,
    keeping.backup,
    keeping.restore,
    rosters.roster,
    reports.report,
    reports.figure,
    draws.draw,
    keeping.audit,
    users.user,
    keeping.keys,
    house.migrate,
    house.run_jobs,
    house.demo_build,
    *developing.commands(),
):
    main.add_command(command)
