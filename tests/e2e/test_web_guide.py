"""The program that the guide to the dashboard shows does what the guide says."""

import re
from pathlib import Path

import pytest

from .exercises import add_exercise
from .program import Program

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "look-at-results.md"


def test_the_program_in_the_guide_tells_what_failed(
    program: Program, suite: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add_exercise(suite, "hard")
    assert program("run", "--suite", str(suite), "--agent", "nop", "--sandbox", "none").code == 0
    (shown,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    exec(compile(shown.replace("http://127.0.0.1:3446", site), str(GUIDE), "exec"), {})
    assert capsys.readouterr().out.startswith("hard ")
