"""The data about providers' models, and the ways into them (types spec 3.35)."""

import json
import math
import subprocess
import sys
from dataclasses import FrozenInstanceError
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, cast

import pytest
from rc_types import InvalidWireError
from rc_types.model import ModelInfo
from rc_types.provider_settings import PROVIDER_NAMES
from rc_types.providers import (
    CATALOGUE_NAMES,
    RooModel,
    RooPricing,
    catalogue,
    constant,
    constant_names,
    get_poe_default_model_info,
    get_provider_default_model_id,
    model_info,
)

DATA: Final = files("rc_types.providers").joinpath("data")

each_catalogue = pytest.mark.parametrize("name", CATALOGUE_NAMES)


def test_a_price_is_two_look_ups_away() -> None:
    model = catalogue("anthropic").models["claude-sonnet-4-5"]
    assert (model.input_price, model.output_price, model.cache_reads_price) == (3, 15, 0.3)
    assert model_info("anthropic", "claude-sonnet-4-5") is model


def test_every_provider_that_settings_may_name_has_a_catalogue() -> None:
    """Types spec 3.22, MODELS_BY_PROVIDER; the models of the three others are the user's to describe, or nobody's."""
    assert set(PROVIDER_NAMES) - set(CATALOGUE_NAMES) == {"fake-ai", "gemini-cli", "openai"}
    assert set(CATALOGUE_NAMES) - set(PROVIDER_NAMES) == {"zai-mainland"}
    assert {entry.name for entry in DATA.iterdir()} == {f"{name}.json" for name in CATALOGUE_NAMES}


@each_catalogue
def test_every_model_goes_over_the_wire_and_back(name: str) -> None:
    """Types spec 4, quirk 6: JSON has no infinity, so no window may be infinite here."""
    for model in catalogue(name).models.values():
        assert ModelInfo.from_json(model.to_json()) == model
        assert json.loads(model.to_json(), parse_constant=pytest.fail) == model.to_wire()


@each_catalogue
def test_a_model_is_what_the_file_says(name: str) -> None:
    text = DATA.joinpath(f"{name}.json").read_text(encoding="utf-8")
    written = cast("dict[str, dict[str, Any]]", json.loads(text)["models"])
    known = catalogue(name).models
    assert list(known) == list(written)
    for model_id, members in written.items():
        said = known[model_id].to_wire()
        assert {key: value for key, value in members.items() if key in said and key != "tiers"} == {
            key: value for key, value in said.items() if key != "tiers"
        }
        assert len(said.get("tiers", ())) == len(members.get("tiers", ()))


@each_catalogue
def test_the_default_model_is_one_of_the_table_wherever_there_is_a_table(name: str) -> None:
    known = catalogue(name)
    if known.models:
        assert known.default_model_info == known.models[known.default_model_id]
    assert model_info(name, known.default_model_id) == known.default_model_info


@each_catalogue
def test_the_tiers_of_a_context_window_begin_with_the_smallest(name: str) -> None:
    """Whoever takes the first tier that a request fits into takes the right one."""
    for model in catalogue(name).models.values():
        windows = [tier.context_window for tier in model.tiers or () if tier.name is None]
        assert all(smaller < larger for smaller, larger in pairwise(windows))


def test_an_open_ended_tier_ends_at_the_window_of_its_model() -> None:
    """Its prices stay: this model's own members say nothing about the price of cache reads."""
    upstream = constant("vertexModels")["gemini-2.5-pro"]["tiers"][-1]
    assert upstream["contextWindow"] == math.inf
    model = catalogue("vertex").models["gemini-2.5-pro"]
    assert model.tiers is not None
    assert model.tiers[-1].context_window == model.context_window == 1_048_576
    assert (model.cache_reads_price, model.tiers[-1].cache_reads_price) == (None, 0.625)


def test_the_default_of_a_provider_that_lists_its_own_models_is_known_all_the_same() -> None:
    known = catalogue("openrouter")
    assert known.models == {}
    assert known.default_model_info is model_info("openrouter", "anthropic/claude-sonnet-4.5")
    assert model_info("roo", "xai/grok-code-fast-1") is None


def test_a_model_or_provider_that_nothing_is_known_about_is_none() -> None:
    assert model_info("anthropic", "claude-of-tomorrow") is None
    assert model_info("openai", "gpt-5.1") is None
    assert model_info("../data/anthropic", "claude-sonnet-4-5") is None


