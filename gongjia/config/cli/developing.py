"""Django's own commands that a developer needs, under the same program name."""

from __future__ import annotations

import os
import sys

import click

PASSED_ON = {
    "makemigrations": "Write the migrations of changed models (needs no database).",
    "showmigrations": "List migrations and which are applied.",
    "sqlmigrate": "Print the SQL of a migration.",
    "shell": "A Python prompt with Django ready.",
    "check": "Django's own checks.",
}


def commands() -> list[click.Command]:
    return [_passing_on(name, text) for name, text in PASSED_ON.items()]


def _passing_on(name: str, text: str) -> click.Command:
    @click.command(
        name, help=text, context_settings={"ignore_unknown_options": True}, add_help_option=False, hidden=True
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def run(arguments: tuple[str, ...]) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
        if name == "makemigrations" and "GONGJIA_DATABASE_URL" not in os.environ:
            import warnings

            # the question whether the database agrees is not worth starting one
            os.environ["GONGJIA_DATABASE_URL"] = "host=/nonexistent dbname=none"
            warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
        from django.core.management import execute_from_command_line

        execute_from_command_line([sys.argv[0], name, *arguments])

    return run
