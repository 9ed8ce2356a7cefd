"""`gongjia`: everything that is done to an installation from its own machine."""

from __future__ import annotations

import click

from gongjia import __version__
from gongjia.config.cli import developing


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gongjia")
def main() -> None:
    """Gongjia (工家): the working system of a trade-union federation.

    GONGJIA_HOME names the folder that holds every byte of data (default: var/ under the working folder).
    """


for command in developing.commands():
    main.add_command(command)
