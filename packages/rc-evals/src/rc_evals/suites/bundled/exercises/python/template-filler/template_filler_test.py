"""Tests of template_filler."""

from types import SimpleNamespace

import pytest

from template_filler import TemplateError, fill


def test_text_without_placeholders_is_copied() -> None:
    text = "a } b }} c { d\n\\ \\{ e"
    assert fill(text, {}) == text


def test_placeholders_are_filled_wherever_they_stand() -> None:
    assert fill("{{a}}-{{ b }}{{  a  }}\n{{b}}", {"a": "x", "b": 7}) == "x-7x\n7"


def test_a_path_goes_through_mappings_and_lists() -> None:
    values = {"team": {"name": "ops", "people": [{"name": "Ada"}, {"name": "Lin"}]}, "pair": ("l", "r")}
    assert fill("{{ team.name }}: {{ team.people.1.name }} {{ pair.0 }}", values) == "ops: Lin l"


def test_filters_are_applied_from_left_to_right() -> None:
    assert fill("[{{ x | trim | upper }}][{{x|lower}}]", {"x": " Ab "}) == "[AB][ ab ]"


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (None, ""), (0, "0"), (2.5, "2.5"), ("", "")]
)
def test_values_have_a_text(value: object, text: str) -> None:
    assert fill("<{{ v }}>", {"v": value}) == f"<{text}>"


def test_a_default_replaces_what_is_missing_or_none_and_nothing_else() -> None:
    template = '{{ v | default:"d" }}'
    assert [fill(template, values) for values in ({}, {"v": None}, {"v": ""}, {"v": False})] == ["d", "d", "", "false"]


def test_a_missing_value_waits_for_its_default() -> None:
    assert fill('{{ a.b | trim | upper | default:"a|b c" | upper }}', {}) == "A|B C"


def test_an_escaped_placeholder_is_text() -> None:
    assert fill(r"\{{ a }} {{ a }}", {"a": 1}) == "{{ a }} 1"


def test_filled_in_text_is_not_searched_again() -> None:
    assert fill("{{ a }}{{ b }}", {"a": "{{ b }}", "b": r"\{{"}) == r"{{ b }}\{{"


def test_attributes_are_never_looked_at() -> None:
    with pytest.raises(TemplateError):
        fill("{{ user.name }}", {"user": SimpleNamespace(name="Ada")})
    with pytest.raises(TemplateError):
        fill("{{ text.upper }}", {"text": "x"})


@pytest.mark.parametrize("path", ["nobody", "list.2", "list.-1", "list.x", "map.y", "map.x.y", "text.0"])
def test_what_is_not_found_is_an_error(path: str) -> None:
    with pytest.raises(TemplateError) as caught:
        fill(f"one\ntwo {{{{ {path} }}}}", {"list": [1, 2], "map": {"x": 1}, "text": "abc"})
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "placeholder",
    [
        "{{ }}",
        "{{ a..b }}",
        "{{ .a }}",
        "{{ a | }}",
        "{{ | upper }}",
        "{{ a | shout }}",
        '{{ a | shout | default:"x" }}',
        "{{ a | default }}",
        "{{ a | default:x }}",
        "{{ a",
        "{{ a\n}}",
    ],
)
def test_a_malformed_placeholder_is_an_error_even_without_a_value(placeholder: str) -> None:
    for values in ({}, {"a": 1}):
        with pytest.raises(TemplateError) as caught:
            fill(f"\n\n{placeholder}", values)
        assert caught.value.line == 3


def test_the_first_error_counts() -> None:
    with pytest.raises(TemplateError) as caught:
        fill("{{ a }}\n{{ b | shout }}\n{{ c }}\n{{ d", {"a": "with\nnew\nlines"})
    assert caught.value.line == 2
