"""Names, sizes and shapes of files; nothing in the tree that must not be there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from gongjia.base.identity_numbers import check_digit
from tests.house import sources

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "signals.py", "services.py"}
LONGEST = 450  # 400 is the aim (docs/floors.md); a tenth more is suffered until the next change there
DOMAIN_FLOORS = ("who", "work", "money")
# files and packages that an app of a domain floor may have (design: section 4)
DOMAIN_FILES = {
    "kinds", "powers", "rules", "states", "models", "queries", "actions", "jobs", "apps", "migrations", "__init__",
    "access", "registry", "types", "backend", "data",
}  # fmt: skip
# further packages of one app, each with its reason
DOMAIN_EXTRA = {
    ("members", "roster"): "the import of rosters: a pipeline of its own, called by actions.roster only",
    ("accounts", "privacy"): "texts of the privacy rules, one file a version",
}
HOSTS = [
    "py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "registry.npm" + "mirror.com",
    "mirrors." + "aliyun.com", "tuna." + "tsinghua.edu.cn", "deb." + "debian.org", "crates" + ".io/api",
    "proxy.golang" + ".org",
]  # fmt: skip
SECRETS = [
    re.compile("-----BEGIN (RSA |EC |OPENSSH )?PRIVATE" + " KEY-----"),
    re.compile("AKIA" + r"[0-9A-Z]{16}"),
    re.compile("gh[pousr]" + r"_[A-Za-z0-9]{36}"),
    re.compile("xox[abp]" + r"-[A-Za-z0-9-]{20,}"),
]
# a real person's data never stands in the tree: identity numbers carry 330100, phones begin with 199 0
PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])")
IDENTITY = re.compile(
    r"(?<![\dA-Za-z.])[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z.])"
)
PEOPLE = {".py", ".csv", ".md", ".html", ".json"}
TEXTS = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".toml",
    ".txt",
    ".csv",
    ".json",
    ".typ",
    ".lock",
    ".ini",
    ".cfg",
    ".yml",
    "",
}


def name_faults(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths if path.name in FORBIDDEN_NAMES]


def test_no_file_is_named_after_nothing() -> None:
    assert name_faults(sources.python_files()) == []
    assert name_faults([Path("gongjia/who/orgs/utils.py")])


def too_long(sizes: dict[str, int]) -> list[str]:
    return [f"{name}: {count}" for name, count in sizes.items() if count > LONGEST]


def test_no_file_outgrows_its_idea() -> None:
    files = [
        *sources.python_files(),
        *sources.python_files(sources.ROOT / "tests"),
        *sources.python_files(sources.ROOT / "tools"),
    ]
    sizes = {str(path.relative_to(sources.ROOT)): len(path.read_text().splitlines()) for path in files}
    assert too_long(sizes) == []
    assert too_long({"x.py": LONGEST + 1})


def domain_faults(parts: tuple[str, ...]) -> str | None:
    """A file of a domain app that is none of the agreed ones; `parts` below the package."""
    if len(parts) < 3 or parts[0] not in DOMAIN_FLOORS:
        return None
    app, name = parts[1], parts[2].removesuffix(".py")
    if name in DOMAIN_FILES or (app, name) in DOMAIN_EXTRA or app in ("data",):
        return None
    return "/".join(parts)


def test_domain_apps_have_the_agreed_files() -> None:
    found = [domain_faults(path.relative_to(sources.PACKAGE).parts) for path in sources.python_files()]
    assert [fault for fault in found if fault] == []
    assert domain_faults(("who", "orgs", "tools.py"))


def model_faults(source: str) -> list[str]:
    """Verbs, `save` tricks and signals in a file of models."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete", "clean"):
            found.append(f"def {node.name}")
        if isinstance(node, ast.ImportFrom) and node.module and "signals" in node.module:
            found.append(node.module)
    return found


def test_models_have_no_verbs() -> None:
    files = [
        path for floor in (*DOMAIN_FLOORS, "report") for path in sources.python_files(sources.PACKAGE / floor)
        if path.stem == "models" or "models" in path.parts
    ]  # fmt: skip
    assert files
    assert [f"{path}: {fault}" for path in files for fault in model_faults(path.read_text())] == []
    assert model_faults("class A:\n    def save(self): ...\n")


def text_files() -> list[Path]:
    return [path for path in sources.tracked() if path.suffix in TEXTS and path.stat().st_size < 5_000_000]


def foreign_faults(text: str) -> list[str]:
    return [host for host in HOSTS if host in text] + [rule.pattern for rule in SECRETS if rule.search(text)]


def test_no_registry_host_and_no_secret_in_the_tree() -> None:
    found = {str(path): foreign_faults(path.read_text("utf-8", "replace")) for path in text_files()}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert foreign_faults("--index-url https://" + HOSTS[0] + "/simple")
    assert foreign_faults("-----BEGIN PRIVATE" + " KEY-----")


def personal_faults(text: str) -> list[str]:
    """Numbers that might be somebody's: not of the invented ranges, and with a right check digit."""
    phones = [one for one in PHONE.findall(text) if not one.startswith(INVENTED_PHONES)]
    numbers = [one.group().upper() for one in IDENTITY.finditer(text)]
    return phones + [
        one
        for one in numbers
        if not one.startswith("330100") and one not in STANDARD_EXAMPLES and check_digit(one[:17]) == one[17]
    ]


# 1990…: nobody's by agreement; the two others are printed everywhere as examples
INVENTED_PHONES = ("1990", "13800138000", "13812341234")
# printed in the standard itself: nobody's
STANDARD_EXAMPLES = {"11010519491231002X", "440524188001010014"}


def test_invented_people_only() -> None:
    places = [path for path in text_files() if path.suffix in PEOPLE and "migrations" not in path.parts]
    found = {
        str(path.relative_to(sources.ROOT)): personal_faults(path.read_text("utf-8", "replace")) for path in places
    }
    assert {name: faults for name, faults in found.items() if faults} == {}
    first = "110105" + "19900101001"
    assert personal_faults("139" + "12345678") and personal_faults(first + check_digit(first))
    assert not personal_faults("19900001234 330100199003071231")
