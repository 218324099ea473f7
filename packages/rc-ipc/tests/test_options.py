"""The defaults, as the spec and the pages name them."""

from rc_ipc import ClientOptions, FrameLimits, Pace, QueueLimits, ServerOptions
from rc_ipc._backoff import FIRST_DELAY, LONGEST_DELAY, SETTLED_AFTER
from rc_ipc._server import WATCH_INTERVAL

MIB = 1024 * 1024


def test_frames_and_queues_are_bounded_as_the_spec_says() -> None:
    """IPC spec R-4, R-5, R-6, R-7."""
    assert FrameLimits() == FrameLimits(received=32 * MIB, sent=8 * MIB)
    assert QueueLimits() == QueueLimits(frames=1000, bytes=16 * MIB)
    assert Pace() == Pace(burst=32 * 1024, pause=0.001)
    assert ClientOptions().waiting_events == 10_000
    for options in (ClientOptions(), ServerOptions()):
        assert (options.frames, options.queue, options.pace) == (FrameLimits(), QueueLimits(), Pace())


def test_every_wait_has_the_time_that_the_spec_gives_it() -> None:
    """IPC spec R-5, R-8, R-10, R-13, 15.3 and, for clients of a host, 3.5."""
    client, server = ClientOptions(), ServerOptions()
    assert (client.handshake_timeout, client.reconnect, client.give_up_after) == (5.0, True, None)
    assert (FIRST_DELAY, LONGEST_DELAY, SETTLED_AFTER) == (0.1, 5.0, 10.0)
    assert (server.slow_consumer, server.send_timeout) == ("disconnect", 5.0)
    assert (server.finish_within, server.flush_within) == (5.0, 2.0)
    assert (client.ping_interval, server.ping_interval) == (5.0, 5.0)
    assert server.max_clients == 100
    assert WATCH_INTERVAL < 5.0


def test_nothing_is_shown_or_judged_more_strictly_unless_somebody_says_so() -> None:
    """IPC spec R-14 and R-18."""
    assert (ClientOptions().strict, ClientOptions().flavor) == (False, "any")
    assert not ClientOptions().log_messages
    assert not ServerOptions().log_messages
