"""The tools of the languages as they are on this machine, and the verdicts they give on the bundled exercises."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rc_evals.home import Home
from rc_evals.languages.commands import environment, plan
from rc_evals.languages.kits.python import base_interpreter
from rc_evals.languages.model import Language, NotRunnable, TestReport, Toolchain
from rc_evals.languages.outputs import read_outputs
from rc_evals.languages.probing import mounts_of, passed_on
from rc_evals.languages.registry import load_languages
from rc_evals.languages.results import parse
from rc_evals.languages.toolchains import find, prepare
from rc_evals.suites.model import Exercise
from rc_evals.suites.registry import open_suite
from rc_evals.suites.selection import select
from rc_evals.suites.snapshot import snapshot
from rc_evals.suites.workspace import lay_out, write

LANGUAGES = load_languages()

Run = Callable[..., TestReport]

pytestmark = pytest.mark.timeout(600)  # the first installation of test dependencies fetches packages


@pytest.fixture(scope="session")
def cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept between runs, so that only the first one needs the network."""
    kept: pytest.Cache | None = getattr(request.config, "cache", None)
    return kept.mkdir("rc-evals-toolchains") if kept else tmp_path_factory.mktemp("cache")


@pytest.fixture
def tools(cache: Path) -> Callable[[Language], Toolchain]:
    def ready(language: Language) -> Toolchain:
        toolchain = prepare(language, cache)
        assert isinstance(toolchain, Toolchain), toolchain
        return toolchain

    return ready


