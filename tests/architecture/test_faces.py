"""Law 6: the public face of each package is one list, and it tells the truth."""

import ast
import importlib
from pathlib import Path

import pytest

from dev import PACKAGES

SOURCES = [package / "src" for package in PACKAGES]
FACES = [
    (source, path)
    for source in SOURCES
    for path in sorted(source.rglob("__init__.py"))
    if not any(part.startswith("_") for part in path.relative_to(source).parts[:-1]) and path.stat().st_size
]

each_face = pytest.mark.parametrize(
    "path", [path for _, path in FACES], ids=[str(path.parent.relative_to(source)) for source, path in FACES]
)


def defined_names(path: Path) -> set[str]:
    """Return what the file itself defines for others, and `__all__` if it has one."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_") or name == "__all__"}


def module_name(path: Path) -> str:
    source = next(source for source in SOURCES if path.is_relative_to(source))
    return ".".join(path.parent.relative_to(source).parts)


def public_names(path: Path) -> set[str]:
    """Return what the file defines for others: its own definitions, and what it re-exports from its own package.

    A face that loads its parts late (`__getattr__`) tells the type checkers what they are.
    """
    root = module_name(path).partition(".")[0]
    names = defined_names(path) - {"__all__"}
    body = ast.parse(path.read_text(encoding="utf-8")).body
    if any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in body):
        body += [late for node in body if isinstance(node, ast.If) for late in node.body]
    for node in body:
        if isinstance(node, ast.ImportFrom) and (node.level or str(node.module).partition(".")[0] == root):
            names |= {alias.asname or alias.name for alias in node.names}
    return {name for name in names if not name.startswith("_")}


@each_face
def test_the_list_holds_every_public_name_once(path: Path) -> None:
    """Its order is ruff's business (RUF022)."""
    if not (expected := public_names(path)):
        return
    listed: list[str] = importlib.import_module(module_name(path)).__all__
    assert len(listed) == len(set(listed))
    assert {name for name in listed if not name.startswith("_")} == expected


@each_face
def test_every_name_on_the_list_is_there(path: Path) -> None:
    module = importlib.import_module(module_name(path))
    assert [name for name in getattr(module, "__all__", []) if not hasattr(module, name)] == []


@pytest.mark.parametrize("source", SOURCES, ids=[source.parent.name for source in SOURCES])
def test_a_module_that_has_a_list_puts_on_it_whatever_it_defines(source: Path) -> None:
    """It has one because it re-exports; a module without one offers what it defines."""
    for path in sorted(source.rglob("[!_]*.py")):
        defined = defined_names(path)
        if "__all__" in defined:
            module = importlib.import_module(".".join(path.relative_to(source).with_suffix("").parts))
            assert defined - {"__all__"} <= {*module.__all__}, module.__name__
