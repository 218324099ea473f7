"""What an agent's manifest adds to the suite's, and what it cannot."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals.languages.manifest import merge

TABLES = ("dependencies", "features")
PRISTINE = b"""# a comment
[package]
name = "sample"
version = "0.1.0"
edition = "2021"

[dependencies]
time = "0.3"

[dev-dependencies]
proptest = { version = "1", default-features = false }

[[test]]
name = "sample"
path = "tests/sample.rs"
"""
REDIRECTIONS = {
    "another build script": '[package]\nbuild = "make.rs"\n',
    "another library": '[lib]\npath = "src/evil.rs"\n',
    "another test": '[[test]]\nname = "sample"\npath = "src/fake.rs"\n',
    "no test": "[package]\nautotests = false\n",
    "a crate of its own": '[dependencies]\nevil = { path = "evil" }\n',
    "a crate from a repository": '[dependencies]\nevil = { git = "https://example.org/evil" }\n',
    "another source": '[patch.crates-io]\ntime = { path = "evil" }\n',
    "a workspace": '[workspace]\nmembers = ["evil"]\n',
    "a target": '[target."cfg(unix)".dependencies]\nevil = { path = "evil" }\n',
    "no table": "dependencies = 3\nfeatures = [1]\n",
    "no TOML": "[[[",
    "no text": "\udcff",
}


@pytest.mark.parametrize("found", REDIRECTIONS.values(), ids=REDIRECTIONS.keys())
def test_what_redirects_the_tests_is_left_out(found: str) -> None:
    """evals.md 24.6: Cargo.toml may gain dependencies. Nothing else is an agent's to say."""
    assert merge(PRISTINE, found.encode("utf-8", "surrogateescape"), TABLES) == (PRISTINE, False)


def test_dependencies_and_features_are_taken_over() -> None:
    """evals.md 24.6."""
    added = b"""
rand = { version = "0.8", features = ["small_rng"], default-features = false }
[features]
fast = ["dep:rand"]
"""
    merged, complete = merge(PRISTINE, PRISTINE.replace(b'time = "0.3"', b'time = "0.4"' + added), TABLES)
    assert complete
    wanted = tomllib.loads(PRISTINE.decode()) | {
        "dependencies": {
            "time": "0.4",
            "rand": {"version": "0.8", "features": ["small_rng"], "default-features": False},
        },
        "features": {"fast": ["dep:rand"]},
    }
    assert tomllib.loads(merged.decode()) == wanted


def test_a_manifest_that_says_the_same_stays_as_it_was_written() -> None:
    """Our rule: comments and order are the suite's."""
    assert merge(PRISTINE, PRISTINE + b"# solved\n", TABLES) == (PRISTINE, True)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=9),
        st.text() | st.dictionaries(st.sampled_from(["version", "package", "path", "git"]), st.text()),
        max_size=4,
    )
)
def test_whatever_dependencies_are_called_nothing_else_changes(dependencies: dict[str, str | dict[str, str]]) -> None:
    """Our rule: what is written is read back as what was meant."""
    words = {name: {**value} if isinstance(value, dict) else value for name, value in dependencies.items()}
    found = "[dependencies]\n" + "".join(f"{written(name)} = {written(value)}\n" for name, value in words.items())
    merged, _ = merge(PRISTINE, found.encode("utf-8", "replace"), TABLES)
    before, after = tomllib.loads(PRISTINE.decode()), tomllib.loads(merged.decode())
    assert {**after, "dependencies": None} == {**before, "dependencies": None}
    for name, value in dependencies.items():
        taken = isinstance(value, str) or value.keys() <= {"version", "package"}
        assert after["dependencies"].get(name) == (value if taken else before["dependencies"].get(name))


def written(value: str | dict[str, str]) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {written(text)}" for name, text in value.items()) + "}"
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