@pytest.mark.parametrize("name", ["openai", "zap", "", "../data/anthropic", "anthropic.json"])
def test_a_catalogue_that_does_not_exist_is_a_key_error_that_names_those_that_do(name: str) -> None:
    with pytest.raises(KeyError, match=r"no models ship for a provider .*; they do for anthropic, baseten, .*"):
        catalogue(name)


def test_a_catalogue_is_read_once_and_cannot_be_changed() -> None:
    known = catalogue("xai")
    assert catalogue("xai") is known
    with pytest.raises(TypeError):
        cast("dict[str, ModelInfo]", known.models)["grok-9"] = known.models["grok-4.20"]
    with pytest.raises(FrozenInstanceError):
        known.label = "Grok"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # what this proves


def test_a_constant_keeps_what_the_wire_cannot_say() -> None:
    """Types spec 3.35: sets have no order, and some tiers no end."""
    assert "google/gemini-2.5-pro" in cast("frozenset[str]", constant("OPEN_ROUTER_REASONING_BUDGET_MODELS"))
    assert isinstance(constant("VERCEL_AI_GATEWAY_VISION_ONLY_MODELS"), frozenset)
    assert constant("geminiModels")["gemini-2.5-pro"]["tiers"][-1]["contextWindow"] == math.inf


def test_a_settings_page_finds_labels_and_model_ids() -> None:
    """Types spec 3.22; `zai` lists its international models."""
    offered = constant("MODELS_BY_PROVIDER")
    assert len(offered) == 26
    assert offered["deepseek"] == {
        "id": "deepseek",
        "label": "DeepSeek",
        "models": ["deepseek-chat", "deepseek-reasoner"],
    }
    assert offered["zai"]["models"] == list(constant("internationalZAiModels"))
    assert offered["openrouter"]["models"] == []


def test_a_constant_that_does_not_exist_is_a_key_error() -> None:
    assert len(constant_names()) == 89
    with pytest.raises(KeyError, match="zapModels"):
        constant("zapModels")


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("lmstudio", ""),
        ("openai", ""),
        ("openai-native", "gpt-4o"),
        ("gemini-cli", "claude-sonnet-4-5"),
        ("groq", "claude-sonnet-4-5"),
        ("", "claude-sonnet-4-5"),
    ],
)
def test_the_model_to_begin_with_is_upstreams_even_where_that_is_odd(provider: str, wanted: str) -> None:
    """Types spec 3.35 and 4, quirk 10."""
    assert get_provider_default_model_id(provider) == get_provider_default_model_id(provider, is_china=True) == wanted


def test_mainland_china_has_models_of_its_own() -> None:
    mainland = catalogue("zai-mainland")
    assert get_provider_default_model_id("zai", is_china=True) == mainland.default_model_id
    assert catalogue("zai").models.keys() - mainland.models.keys() == {"glm-4-32b-0414-128k"}


def test_only_the_default_model_of_poe_is_known_without_asking_poe() -> None:
    """Types spec 4, quirk 18."""
    info = get_poe_default_model_info()
    assert get_poe_default_model_info("claude-sonnet-4.6") == info
    assert (info.context_window, info.cache_writes_price) == (983040, 3.2)
    with pytest.raises(KeyError, match=r"nothing ships about Poe's model 'gpt-9'"):
        get_poe_default_model_info("gpt-9")


def test_the_router_says_prices_as_texts_and_mixes_its_spellings() -> None:
    model = RooModel(
        id="xai/grok-code-fast-1",
        object="model",
        created=1,
        owned_by="xai",
        name="Grok",
        description="Quick",
        context_window=262144,
        max_tokens=10000,
        type="language",
        pricing=RooPricing(input="0.0000002", output="0.0000015", input_cache_read="0.00000002"),
        versioned_settings={"3.36.4": {"includedTools": ["search_replace"]}},
    )
    wire = model.to_wire()
    assert wire["owned_by"] == "xai"
    assert wire["pricing"]["input_cache_read"] == "0.00000002"
    assert wire["versionedSettings"] == {"3.36.4": {"includedTools": ["search_replace"]}}
    assert RooModel.from_wire(wire) == model
    with pytest.raises(InvalidWireError, match=r"RooModel\.pricing\.input "):
        RooModel.from_wire({**wire, "pricing": {"input": 0.2, "output": "1"}})


def test_importing_the_providers_reads_no_data_and_builds_no_validator() -> None:
    """Types spec 5.6."""
    code = """
import sys
sys.addaudithook(lambda event, args: event == "open" and str(args[0]).endswith(".json") and sys.exit(f"read {args[0]}"))
from rc_types import providers
print(providers.RooModel.__pydantic_complete__, providers.PoeDefaultModelInfo.__pydantic_complete__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "False"]
