"""The cost of a large frame grows with its bytes, not with their square (IPC spec R-1, F4).

It is counted, so that no clock decides: whoever puts the buffer together anew for each chunk, as node-ipc does,
allocates as many bytes each time.
"""

import tracemalloc
from itertools import accumulate, cycle, takewhile

import pytest
from rc_ipc._codec import FRAME_END, FrameSplitter

MIB = 1024 * 1024
SIZES = (1, 2, 3, 7, 64, 500, 4096, 65536)


def allocated(frame_size: int, frames: int) -> int:
    """Return the bytes that are allocated, in all, while so many frames arrive in chunks of all sizes."""
    stream = (b"x" * (frame_size - 1) + FRAME_END) * frames
    cuts = [*takewhile(lambda end: end < len(stream), accumulate(cycle(SIZES))), len(stream)]
    splitter, view, heard, total, start = FrameSplitter(max_frame=frame_size), memoryview(stream), 0, 0, 0
    tracemalloc.start()
    try:
        for end in cuts:
            chunk = bytes(view[start:end])
            start = end
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            for frame in splitter.feed(chunk):
                assert len(frame) == frame_size - 1
                heard += 1
            total += tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert heard == frames
    return total


@pytest.mark.parametrize(("frame_size", "frames"), [(64 * MIB, 1), (8 * MIB, 8), (500, 8 * MIB // 500)])
def test_a_stream_is_copied_a_few_times_in_all(frame_size: int, frames: int) -> None:
    """IPC spec R-1: with a chunk of 64 KiB now and then, the square would be a thousand times as much."""
    assert allocated(frame_size, frames) < 5 * frame_size * frames
