"""Charts: whatever the data, they are well-formed, within their frame, and say what they show."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from rc_evals.web.charts.course import Growth, course
from rc_evals.web.charts.histogram import Bucket, histogram
from rc_evals.web.charts.intervals import Interval, intervals
from rc_evals.web.charts.scale import brief_count, brief_time, time_marks, whole_marks
from rc_evals.web.charts.timeline import PHASES, Span, timeline

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert(1)</script>" onload="x\x00\x1b[31m\u202e\ufffe\ud800&amp;'

counts = st.integers(0, 2**63 - 1)
shares = st.none() | st.floats()
buckets = st.lists(st.builds(Bucket, st.floats(), st.floats(), counts), max_size=60)
rows = st.lists(st.builds(Interval, st.text(), shares, shares, shares, st.text()), max_size=20)
growths = st.lists(st.builds(Growth, st.just("done"), st.lists(st.tuples(st.floats(), st.integers()))), max_size=3)


def parsed(chart: Markup) -> ET.Element:
    """Return the chart as XML; its namespace is the one that HTML gives it."""
    return ET.fromstring(str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def points(svg: ET.Element) -> Iterator[tuple[float, float]]:
    """Yield every place that the chart draws at."""
    for each in svg.iter():
        at = {key: float(value) for key, value in each.attrib.items() if key in {*"xyr", "x1", "x2", "y1", "y2"}}
        match each.tag.removeprefix(SVG):
            case "line":
                yield from ((at["x1"], at["y1"]), (at["x2"], at["y2"]))
            case "rect":
                width, height = float(each.attrib["width"]), float(each.attrib["height"])
                assert width > 0
                assert height > 0
                yield from ((at["x"], at["y"]), (at["x"] + width, at["y"] + height))
            case "circle":
                cx, cy = float(each.attrib["cx"]), float(each.attrib["cy"])
                yield from ((cx - at["r"], cy - at["r"]), (cx + at["r"], cy + at["r"]))
            case "text":
                yield at["x"], at["y"]
            case "path":
                for command, first, second in re.findall(r"([MHVZ])(?:([-\d.]+)(?: ([-\d.]+))?)?", each.attrib["d"]):
                    if command == "M":
                        yield float(first), float(second)
                    elif command != "Z":
                        yield (float(first), 0.0) if command == "H" else (0.0, float(first))
            case other:
                assert other in {"svg", "g", "title", "desc"}


def check(chart: Markup) -> ET.Element:
    svg = parsed(chart)
    left, top, width, height = map(float, svg.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    for x, y in points(svg):
        assert 0 <= x <= width, x
        assert 0 <= y <= height, y
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"]
    assert svg.findtext(f"{SVG}title")
    assert svg.findtext(f"{SVG}desc")
    assert "style" not in {name for each in svg.iter() for name in each.attrib}  # the policy of pages forbids it
    return svg


@given(buckets)
def test_any_histogram_can_be_drawn(data: list[Bucket]) -> None:
    check(histogram(data, title="Time", unit=brief_time))


@given(rows)
def test_any_rates_can_be_drawn(data: list[Interval]) -> None:
    check(intervals(data, title="Rates"))


@given(growths, counts)
def test_any_course_can_be_drawn(data: list[Growth], most: int) -> None:
    check(course(data, most=most, unit=brief_count, title="Course", summary="Growing", nothing="nothing yet"))


def test_foreign_words_stay_words() -> None:
    """Hostile input: names of languages come from suites."""
    chart = intervals([Interval(HOSTILE * 100, 0.5, 0.4, 0.6, HOSTILE)], title=HOSTILE)
    svg = check(chart)
    assert "<script" not in str(chart)
    assert "onload" not in svg.attrib
    shown = [each.text or "" for each in svg.iter(f"{SVG}text")]
    assert max(map(len, shown)) < 20  # cut to the room there is
    assert "\u202e" not in str(chart)


def test_a_histogram_says_where_most_are() -> None:
    """Charts are read aloud as well."""
    chart = histogram([Bucket(0, 1000, 2), Bucket(1000, 2000, 5)], title="Agent time", unit=brief_time)
    assert check(chart).attrib["aria-label"] == "Agent time: 7 tasks; most of them, 5, 1 s to 2 s"
    assert [each.findtext(f"{SVG}title") for each in parsed(chart).iter(f"{SVG}rect")] == [
        "0 to 1 s: 2 tasks",
        "1 s to 2 s: 5 tasks",
    ]


def test_bars_are_as_high_as_their_counts() -> None:
    chart = histogram([Bucket(0, 1, 1), Bucket(1, 2, 3), Bucket(2, 3, 0)], title="x", unit=str)
    heights = [float(each.attrib["height"]) for each in parsed(chart).iter(f"{SVG}rect")]
    assert len(heights) == 2  # nothing is drawn for nothing
    assert abs(heights[1] - 3 * heights[0]) < 0.5


def test_rates_say_their_intervals() -> None:
    """Spec 24.8: 156 of 195 is 80.0 %, interval 73.8 to 85.0 %."""
    svg = check(intervals([Interval("go", 0.8, 0.738, 0.85, "156 of 195")], title="Pass rate per language"))
    assert svg.findtext(f"{SVG}desc") == "go: 80.0 % (156 of 195), probably between 73.8 % and 85.0 %"


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert "nothing to show yet" in histogram([], title="x", unit=str)
    assert "none yet" in course([], most=5, unit=str, title="x", summary="s", nothing="none yet")
    assert "go: none yet" in intervals([Interval("go", None, None, None, "")], title="x")


@given(st.floats(0, 1e300))
def test_times_are_marked_by_few_and_within(most: float) -> None:
    found = time_marks(most)
    assert found[0] == 0
    assert found == sorted(set(found))
    assert len(found) <= 6
    assert found[-1] <= most * (1 + 1e-6)


@given(st.integers(0, 2**63 - 1))
def test_counts_are_marked_by_whole_numbers(most: int) -> None:
    found = whole_marks(most)
    assert 1 <= len(found) <= 6
    assert found[0] == 0
    assert found[-1] <= most


def test_times_are_marked_as_people_count_them() -> None:
    assert time_marks(70_000) == [0, 30_000, 60_000]
    assert [brief_time(each) for each in time_marks(4 * 3_600_000)] == ["0", "1 h", "2 h", "3 h", "4 h"]
    assert [brief_time(each) for each in time_marks(800)] == ["0", "200 ms", "400 ms", "600 ms", "800 ms"]


moments = st.integers(0, 2**62)
one_span = st.builds(Span, st.integers(1, 50), st.sampled_from(PHASES), moments, moments)


@given(spans=st.lists(one_span, min_size=1, max_size=60))
def test_a_timeline_stays_within_its_frame(spans: list[Span]) -> None:
    check(timeline(spans))


def test_a_timeline_says_how_long_each_phase_took() -> None:
    shown = timeline([Span(1, "preparing", 1_000, 1_300), Span(1, "running", 1_300, 91_300)])
    assert "attempt 1, running: 1.5 min" in shown
    assert "Phases: attempt 1: preparing 300 ms; running 1.5 min" in shown
    assert timeline([]) == ""
