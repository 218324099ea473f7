"""What is asked of a run: its name, its model, its settings beside the defaults (spec 15.2, 15.3)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_evals._errors import UsageError
from rc_evals.agents.host_settings import UNATTENDED
from rc_evals.asking import LONGEST_NAME, checked_name
from rc_evals.settings import checked_settings, differences, model_of, with_model
from rc_types.provider_settings import MODEL_ID_KEYS, MODEL_ID_KEYS_BY_PROVIDER

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2)


@given(st.text(), st.integers(0, 2 * LONGEST_NAME))
def test_a_name_is_kept_as_it_can_be_shown_or_refused(text: str, padding: int) -> None:
    text = f"  {text}{'n' * padding} "
    if len(text.strip()) > LONGEST_NAME or not text.strip().isprintable():
        with pytest.raises(UsageError) as refused:
            checked_name(text)
        assert "\n" not in str(refused.value)
    else:
        assert checked_name(text) == (text.strip() or None)


@given(
    st.dictionaries(st.sampled_from((*MODEL_ID_KEYS, "mode")), st.text()),
    st.sampled_from((None, "no-such", *MODEL_ID_KEYS_BY_PROVIDER)),
    st.text(min_size=1),
)
def test_the_model_that_is_asked_for_is_the_one_that_is_told_and_shown(
    settings: dict[str, Any], provider: str | None, model: str
) -> None:
    """Spec 15.3: the first model id that is not empty counts, whatever the provider."""
    if provider is not None:
        settings["apiProvider"] = provider
    named = with_model(settings, model)
    assert model_of(named, {}) == model
    assert [key for key in MODEL_ID_KEYS if key in named] == [
        MODEL_ID_KEYS_BY_PROVIDER.get(provider or "openrouter", "apiModelId")  # type: ignore[call-overload]
    ]
    assert {key: value for key, value in named.items() if key not in MODEL_ID_KEYS} == {
        key: value for key, value in settings.items() if key not in MODEL_ID_KEYS
    }


@given(st.dictionaries(st.sampled_from((*UNATTENDED, "modeApiConfigs", "customInstructions")), VALUES))
def test_a_difference_is_what_a_setting_makes_of_its_default(settings: dict[str, Any]) -> None:
    """Spec 15.3: equal values and pairs of empty ones are left out."""
    found = differences(settings)
    assert [each.setting for each in found] == sorted(each.setting for each in found)
    assert {each.setting for each in found} <= settings.keys()
    for each in found:
        assert each.default != each.custom
        assert json.loads(each.custom or "null") == settings[each.setting]
    assert differences(UNATTENDED) == []


def test_experiments_are_compared_one_by_one() -> None:
    [found] = differences({"experiments": {"multiFileApplyDiff": True}})
    assert found == ("experiments.multiFileApplyDiff", None, "true")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b'{"nothing": 1}', b"\xff", b"[" * 100_000])
def test_what_are_no_settings_is_refused_in_one_line(content: bytes) -> None:
    said: list[str] = []
    with pytest.raises(UsageError, match="the file") as refused:
        checked_settings(content, "the file", say=said.append)
    assert ("\n" in str(refused.value), said) == (False, [])
