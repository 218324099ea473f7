"""Languages as data."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from rc_evals._errors import UnknownLanguageError, UsageError
from rc_evals.languages.registry import language_named, load_languages
from rc_evals.languages.schema import problem_in

MINIMAL = """
title = "Shell"
prompt = "Write it."
programs = ["sh"]
version = []
remedy = "none"
test_globs = ["test.sh"]
protected_globs = ["test.sh"]
commands = [["{sh}", "{tests}"]]
results = "exit-code"
"""


def test_the_five_languages_of_the_public_sets_are_known() -> None:
    """evals.md 2, row 37."""
    assert list(load_languages()) == ["go", "java", "javascript", "python", "rust"]


def test_our_own_language_files_are_what_those_of_users_must_be() -> None:
    """Our rule: files of the package are not checked at every start, so they are here."""
    ours = [file for file in (files("rc_evals.languages") / "data").iterdir() if file.name.endswith(".toml")]
    assert [problem_in(tomllib.loads(file.read_text("utf-8"))) for file in ours] == [""] * 5


def test_a_file_of_the_user_adds_a_language(tmp_path: Path) -> None:
    """evals.md 12.7: without code."""
    (tmp_path / "shell.toml").write_text(MINIMAL)
    shell = load_languages(tmp_path)["shell"]
    assert (shell.id, shell.prompt, shell.test_seconds, shell.build_globs) == ("shell", "Write it.\n", 120, ())


def test_a_file_of_the_user_takes_the_place_of_a_built_in_language(tmp_path: Path) -> None:
    """Our rule."""
    (tmp_path / "go.toml").write_text(MINIMAL)
    assert load_languages(tmp_path)["go"].title == "Shell"
    assert load_languages(tmp_path / "missing")["go"].title == "Go"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "Shell"', "", "title: Field required"),
        ('title = "Shell"', 'title = ""', "title: String should have at least 1"),
        ('remedy = "none"', 'remedy = "none"\nremedi = 1', "remedi: Extra inputs"),
        ('[["{sh}", "{tests}"]]', "[[]]", "commands.0: "),
        ('"exit-code"', '"tap"', "results: .*no parser of this name; there are junit"),
        ('"exit-code"', '"exit-code"\ntest_seconds = 0', "test_seconds: "),
        (
            '"exit-code"',
            '"exit-code"\n[[skip_markers]]\nglob="a"\npattern="("\nreplacement=""',
            "no regular expression",
        ),
        ('title = "Shell"', "title = ", "Invalid value"),
    ],
)
def test_a_damaged_file_is_refused_in_one_line_with_the_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Our rule: what is wrong, where, what to do."""
    (tmp_path / "shell.toml").write_text(MINIMAL.replace(old, new))
    with pytest.raises(UsageError, match=rf"language file .*shell\.toml: .*{says}") as caught:
        load_languages(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("mend the file or remove it")


def test_a_file_whose_name_is_no_language_is_refused(tmp_path: Path) -> None:
    """Our rule: the name is a folder's name in suites."""
    (tmp_path / "..toml").write_text(MINIMAL)
    (tmp_path / "A b.toml").write_text(MINIMAL)
    with pytest.raises(UsageError, match="must be a language's id"):
        load_languages(tmp_path)


def test_an_unknown_language_is_answered_with_those_that_exist() -> None:
    """Our rule."""
    with pytest.raises(UnknownLanguageError, match=r"'cobol'; known are go, .*cobol\.toml"):
        language_named("cobol", load_languages())
