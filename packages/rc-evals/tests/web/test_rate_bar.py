"""The picture of a pass rate in a row of a table."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from rc_evals.stats import wilson
from rc_evals.web.charts.rate_bar import rate_bar


@given(st.integers(1, 10_000), st.data())
def test_a_bar_is_drawn_within_its_box_and_says_its_interval(decided: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, decided))
    sure = wilson(passed, decided)
    for picture, words in ((rate_bar(sure.rate, sure), "95 % interval"), (rate_bar(sure.rate, None), "pass rate")):
        root = ET.fromstring(picture)
        assert words in (root.findtext("title") or "")
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for path in root.iter("path"):
            for command, x, y in re.findall(r"([MHVZ])([\d.]*) ?([\d.]*)", path.attrib["d"]):
                assert command == "Z" or float(x) <= (height if command == "V" else width)
                assert not y or float(y) <= height
