"""What a command line says of the agent `roo`, and how it is refused."""

import json
from pathlib import Path

import pytest
from rc_evals import AgentUnavailableError, UnknownAgentError
from rc_evals.agents.host_settings import UNATTENDED, configuration, keys_of, strings_in
from rc_evals.agents.registry import make_agent
from rc_evals.agents.roo import make_roo
from rc_types.global_settings import EVALS_SETTINGS

KEY = "sk-marmalade-9f8e7d"


def test_later_settings_win() -> None:
    """Spec 7.3: EVALS_SETTINGS < the key of the environment < the run's settings; ours: < the keys that are named."""
    env = {"OPENROUTER_API_KEY": "from the environment"}
    assert configuration({}, {}, env).to_wire() == {**UNATTENDED, "openRouterApiKey": "from the environment"}
    settings = {"mode": "ask", "openRouterApiKey": "from the run"}
    assert configuration(settings, {}, env).to_wire() == {**UNATTENDED, **settings}
    keys = {"openRouterApiKey": "from the file"}
    assert configuration(settings, keys, env).to_wire() == {**UNATTENDED, **settings, **keys}


def test_only_the_answering_of_questions_differs_from_upstream() -> None:
    """Spec 9.3, quirk Q18."""
    different = {name for name in UNATTENDED if EVALS_SETTINGS.get(name) != UNATTENDED[name]}
    assert different == {"followupAutoApproveTimeoutMs"}


def test_of_a_file_with_keys_only_the_keys_are_used(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"apiProvider": "anthropic", "apiKey": KEY, "openAiHeaders": {"x": KEY}}))
    assert keys_of(path) == {"apiKey": KEY, "openAiHeaders": {"x": KEY}}


@pytest.mark.parametrize("content", ["", "[1]", "{}", '{"mode": "code"}', f'{{"apiKey": ["{KEY}"]}}', f'{{"{KEY}'])
def test_a_file_without_keys_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    """Law 8."""
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(UnknownAgentError, match=r"keys\.json") as caught:
        keys_of(path)
    assert KEY not in str(caught.value)


def test_secrets_are_found_in_everything_that_is_nested() -> None:
    """A service's credentials are a JSON document in a text; a log may show the key in it alone."""
    document = json.dumps({"private_key": "the\nkey"})
    found = set(strings_in({"apiKey": "a", "vertexJsonCredentials": document, "openAiHeaders": {"x": "b"}, "n": 1}))
    assert found >= {"a", "b", document, "the\nkey"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "needs --agent-arg command="),
        ({"command": "x", "environment": "A,B_C"}, "A is not set"),
        ({"command": "x", "keys": "/no/file"}, "/no/file cannot be read: No such file"),
        ({"command": "x", "mounts": "/usr:relative"}, "relative is not the full path of a folder"),
        ({"command": "x", "socket": "y"}, "no argument 'socket'"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(
    arguments: dict[str, str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue, part 5."""
    for name in ("A", "B_C"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UnknownAgentError, match=complaint) as caught:
        make_agent("roo", arguments)
    assert "\n" not in str(caught.value)


def test_without_a_provider_of_links_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 2: siblings meet at ports."""
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(AgentUnavailableError, match=r"^agent roo: no task link named 'unix' .* pip install rc-ipc$"):
        make_roo({"command": "x"}, {}, {})
