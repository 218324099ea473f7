"""What no file of the repository may hold."""

import ast
import re
import subprocess
from pathlib import Path

from dev import PACKAGES, ROOT

LONGEST = 400
"""Lines of a module; the house aims at 60 to 250."""

SOMEBODYS_MACHINE = re.compile(
    rf"""{re.escape(str(ROOT))}\b
      | /(?:home|Users)/(?!(?:user|you|me|dev|agent|runner|\w)/)[\w.-]+/
      | /root/\.(?:cache|cargo|local|npm|pyenv|rustup)\b
      | pythonhosted\.org | pypi\.org/simple | registry\.npmjs\.org | proxy\.golang\.org | (?:static|index)\.crates\.io
    """,
    re.VERBOSE,
)
"""This checkout, anybody's home, hosts of package registries; the homes of example people are allowed."""


def sources() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((package / "src").rglob("*.py"))
        if "bundled" not in path.parts  # exercises are data
    ]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_module_is_too_long_to_hold_in_mind() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_no_package_decides_who_hears_the_log() -> None:
    """A library speaks, the program configures structlog; a command line is a program."""
    deciding = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if "cli" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("structlog.configure")
    ]
    assert deciding == []


def test_no_file_names_a_machine() -> None:
    """Paths and registries are the reader's own business."""
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked()
        if path != Path(__file__)
        and (found := SOMEBODYS_MACHINE.search(path.read_bytes().decode("utf-8", errors="ignore"))) is not None
    ]
    assert named == []