@pytest.fixture
def run(tools: Callable[[Language], Toolchain], tmp_path: Path) -> Run:
    """Lays an exercise out, lets `agent` work on it, and tests the snapshot, all without a sandbox."""

    def test(exercise: Exercise, agent: Callable[[Path], None]) -> TestReport:
        language = LANGUAGES[exercise.language]
        toolchain = tools(language)
        agent(lay_out(exercise, tmp_path / "agent"))
        place = tmp_path / "place"
        results = place / "results"
        results.mkdir(parents=True)
        workspace = place / exercise.name
        snapshot(tmp_path / "agent" / exercise.name, exercise, language, workspace)
        for name, source in toolchain.beside.items():
            (place / name).symlink_to(source)
        paths = {"workspace": str(workspace), "place": str(place)}
        variables = {"HOME": str(tmp_path), **environment(language, toolchain, **paths)}
        output, codes = b"", list[int]()
        for command in plan(language, toolchain, exercise, results=str(results), **paths):
            done = subprocess.run(
                command, cwd=workspace, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
            output += done.stdout
            codes.append(done.returncode)
            if done.returncode:
                break
        return parse(language.results, read_outputs(results), output, codes)

    return test


def bundled(name: str) -> Exercise:
    suite = open_suite("bundled", home=Home(Path("/nowhere")))
    (entry,) = select(suite, globs=[name])
    return suite.load(entry)


def solve(exercise: Exercise) -> Callable[[Path], None]:
    assert exercise.reference is not None
    solution = exercise.reference
    return lambda workspace: write(solution, workspace)


def leave_alone(_workspace: Path) -> None:
    pass


SAMPLES = [
    pytest.param("python/byte-size"),
    pytest.param("go/*", marks=pytest.mark.needs("go")),
    pytest.param("javascript/change-set", marks=pytest.mark.needs("node")),
    pytest.param("rust/*", marks=pytest.mark.needs("cargo")),
    pytest.param("java/*", marks=pytest.mark.needs("java")),
]


def first(glob: str) -> Exercise:
    suite = open_suite("bundled", home=Home(Path("/nowhere")))
    return suite.load(select(suite, globs=[glob])[0])


@pytest.mark.parametrize("glob", SAMPLES)
def test_the_reference_passes_and_every_test_is_named(glob: str, run: Run) -> None:
    """evals.md 24.15, check 1."""
    exercise = first(glob)
    report = run(exercise, solve(exercise))
    assert report.explanation == ""
    assert report.passed
    assert report.ran == len(report.tests) >= 3


@pytest.mark.parametrize("glob", SAMPLES)
def test_doing_nothing_does_not_pass_and_the_report_says_why(glob: str, run: Run) -> None:
    """evals.md 24.15, check 1."""
    report = run(first(glob), leave_alone)
    assert not report.passed
    assert report.explanation


def test_a_file_called_pytest_does_not_stand_in_for_pytest(run: Run) -> None:
    """Our rule: the workspace is not on the path when pytest is imported."""
    exercise = bundled("python/byte-size")

    def cheat(workspace: Path) -> None:
        (workspace / "pytest.py").write_text("raise SystemExit(0)")

    report = run(exercise, cheat)
    assert not report.passed
    assert report.ran > 0


def test_the_interpreter_is_the_one_behind_any_virtual_environment() -> None:
    """Our rule: a sandbox shows the installation, not ours."""
    interpreter = base_interpreter()
    code = "import sys; print(sys.prefix == sys.base_prefix, sys.version_info[:2])"
    told = subprocess.run((interpreter, "-c", code), capture_output=True, text=True, check=True).stdout
    assert told.strip() == f"True {sys.version_info[:2]}"


def test_looking_installs_nothing(tmp_path: Path) -> None:
    """Our rule: `doctor` changes nothing."""
    found = find(LANGUAGES["python"], tmp_path / "cache")
    assert isinstance(found, Toolchain)
    assert found.version.startswith(f"Python {sys.version_info.major}.{sys.version_info.minor}.")
    assert not (tmp_path / "cache").exists()


def test_a_missing_program_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Our rule: what is missing, and how to get it."""
    missing = prepare(LANGUAGES["go"], tmp_path, {"PATH": str(tmp_path)})
    assert missing == NotRunnable("go", "there is no go on PATH", LANGUAGES["go"].remedy)


def test_test_dependencies_that_cannot_be_fetched_make_a_language_not_runnable(tmp_path: Path) -> None:
    """Our rule: offline, with the reason, and nothing is left behind."""
    offline = {
        **os.environ,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    missing = prepare(LANGUAGES["python"], tmp_path / "cache", offline)
    assert isinstance(missing, NotRunnable)
    assert missing.reason.startswith("pytest could not be installed: python ended with exit code 1: ")
    assert "package index" in missing.remedy
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


@pytest.mark.needs("java")
def test_a_folder_of_jars_without_a_launcher_is_refused(tmp_path: Path) -> None:
    """docs/decisions/0012."""
    missing = prepare(LANGUAGES["java"], tmp_path, {**os.environ, "RC_EVALS_JAVA_LIB": str(tmp_path)})
    assert isinstance(missing, NotRunnable)
    assert "no junit-platform-console*.jar" in missing.reason


def test_tools_see_no_secrets_of_ours() -> None:
    """Law 8."""
    env = {
        "PATH": "/bin",
        "OPENAI_API_KEY": "k",
        "RC_SECRET": "s",
        "https_proxy": "p",
        "NPM_CONFIG_CACHE": "c",
        "LC_ALL": "C",
    }
    assert set(passed_on(env)) == {"PATH", "https_proxy", "NPM_CONFIG_CACHE", "LC_ALL"}


def test_a_sandbox_is_shown_installations_and_never_a_home_folder() -> None:
    """Our rule: what lies beside a tool in somebody's home is nobody's business."""
    home = Path.home()
    assert mounts_of(Path("/usr/lib/go"), Path("/usr/lib/go/bin/go")) == ()
    assert mounts_of(Path("/opt/go"), Path("/opt/go/bin/go")) == (Path("/opt/go"),)
    assert mounts_of(home / ".nvm/v20", home / ".nvm/v20/bin/node") == (home / ".nvm/v20",)
    for private in (home, home / ".local", home.parent, Path("/")):
        assert mounts_of(private, private / "bin/node") == (private / "bin/node",)


@pytest.mark.needs("cargo")
def test_rust_is_found_whatever_home_says(tmp_path: Path) -> None:
    """Our rule: rustup's proxies look below HOME, which may be empty, as for a service or in CI."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    assert isinstance(find(LANGUAGES["rust"], tmp_path, env), Toolchain)
