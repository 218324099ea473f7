"""What errors say: types spec 3.26, telemetry spec 7."""

import pickle
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_types.telemetry import (
    ApiProviderError,
    ConsecutiveMistakeError,
    extract_api_provider_error_properties,
    extract_consecutive_mistake_error_properties,
    extract_message_from_json_payload,
    get_error_message,
    get_error_status_code,
    is_api_provider_error,
    is_consecutive_mistake_error,
    should_report_api_error_to_telemetry,
)


class StatusError(Exception):
    """As client libraries raise them: facts are attributes, in whatever spelling."""

    def __init__(self, text: str = "", **facts: object) -> None:
        super().__init__(text)
        self.__dict__.update(facts)


def test_errors_survive_the_trip_to_another_process() -> None:
    provider = ApiProviderError("no answer", "OpenRouter", "gpt-4", "createMessage", 0)
    mistakes = ConsecutiveMistakeError("stuck", "t-1", 3, 3, "tool_repetition", model_id="")
    for error in (provider, mistakes):
        again = pickle.loads(pickle.dumps(error))
        assert vars(again) == vars(error)
        assert str(again) == error.message


def test_what_a_report_says_about_our_errors() -> None:
    """Telemetry spec 7.4: an error code of 0 and an empty model are facts, what was not given is none."""
    said = {"provider": "OpenRouter", "modelId": "gpt-4", "operation": "createMessage"}
    without_code = ApiProviderError("m", "OpenRouter", "gpt-4", "createMessage")
    assert extract_api_provider_error_properties(without_code) == said
    with_code = ApiProviderError("m", "OpenRouter", "gpt-4", "createMessage", 0)
    assert extract_api_provider_error_properties(with_code) == {**said, "errorCode": 0}
    counts = {"taskId": "t-1", "consecutiveMistakeCount": 2, "consecutiveMistakeLimit": 3}
    assert extract_consecutive_mistake_error_properties(ConsecutiveMistakeError("m", "t-1", 2, 3, model_id="")) == {
        **counts,
        "reason": "unknown",
        "modelId": "",
    }


def test_errors_are_recognised_by_name_and_members() -> None:
    """Types spec 3.26: exceptions of another copy of the class count, spelled either way; plain objects do not."""
    ours = ApiProviderError("m", "p", "m", "o")
    assert is_api_provider_error(ours)
    assert is_api_provider_error(StatusError(name="ApiProviderError", provider="p", modelId="m", operation="o"))
    assert is_api_provider_error(StatusError(name="ApiProviderError", provider="p", model_id="m", operation="o"))
    assert not is_api_provider_error(StatusError(name="ApiProviderError", provider="p", modelId="m"))
    assert not is_api_provider_error(StatusError(name="Error", provider="p", modelId="m", operation="o"))
    assert not is_api_provider_error(SimpleNamespace(name="ApiProviderError", provider="p", modelId="m", operation="o"))
    assert not is_consecutive_mistake_error(ours)
    assert is_consecutive_mistake_error(ConsecutiveMistakeError("m", "t-1", 2, 3))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"status": 429}, 429),
        ({"status_code": 429}, None),
        ({"status": "429"}, None),
        ({"status": True}, None),
        (StatusError(status=503), 503),
        (StatusError(status_code=503), 503),
        (StatusError(response=SimpleNamespace(status_code=503)), 503),
        (StatusError(status=None, response=None), None),
        (ApiProviderError("m", "p", "m", "o", 429), None),
        (None, None),
        ("429 x", None),
    ],
)
def test_a_status_is_found_where_http_clients_keep_it(error: object, status: int | None) -> None:
    """Telemetry spec 7.1."""
    assert get_error_status_code(error) == status


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"status": 429, "message": "m"}, "m"),
        ({"status": 500, "message": "m", "error": {"message": "n", "metadata": {"raw": "r"}}}, "r"),
        ({"status": 500, "message": "m", "error": {"message": "", "metadata": {"raw": ""}}}, "m"),
        ({"status": 500, "message": "m", "error": {"metadata": {"raw": {"a": 1}}}}, "m"),
        ({"message": "m", "error": {"message": "n"}}, "m"),
        ({"status": 418, "message": '{"error":{"message":{"x":1}}}'}, '{"error":{"message":{"x":1}}}'),
        (Exception('503 {"error":{"message":"A"},"message":"B"}'), "A"),
        (Exception('{"error":{"message":""},"message":"D"}'), "D"),
        (Exception('{"error":"str","message":"E"}'), "E"),
        (Exception('x {"message":"B"} tail'), 'x {"message":"B"} tail'),
        (Exception('a {b} {"message":"C"}'), 'a {b} {"message":"C"}'),
        (StatusError("outer", status_code=500, error=SimpleNamespace(message="inner")), "inner"),
        (StatusError("text", message="attribute"), "attribute"),
        (StatusError("text", message=None), "text"),
        (ApiProviderError("m", "p", "m", "o"), "m"),
        (Exception(""), None),
        ({"message": 5}, None),
        ({"status": 400}, None),
        ("s", None),
        (None, None),
    ],
)
def test_the_most_telling_text_of_an_error_is_its_message(error: object, message: str | None) -> None:
    """Telemetry spec 7.2; types spec 4, quirk 14."""
    assert get_error_message(error) == message


@given(text=st.text(alphabet='{}[]":,\\ 0amesgr\n\ud83d'))
def test_no_text_breaks_the_search_for_a_payload(text: str) -> None:
    assert get_error_message(Exception(text)) in {text or None, extract_message_from_json_payload(text)}


def test_a_hostile_payload_is_only_a_text() -> None:
    assert extract_message_from_json_payload('{"a":' * 100_000) is None
    assert extract_message_from_json_payload('{"message":"m","big":' + "9" * 5000 + "}") == "m"
    assert extract_message_from_json_payload('{"message":"m","big":Infinity}') is None


@pytest.mark.parametrize(
    ("code", "message", "reported"),
    [
        (402, None, False),
        (429, "anything", False),
        (500, "rate limit", False),
        (403, "", True),
        (None, None, True),
        (None, "429", False),
        (None, "429-y", False),
        (None, "429\u00e9", False),
        (None, "RATE LIMITED", False),
        *((None, text, True) for text in ("429_y", "429x", "4290", " 429 x", "x\n429", "ratelimit", "rate  limit")),
    ],
)
def test_what_is_expected_is_not_reported(code: int | None, message: str | None, reported: bool) -> None:
    """Telemetry spec 7.3, TEL-050."""
    assert should_report_api_error_to_telemetry(code, message) is reported
