"""Laws 1 and 6 as the packages declare them: dependencies, papers, versions."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from dev import PACKAGES, ROOT

NAMES = {package.name for package in PACKAGES}

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def project(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = toml(package / "pyproject.toml")["project"]
    return found


def requirements(package: Path) -> list[Requirement]:
    extras: dict[str, list[str]] = project(package).get("optional-dependencies", {})
    return [Requirement(text) for texts in (project(package)["dependencies"], *extras.values()) for text in texts]


@each_package
def test_a_package_depends_on_rc_types_and_on_no_sibling(package: Path) -> None:
    """Law 1. The extras count too; rc-types and rc-build stand on nothing of ours."""
    allowed: set[str] = set() if package.name in {"rc-build", "rc-types"} else {"rc-types"}
    assert {requirement.name for requirement in requirements(package)} & NAMES <= allowed


@each_package
def test_every_dependency_has_a_floor_and_no_cap(package: Path) -> None:
    """A cap would decide for every program that installs us beside something newer."""
    for requirement in requirements(package):
        assert {bound.operator for bound in requirement.specifier} == {">="}, str(requirement)


@each_package
def test_the_papers_travel_with_the_package(package: Path) -> None:
    """Law 6, and the licence asks for it."""
    assert (package / "README.md").read_text(encoding="utf-8").startswith(f"# {package.name}\n")
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (package / "src" / package.name.replace("-", "_") / "py.typed").is_file()


@each_package
def test_the_changelog_opens_with_the_version_that_the_code_says(package: Path) -> None:
    module = package / "src" / package.name.replace("-", "_") / "__init__.py"
    (version,) = [
        line.split('"')[1]
        for line in module.read_text(encoding="utf-8").splitlines()
        if line.startswith("__version__ = ")
    ]
    headings = [
        line for line in (package / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## ")
    ]
    assert headings[0].split()[1] == version


@each_package
def test_all_packages_support_the_same_pythons(package: Path) -> None:
    """The gates read the list of Pythons from any one of them."""
    one, first = project(package), project(PACKAGES[0])
    assert one["requires-python"] == first["requires-python"]
    assert one["classifiers"] == first["classifiers"]


def test_lists_that_a_tool_wants_by_name_name_every_package() -> None:
    """hatch, mypy and import-linter cannot derive theirs."""
    tools = toml(ROOT / "pyproject.toml")["tool"]
    members = tools["hatch"]["envs"]["default"]["workspace"]["members"]
    assert {Path(member["path"]).name for member in members} == NAMES
    assert set(tools["mypy"]["mypy_path"]) >= {f"packages/{name}/src" for name in NAMES}
    modules = {name.replace("-", "_") for name in NAMES}
    assert set(tools["importlinter"]["root_packages"]) == modules
    siblings, below, build = tools["importlinter"]["contracts"]
    assert set(siblings["modules"]) == set(below["forbidden_modules"]) == modules - {"rc_types"}
    assert (below["source_modules"], build["source_modules"]) == (["rc_types"], ["rc_build"])
