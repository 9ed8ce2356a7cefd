"""Renew the pinned requirements: every package with its hashes, no index named.

make lock    after a change of the dependencies in pyproject.toml
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORM = ("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-emit-index-url")


def compile_to(target: str, *sources: str, text: str | None = None) -> None:
    """Resolve and write; versions that still fit are kept unless `--upgrade` is asked for."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    command = [sys.executable, "-m", "uv", "pip", "compile", *FORM, *upgrade, "--output-file", target, *sources]
    done = subprocess.run(command, cwd=ROOT, input=text, text=True, check=False)
    if done.returncode:
        sys.exit(f"lock: {target} was not written")
    print(f"lock: {target}")


def main() -> None:
    development = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    compile_to("requirements.txt", "pyproject.toml", "--extra", "embedded")
    compile_to("requirements-dev.txt", "-", "--constraint", "requirements.txt", text="\n".join(development) + "\n")
    # what tools/ready.py fetches first: the quick installer, and what builds the editable package
    compile_to(
        "tools/bootstrap.txt", "-", "--constraint", "requirements-dev.txt", text="uv>=0.13,<0.14\nsetuptools>=77\n"
    )


if __name__ == "__main__":
    main()
