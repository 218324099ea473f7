"""What the pages show must exist: Python that compiles and imports, files that are linked."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import PACKAGES, ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *(package / "README.md" for package in PACKAGES)],
)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")

each_page = pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])


def snippets(page: Path) -> Iterator[ast.Module]:
    """Yield the Python of a page; it may await at the top, as a person at a prompt does."""
    for found in PYTHON.finditer(page.read_text(encoding="utf-8")):
        compile(found[1], str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        yield ast.parse(found[1])


@each_page
def test_what_a_snippet_imports_is_there(page: Path) -> None:
    for snippet in snippets(page):
        for node in ast.walk(snippet):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    importlib.import_module(alias.name)
            elif isinstance(node, ast.ImportFrom):
                module = importlib.import_module(str(node.module))
                absent = [alias.name for alias in node.names if not hasattr(module, alias.name)]
                assert not absent, f"{node.module} has no {', '.join(absent)}"


@each_page
def test_what_a_page_links_to_is_there(page: Path) -> None:
    """The site's builder sees only the pages of docs/; this sees the others too."""
    absent = [
        target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()
    ]
    assert absent == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "index.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}
