"""The gates. `nox -l` lists them; `python3 tools/dev.py NAME` runs one on a machine that has nothing yet.

Most run in the workspace's own `.venv`, which is there already and quick. Those whose point is an environment with less
in it (`isolated`, `floor`, `wheels`) make one outside the repository. What may differ between packages or Pythons is
read from the files, so that a ninth package needs no line here.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nox

sys.path.insert(0, str(Path(__file__).parent / "tools"))
import dev

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["test"]

PACKAGES = [path.name for path in dev.PACKAGES]
PYTHONS = nox.project.python_versions(nox.project.load_toml(dev.PACKAGES[0] / "pyproject.toml"))
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
TYPED = {name: [f"packages/{name}"] for name in PACKAGES} | {"house": ["noxfile.py", "conftest.py", "tools", "tests"]}
ON_WINDOWS_TOO = [
    name
    for name in PACKAGES
    if any('sys.platform == "win32"' in path.read_text("utf-8") for path in Path("packages", name, "src").rglob("*.py"))
]
"""Packages that have something of their own to say to Windows, which no gate runs on."""
GATE = ["gate"]
"""Tag of what decides whether a change may enter."""

DEMO = {
    agent: ["rc-evals", "run", "--suite", "bundled", "--agent", agent, "--concurrency", "4"]
    for agent in ("oracle", "nop")
}
"""The reference solutions, which all pass, and nobody, who passes nothing."""


@nox.session
def test(session: nox.Session) -> None:
    """Run every gate, go on after a failure, and sum up."""
    workspace(session)
    session.run("nox", "--tags", *GATE, *(["--", *session.posargs] if session.posargs else []))


@nox.session(tags=GATE)
def lint(session: nox.Session) -> None:
    """Look for what ruff knows to be wrong or unevenly formatted."""
    workspace(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session(tags=GATE)
@nox.parametrize("part", list(TYPED), ids=list(TYPED))
def types(session: nox.Session, part: str) -> None:
    """Check one package, or the house itself, with strict mypy and strict pyright."""
    workspace(session)
    session.run("mypy", *TYPED[part])
    session.run("pyright", *TYPED[part])
    if part in ON_WINDOWS_TOO:
        session.run("mypy", "--platform", "win32", f"packages/{part}/src")
        session.run("pyright", "--pythonplatform", "Windows", f"packages/{part}/src")


@nox.session(tags=GATE)
def arch(session: nox.Session) -> None:
    """Hold the laws: import contracts, metadata, layering."""
    workspace(session)
    session.run("lint-imports")
    pytest(session, "tests/architecture")


@nox.session(tags=GATE)
@nox.parametrize("package", PACKAGES, ids=PACKAGES)
def unit(session: nox.Session, package: str) -> None:
    """Run the tests of one package inside the workspace."""
    pytest(session, f"packages/{package}/tests")


@nox.session(tags=GATE)
def conformance(session: nox.Session) -> None:
    """Compare with data that real implementations produced; RC_CONFORMANCE_DIR names the full set."""
    workspace(session)
    session.run("pytest", *map(str, Path("packages").glob("*/tests/test_conformance*.py")), *session.posargs)


@nox.session(tags=GATE)
def integration(session: nox.Session) -> None:
    """Run the tests that join several packages."""
    pytest(session, "tests/integration")


@nox.session(tags=GATE)
def peers(session: nox.Session) -> None:
    """Talk to real peers in other languages."""
    pytest(session, "tests/peers")


@nox.session(tags=GATE)
def e2e(session: nox.Session) -> None:
    """Use the whole product as a person would."""
    pytest(session, "tests/e2e")


@nox.session(tags=GATE)
def docs(session: nox.Session) -> None:
    """Build the site, a dead link being an error, and try what the pages show."""
    workspace(session)
    session.run("zensical", "build", "--strict", "--clean")
    pytest(session, "tests/docs")


@nox.session(tags=GATE)
def wheels(session: nox.Session) -> None:
    """Build every package, then install each alone into an empty environment and import all of it."""
    workspace(session)
    shutil.rmtree("dist", ignore_errors=True)
    for package in PACKAGES:
        session.run("uv", "build", "--quiet", "--no-build-isolation", f"packages/{package}", "--out-dir", "dist")
    for package in PACKAGES:
        check_sdist(session, package)
        with environment(session, sys.executable) as (python, _):
            install(session, python, *wheels_of(package, Path("dist")))
            session.run(python, "-I", "tools/alone.py", package)


@nox.session
@nox.parametrize(
    ("package", "version"),
    [
        nox.param(package, version, id=f"{package}-{version}", tags=GATE if version == HERE else [])
        for package in PACKAGES
        for version in PYTHONS
    ],
)
def isolated(session: nox.Session, package: str, version: str) -> None:
    """Run the tests of one package where no sibling is installed and the repository is out of sight (law 1)."""
    workspace(session)
    with environment(session, version) as (python, outside):
        for needed in ours(package):
            build = ("uv", "build", "--quiet", "--no-build-isolation", "--wheel", f"packages/{needed}")
            session.run(*build, "--out-dir", str(outside / "dist"))
        install(session, python, *wheels_of(package, outside / "dist"), "--group", "test")
        run_tests_outside(session, package, python, outside)


@nox.session
@nox.parametrize("package", PACKAGES, ids=PACKAGES)
def floor(session: nox.Session, package: str) -> None:
    """Run the tests of one package on the oldest Python and the oldest dependencies that it claims to support."""
    workspace(session)
    with environment(session, PYTHONS[0]) as (python, outside):
        folders = [f"packages/{name}" for name in ours(package)]
        direct = [argument for folder in folders for argument in ("--requirements", f"{folder}/pyproject.toml")]
        into = ("uv", "pip", "install", "--quiet", "--python", python)
        session.run(*into, "--resolution", "lowest-direct", *direct, *folders)
        session.run(*into, "--group", "test")
        run_tests_outside(session, package, python, outside)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure: all of tools/benchmarks, or those named after `--`. What has a `_` in its name is a part of another."""
    workspace(session)
    for script in sorted(Path("tools/benchmarks").glob("*.py")):
        if "_" not in script.stem and (not session.posargs or script.stem in session.posargs):
            session.run("python", str(script))


