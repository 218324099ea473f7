"""The tree of errors (IPC spec R-17)."""

import copy
import pickle

import pytest
import rc_ipc
from rc_ipc import IpcError, _errors

EXAMPLES: list[IpcError] = [
    rc_ipc.AddressError("/run/rc.sock", "no such place"),
    rc_ipc.AddressInUseError("/run/rc.sock", "somebody is there"),
    rc_ipc.PermissionDeniedError("/run/rc.sock", "not yours"),
    rc_ipc.AuthenticationError("zmq+tcp://host:1", "another key"),
    rc_ipc.NotConnectedError("/run/rc.sock"),
    rc_ipc.ConnectionLostError(),
    rc_ipc.HandshakeTimeoutError("/run/rc.sock", 5.0),
    rc_ipc.RequestTimeoutError("GetModes", 10.0),
    rc_ipc.TaskStartError("nobody knows why"),
    rc_ipc.TaskResumeError("t-1", 12.0),
    rc_ipc.TaskNotCurrentError("t-1", "t-2"),
    rc_ipc.RemoteError("not_found", "no such task"),
    rc_ipc.FrameTooLargeError(9, 8),
    rc_ipc.EventOverflowError(20_000),
    rc_ipc.ProtocolViolationError("a command before the Ack"),
]


KINDS = [kind for kind in vars(_errors).values() if isinstance(kind, type) and issubclass(kind, IpcError)]


def test_there_is_one_base_and_every_error_of_the_face_is_of_its_kind() -> None:
    """IPC spec R-17: the list, and what it grew by."""
    assert {type(example) for example in EXAMPLES} == {*KINDS} - {IpcError}
    assert {kind.__name__ for kind in KINDS} == {name for name in rc_ipc.__all__ if name.endswith("Error")}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_says_the_same_in_another_process(error: IpcError) -> None:
    """Style 14: `args` mirrors the signature."""
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert (str(twin), twin.args, vars(twin)) == (str(error), error.args, vars(error))
        assert "\n" not in str(twin)
        assert str(twin)
