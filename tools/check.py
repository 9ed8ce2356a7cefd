"""The gates that look at the code without running it: import contracts, types, templates.

make check
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TYPED = ("gongjia/base", "gongjia/config")


# a button of a form submits; prose stands on one line; the progress page reloads without a script; log-in has one address
TEMPLATE_RULES_LEFT_OUT = "H015,H043,H052,J018"
CONTRACTS = "import importlinter.cli; importlinter.cli.lint_imports_command()"


def gate(name: str, *arguments: str) -> bool:
    """Run Python with these arguments; print what it says only when it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    said = [f"check: {name} {'ok' if done.returncode == 0 else 'FAILED'}"]
    if done.returncode:
        said += [done.stdout, done.stderr]
    print("\n".join(said), flush=True)  # in one piece: another gate may speak at the same time
    return done.returncode == 0


def typed_files() -> list[str]:
    """base and config whole; of the domain apps what decides."""
    rules = [path for path in (ROOT / "gongjia").glob("*/*/rules*") if path.suffix in ("", ".py")]
    rules += (ROOT / "gongjia").glob("report/rules*")
    return [*TYPED, *sorted({str(path.relative_to(ROOT)) for path in rules})]


def main() -> None:
    templates = ("gongjia/faces", "--lint", "--quiet", "--profile=jinja", f"--ignore={TEMPLATE_RULES_LEFT_OUT}")
    with ThreadPoolExecutor(os.cpu_count()) as beside:
        passed = [
            beside.submit(gate, "types", "-m", "mypy", "--config-file", "mypy.ini", *typed_files()),
            beside.submit(gate, "import contracts", "-c", CONTRACTS, "--no-cache"),
            beside.submit(gate, "templates", "-m", "djlint", *templates),
        ]
    sys.exit(0 if all(one.result() for one in passed) else 1)


if __name__ == "__main__":
    main()