@nox.session
def demo(session: nox.Session) -> None:
    """Evaluate two agents on the bundled exercises; what follows `--` goes to `rc-evals run`."""
    workspace(session)
    sandbox = "auto"
    if shutil.which("bwrap") is None:
        session.warn("no bubblewrap on this machine: the reference solutions, which are ours, run without a sandbox")
        sandbox = "none"
    for command in DEMO.values():
        session.run(*command, "--sandbox", sandbox, *session.posargs)


@nox.session
def picture(session: nox.Session) -> None:
    """Draw docs/images/demo.svg from a real run of the demo, and take pictures of the dashboard."""
    workspace(session)
    session.run("python", "tools/picture.py", "docs/images/demo.svg", *DEMO["oracle"])
    session.run("pytest", "tests/e2e/test_web_pictures.py", env={"RC_PICTURES": "docs/images"})


def workspace(session: nox.Session) -> None:
    """Put an up-to-date `.venv` in front of everything else that the session could run."""
    try:
        enter_workspace()
    except dev.SetupError as error:
        session.error(str(error))


@cache
def enter_workspace() -> None:
    """Prepare once per nox process; its sessions inherit the environment."""
    dev.prepare(os.environ)
    os.environ.update(dev.uv_settings(os.environ))
    os.environ["PATH"] = f"{dev.BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ["VIRTUAL_ENV"] = str(dev.VENV)


def pytest(session: nox.Session, folder: str) -> None:
    """Run the tests in a folder of the workspace."""
    workspace(session)
    session.run("pytest", tests_in(session, folder), *session.posargs)


def tests_in(session: nox.Session, folder: str) -> str:
    """Return the folder; one without tests is said, not passed."""
    if not any(Path(folder).rglob("test_*.py")):
        session.skip(f"{folder} holds no tests")
    return folder


@contextmanager
def environment(session: nox.Session, version: str) -> Generator[tuple[str, Path]]:
    """Make an empty environment outside the repository; yields its Python and the folder that it shares."""
    with TemporaryDirectory(prefix="rc-") as folder:
        found = subprocess.run(["uv", "python", "find", "--no-project", version], capture_output=True, check=False)
        if found.returncode != 0:
            session.skip(f"no Python {version} on this machine")
        venv = Path(folder, "venv")
        session.run("uv", "venv", "--quiet", "--no-project", "--python", version, str(venv))
        yield str(venv / dev.BIN.name / "python"), Path(folder)


def install(session: nox.Session, python: str, *what: str) -> None:
    """Install from what earlier runs left in uv's cache, which is quick and needs no network, else from the index."""
    command = ("uv", "pip", "install", "--quiet", "--python", python, *what)
    if subprocess.run([*command, "--offline"], capture_output=True, check=False).returncode != 0:
        session.run(*command)


def run_tests_outside(session: nox.Session, package: str, python: str, outside: Path) -> None:
    """Copy a package's tests out of the repository and run them there, after importing every module of it."""
    shutil.copytree(tests_in(session, f"packages/{package}/tests"), outside / "tests")
    for shared in ("conftest.py", "pyproject.toml", "tools/alone.py"):
        shutil.copy(shared, outside)
    with session.chdir(outside):
        session.run(python, "-I", "alone.py", package)
        session.run(python, "-m", "pytest", "tests", *session.posargs)


def ours(package: str) -> list[str]:
    """Return the packages of ours that come with one: itself, and rc-types when it says so."""
    project = nox.project.load_toml(f"packages/{package}/pyproject.toml")["project"]
    declared = any(str(requirement).startswith("rc-types") for requirement in project["dependencies"])
    return [package, "rc-types"] if declared else [package]


def wheels_of(package: str, folder: Path) -> list[str]:
    """Return the wheels of `ours(package)` by path: an index must not answer for our own names."""
    return [str(wheel) for name in ours(package) for wheel in folder.glob(f"{name.replace('-', '_')}-[0-9]*.whl")]


def check_sdist(session: nox.Session, package: str) -> None:
    """Refuse a source distribution without the papers that must travel with it."""
    stem = package.replace("-", "_")
    (archive,) = Path("dist").glob(f"{stem}-[0-9]*.tar.gz")
    with tarfile.open(archive) as sdist:
        held = {name.split("/", 1)[1] for name in sdist.getnames() if "/" in name}
    wanted = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", f"src/{stem}/py.typed"}
    if missing := sorted(wanted - held):
        session.error(f"{archive.name} lacks {', '.join(missing)}")
