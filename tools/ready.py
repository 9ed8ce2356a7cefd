"""Everything `make` needs before its real work, done once: environment, packages, front-end files.

    python3 tools/ready.py run    what the program needs to run
    python3 tools/ready.py dev    and what its tests and checks need (browser, fonts, PDF tools too)

Needs only Python >= 3.11 with `venv`, and pip or ensurepip. Every package is pinned by hash. Uses
relative paths and no shell, so that the folder may have spaces, 中文 and any length in its path.
A stamp in .venv makes a second call instant; it goes stale when a lock file, this file, the
interpreter or the place of the checkout changes.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = Path(".venv")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BOOTSTRAP = Path("tools/bootstrap.txt")
REQUIREMENTS = {"run": (Path("requirements.txt"),), "dev": (Path("requirements.txt"), Path("requirements-dev.txt"))}
# any of these drives the tests; the first is the same engine without a window, and a third less work
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DEBIAN = {"browser": "chromium", "fonts": "fonts-noto-cjk", "pdftotext": "poppler-utils"}


def stop(message: str) -> NoReturn:
    sys.exit(f"make: {message}")


def say(message: str) -> None:
    print(f"make: {message}", flush=True)


def run(*command: str | Path, quiet: bool = False, **more) -> bool:
    """Whether the command ended well."""
    sink = subprocess.DEVNULL if quiet else None
    return (
        subprocess.run([str(part) for part in command], stdout=sink, stderr=sink, check=False, **more).returncode == 0
    )


def digest(kind: str) -> str:
    """Changes with everything that an installed environment depends on."""
    found = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for path in (*REQUIREMENTS[kind], BOOTSTRAP, Path("pyproject.toml"), Path("tools/ready.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f".ready-{kind}"


def is_ready(kind: str) -> bool:
    file = stamp(kind)
    return PYTHON.exists() and file.exists() and file.read_text() == digest(kind)


def make_environment() -> list[str | Path]:
    """An environment of our own; the command that runs pip inside it."""
    if not (PYTHON.exists() and run(PYTHON, "-c", "", quiet=True)):
        say("making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        if not run(sys.executable, "-m", "venv", VENV, quiet=True):
            # Debian's python3 without python3-venv has no ensurepip; the pip beside it can fill an empty environment
            shutil.rmtree(VENV, ignore_errors=True)
            if not run(sys.executable, "-m", "venv", "--without-pip", VENV):
                stop("this Python cannot make an environment. On Debian: apt-get install python3-venv")
    if run(PYTHON, "-m", "pip", "--version", quiet=True):
        return [PYTHON, "-m", "pip"]
    if run(sys.executable, "-m", "pip", "--python", PYTHON, "--version", quiet=True):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    stop("neither ensurepip nor pip is there. On Debian: apt-get install python3-venv (or python3-pip)")


def index_of(pip: list[str | Path]) -> list[str]:
    """The package index that pip is set up with, for uv, which does not read pip's settings."""
    asked = subprocess.run(
        [str(part) for part in (*pip, "config", "list")], capture_output=True, text=True, check=False
    )
    # one setting a line, its value as Python writes it: global.index-url='…'
    set_up = dict(line.split("=", 1) for line in asked.stdout.splitlines() if "=" in line)
    arguments = []
    for option in ("index-url", "extra-index-url"):
        value = os.environ.get(f"PIP_{option.upper().replace('-', '_')}", "")
        for section in ("global", "install"):
            value = value or ast.literal_eval(set_up.get(f"{section}.{option}", "''"))
        for url in value.split():
            arguments += [f"--{option}", url]
    # every file is pinned by its hash: it does not matter which index brings it
    return [*arguments, "--index-strategy", "unsafe-best-match"] if arguments else []


def install(kind: str) -> None:
    pip = make_environment()
    pip_install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    say(f"installing packages ({kind})")
    if not run(*pip_install, "--require-hashes", "-r", BOOTSTRAP):
        stop("pip could not fetch the first packages. Is there a network, or a package index of your own set in pip?")
    environment = {**os.environ}
    if "PIP_CERT" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["PIP_CERT"])
    wanted = [part for requirements in REQUIREMENTS[kind] for part in ("-r", requirements)]
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON, *index_of(pip)]
    if not run(*uv, "--require-hashes", *wanted, env=environment):
        say("uv did not succeed, trying pip")
        if not run(*pip_install, "--require-hashes", *wanted):
            stop("the packages could not be installed; the lines above say why")
    itself = ("--no-build-isolation", "--no-deps", "--editable", ".")
    if not run(*uv, *itself, env=environment) and not run(*pip_install, *itself):
        stop("the program itself could not be installed into .venv")
    for one in REQUIREMENTS if kind == "dev" else (kind,):
        stamp(one).write_text(digest(one))


def missing_tools() -> list[str]:
    """Debian packages that the browser journeys and the reports' tests need and this machine lacks."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append(DEBIAN["browser"])
    if not any(Path("/usr/share/fonts").glob("**/NotoSansCJK*")) and not _has_chinese_font():
        missing.append(DEBIAN["fonts"])
    if not shutil.which("pdftotext"):
        missing.append(DEBIAN["pdftotext"])
    return missing


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def install_tools(fresh: bool) -> None:
    """What is missing, and once in the life of an environment the browser that is only lighter."""
    debian = shutil.which("apt-get") and os.geteuid() == 0
    if debian and fresh and not shutil.which(BROWSERS[0]) and not apt_get(BROWSERS[0]):
        say(f"no {BROWSERS[0]} here; the tests take longer with another browser")
    missing = missing_tools()
    if not missing:
        return
    names = " ".join(missing)
    if not debian:
        stop(f"the tests need what this machine lacks. On Debian, as root: apt-get install {names}")
    if not apt_get(*missing) or missing_tools():
        stop(f"apt-get could not install {names}; the lines above say why")


def apt_get(*names: str) -> bool:
    """Whether Debian's packages could be installed."""
    say(f"installing {' '.join(names)}")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    return run("apt-get", "update", "-q", "-q", **quiet) and run(
        "apt-get", "install", "-y", "-q", "-q", "--no-install-recommends", *names, **quiet
    )


def main(kind: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  the whole point is to say so on an older one
        stop(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}")
    os.chdir(ROOT)
    started = time.monotonic()
    fresh = not is_ready(kind)
    if fresh:
        install(kind)
    if not run(PYTHON, Path("tools/vendor.py")):
        stop("the front-end files could not be fetched; the lines above say why")
    if kind == "dev":
        install_tools(fresh)
    if fresh:
        say(f"ready after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in REQUIREMENTS:
        stop("say `run` or `dev`")
    main(sys.argv[1])
