"""The frame codec: any cut, any bytes, Node's spelling."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rc_ipc import FrameTooLargeError, ProtocolViolationError
from rc_ipc._codec import FRAME_END, FrameSplitter, decode_frame, encode_frame

frame_bodies = st.binary(max_size=40).map(lambda body: body.replace(FRAME_END, b""))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(bodies=st.lists(frame_bodies, max_size=8), rest=frame_bodies, data=st.data())
def test_where_the_stream_is_cut_does_not_matter(bodies: list[bytes], rest: bytes, data: st.DataObject) -> None:
    """IPC spec R-1."""
    stream = b"".join(body + FRAME_END for body in bodies) + rest
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    splitter = FrameSplitter()
    heard = [
        frame
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)
        for frame in splitter.feed(stream[start:end])
    ]
    assert heard == bodies


def test_a_frame_is_delivered_as_soon_as_it_is_complete_even_if_the_next_has_begun() -> None:
    """IPC spec R-1, Q2: unlike node-ipc, nothing is withheld until a read ends on a frame border."""
    assert list(FrameSplitter().feed(b"1\x0c2\x0c3")) == [b"1", b"2"]


@given(size=st.integers(1, 60), limit=st.integers(1, 50), step=st.integers(1, 9))
def test_a_frame_is_refused_exactly_when_it_is_over_the_limit(size: int, limit: int, step: int) -> None:
    """IPC spec R-4: the frame's end counts."""
    stream = b"x" * (size - 1) + FRAME_END
    splitter = FrameSplitter(max_frame=limit)

    def feed() -> list[bytes]:
        return [frame for at in range(0, size, step) for frame in splitter.feed(stream[at : at + step])]

    if size <= limit:
        assert feed() == [stream[:-1]]
    else:
        with pytest.raises(FrameTooLargeError):
            feed()


def test_bytes_without_an_end_are_kept_only_up_to_the_limit() -> None:
    """IPC spec R-4."""
    splitter = FrameSplitter(max_frame=1000)
    for _ in range(3):
        assert list(splitter.feed(b"x" * 300)) == []
    with pytest.raises(FrameTooLargeError) as refused:
        list(splitter.feed(b"x" * 300))
    assert refused.value.size == 1200


def test_frames_before_one_that_is_too_large_are_still_delivered() -> None:
    """Our rule: what arrived in order before the accident is not lost with it."""
    frames = FrameSplitter(max_frame=5).feed(b"1\x0c2\x0c3456789")
    assert [next(frames), next(frames)] == [b"1", b"2"]
    with pytest.raises(FrameTooLargeError):
        next(frames)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{nope}",
        b"\xef\xbb\xbf{}",
        b'{"x":NaN}',
        b'{"x":-Infinity}',
        "{}".encode("utf-16"),
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"[" * 100_000,
        b'"\x0b"',
        b"1" * 10_000,
    ],
    ids=["empty", "junk", "bom", "nan", "infinity", "utf16", "deep", "open", "control", "digits"],
)
def test_what_javascript_does_not_call_json_is_not_json(frame: bytes) -> None:
    """IPC spec R-2 and section 10. (Ten thousand digits are a number to JavaScript; no peer sends one.)"""
    with pytest.raises(ValueError, match=r"."):
        decode_frame(frame)


def test_malformed_utf_8_is_replaced_as_node_does() -> None:
    """IPC spec section 10."""
    assert decode_frame(b'{"s":"\xff\xfe"}') == {"s": "\ufffd\ufffd"}


@given(value=json_values)
def test_what_is_encoded_decodes_to_the_same(value: Any) -> None:
    """IPC spec R-3."""
    frame = encode_frame({"value": value})
    assert frame.count(FRAME_END) == 1
    assert frame.endswith(FRAME_END)
    assert decode_frame(frame[:-1]) == {"type": "message", "data": {"value": value}}


@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_text_survives_lone_surrogates_included(text: str) -> None:
    """IPC spec Q22 and R-3."""
    heard = decode_frame(encode_frame({"t": text})[:-1])["data"]["t"]
    assert heard == json.loads(json.dumps(text))


def test_control_characters_and_separators_are_spelled_as_node_spells_them() -> None:
    """IPC spec section 3.1."""
    frame = encode_frame({"t": "\x01\x0c\x1f\x7f\u2028\ud83d"})
    assert frame == b'{"type":"message","data":{"t":"\\u0001\\f\\u001f\x7f\xe2\x80\xa8\\ud83d"}}\x0c'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}])
def test_what_json_cannot_say_is_refused_before_anything_is_written(value: object) -> None:
    """IPC spec R-3."""
    with pytest.raises(ProtocolViolationError):
        encode_frame({"x": value})


def test_a_frame_that_would_choke_the_peer_is_not_sent() -> None:
    """IPC spec R-4."""
    with pytest.raises(FrameTooLargeError) as refused:
        encode_frame({"x": "y" * 100}, max_frame=64)
    assert refused.value.limit == 64
