"""The scripts for hosts that the pages show are scripts."""

import re
from pathlib import Path

from rc_ipc.testing import script_from_toml

PAGE = Path(__file__).parents[2] / "packages" / "rc-ipc" / "README.md"


def test_the_script_that_the_page_of_rc_ipc_shows_is_one() -> None:
    (shown,) = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert script_from_toml(shown, source=PAGE.name).title
