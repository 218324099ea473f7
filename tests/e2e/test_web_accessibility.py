"""Every page can be used with a keyboard and a screen reader, on a phone and at night: axe finds nothing serious."""

import pytest

from .browsing import NewContext, barriers

pytestmark = pytest.mark.needs("browser")

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "laptop": (1280, 860)}


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_page_that_does_not_exist_can_be_read(context: NewContext, site: str, size: str, colours: str) -> None:
    width, height = SIZES[size]
    page = context(viewport={"width": width, "height": height}, color_scheme=colours).new_page()
    page.goto(f"{site}/nowhere")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
