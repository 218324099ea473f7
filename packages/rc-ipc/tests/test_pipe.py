"""Windows pipes, as far as they can be tried without Windows: who may use one, and how it is made."""

import ctypes
import sys

import pytest
from rc_ipc._pipe_calls import (
    ADMINISTRATORS,
    PIPE_MODE,
    SYSTEM,
    SecurityAttributes,
    is_trusted_owner,
    open_mode,
    sddl_for,
)

ME = "S-1-5-21-1004336348-1177238915-682003330-1001"
SOMEBODY = "S-1-5-21-1004336348-1177238915-682003330-1002"


def test_a_pipe_is_its_owners_and_nobody_elses() -> None:
    """IPC spec R-9: owner, a list that inherits nothing, and on it all rights for one user."""
    assert sddl_for(ME) == f"O:{ME}D:P(A;;GA;;;{ME})"


def test_only_the_first_instance_demands_that_nobody_has_the_name() -> None:
    """IPC spec R-9, the first-instance flag; the values are those of the Windows headers."""
    assert open_mode(first=True) == 0x4008_0003
    assert open_mode(first=False) == 0x4000_0003


def test_other_machines_are_kept_out_and_the_pipe_is_a_stream_of_bytes() -> None:
    """IPC spec R-9: PIPE_REJECT_REMOTE_CLIENTS; byte type, byte reads and waiting are 0."""
    assert PIPE_MODE == 0x8


@pytest.mark.parametrize(("owner", "expected"), [(ME, True), (ADMINISTRATORS, True), (SYSTEM, True), (SOMEBODY, False)])
def test_settings_are_told_to_nobody_who_could_not_read_them_anyway(owner: str, expected: bool) -> None:
    """IPC spec R-9, seen from the client: configuration holds keys."""
    assert is_trusted_owner(owner, own=ME) is expected


def test_the_attributes_are_laid_out_as_windows_has_them() -> None:
    """SECURITY_ATTRIBUTES: a 32-bit length, a pointer, a 32-bit truth value."""
    pointer = ctypes.sizeof(ctypes.c_void_p)
    assert ctypes.sizeof(SecurityAttributes) == 3 * pointer
    assert SecurityAttributes(1, sys.maxsize, False).descriptor == sys.maxsize
