"""Laws 1, 4 and 5 in the code: who imports whom, however it is spelled."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from dev import PACKAGES, ROOT

CORES = {
    "rc_types": [""],
    "rc_ipc": ["_backlog", "_codec", "_outcome", "_requests", "_session", "_settling"],
    "rc_evals": [
        "languages.commands",
        "languages.globs",
        "languages.parsers",
        "languages.results",
        "outcomes",
        "retries",
        "usage",
    ],
}
"""Protocol cores (law 4) by package: names of modules below it; an empty name stands for all of the package."""

OUTSIDE_WORLD = {
    "asyncio", "ftplib", "glob", "http", "logging", "multiprocessing", "os", "random", "secrets", "select",
    "selectors", "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "threading",
    "time", "urllib.request",
}  # fmt: skip
"""What a core may not touch: files, sockets, processes, clocks, chance. Types that only a checker reads are free."""

ON_FILES = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir", "is_symlink",
    "iterdir", "rglob", "mkdir", "rmdir", "unlink", "touch", "lstat", "samefile", "readlink", "symlink_to",
}  # fmt: skip
"""What it may not call: a `pathlib.Path` is a fine value, as long as nobody follows it."""

MODULES = {package.name.replace("-", "_"): package / "src" for package in PACKAGES}

each_package = pytest.mark.parametrize("package", MODULES)


def graph_of(package: str) -> grimp.ImportGraph:
    return grimp.build_graph(package, exclude_type_checking_imports=True, cache_dir=None)


def source_of(module: str) -> Path:
    path = MODULES[module.partition(".")[0]].joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_by(tree: ast.Module) -> Iterator[str]:
    """Yield `a.b` for `import a.b`, and both `a.b` and `a.b.c` for `from a.b import c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called_by(tree: ast.Module) -> Iterator[str]:
    """Yield the last name of everything that is called: `read_text` for `path.parent.read_text()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2]


class AtRunTime(ast.NodeTransformer):
    """Drops what only a type checker sees."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        return node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def named_in(tree: ast.Module) -> Iterator[str]:
    """Yield every string of the code that could be the name of a module or an entry point."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.partition(":")[0]


def is_at_the_edge(module: str) -> bool:
    """Return whether it belongs to a public `testing` (law 6), which has to wait, or to a command line."""
    return module.split(".")[1:2] in (["testing"], ["__main__"], ["_commands"])


@each_package
def test_a_package_does_not_name_a_sibling(package: str) -> None:
    """Law 1: neither in an import, nor in a string that `importlib.import_module` or `__import__` could be given."""
    siblings = set(MODULES) - {package, "rc_types"}
    if package in {"rc_types", "rc_build"}:
        siblings = set(MODULES) - {package}
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(MODULES[package].rglob("*.py"))
        if "bundled" not in path.parts  # exercises are data
        for tree in [tree_of(path)]
        for name in [*imported_by(tree), *named_in(tree)]
        if name.partition(".")[0] in siblings
    }
    assert not found


@each_package
def test_no_module_imports_itself_by_a_detour(package: str) -> None:
    """Law 5: data flows in one direction. A cycle is reported by `graphlib.CycleError` with its members."""
    graph = graph_of(package)
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()


@pytest.mark.parametrize(("package", "core"), [(package, core) for package in CORES for core in CORES[package]])
def test_a_protocol_core_does_no_io(package: str, core: str) -> None:
    """Law 4, for the module, for those below it and for all of ours that these import."""
    graph = graph_of(package)
    top = f"{package}.{core}".rstrip(".")
    below = {top} | {module for module in graph.find_descendants(top) if not is_at_the_edge(module)}
    reached = below.union(*(graph.find_upstream_modules(module) for module in below))
    trees = {module: AtRunTime().visit(tree_of(source_of(module))) for module in sorted(reached)}
    touched = {
        f"{module} imports {name}"
        for module, tree in trees.items()
        for name in imported_by(tree)
        if name in OUTSIDE_WORLD or name.partition(".")[0] in OUTSIDE_WORLD
    }
    assert not touched
    assert not {
        f"{module} calls {name}" for module, tree in trees.items() for name in called_by(tree) if name in ON_FILES
    }
