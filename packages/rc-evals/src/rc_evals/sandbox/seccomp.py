"""The system calls that a sandboxed program goes without, as a seccomp filter in the kernel's own byte code.

Everything that needs a capability is closed already; here are the calls that work without one and reach past the
namespaces: more namespaces, foreign memory, kernel key rings, address families that no network namespace holds back
(vsock leads to the hypervisor), and memory that no process map shows and so no watcher could count.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMESPACES: Final = 0x7E02_0080
"""All CLONE_NEW* flags. Source: linux/sched.h."""

_FAMILIES: Final = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: all of them end at the network namespace."""

_REFUSED: Final[Mapping[str, int]] = {
    "setns": errno.EPERM,
    "ptrace": errno.EPERM,
    "process_vm_readv": errno.EPERM,
    "process_vm_writev": errno.EPERM,
    "pidfd_getfd": errno.EPERM,
    "keyctl": errno.EPERM,
    "add_key": errno.EPERM,
    "request_key": errno.EPERM,
    "bpf": errno.EPERM,
    "perf_event_open": errno.EPERM,
    "userfaultfd": errno.EPERM,
    "io_uring_setup": errno.EPERM,
    "io_uring_enter": errno.EPERM,
    "io_uring_register": errno.EPERM,
    "clone3": errno.ENOSYS,  # its flags lie in memory, where a filter cannot look; C libraries fall back to clone
    "memfd_create": errno.ENOSYS,
    "memfd_secret": errno.ENOSYS,
    "shmget": errno.ENOSYS,
    "msgget": errno.ENOSYS,
}


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int
    """AUDIT_ARCH_* of linux/audit.h."""
    calls: Mapping[str, int]


_SINCE_2019: Final = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "clone3": 435, "pidfd_getfd": 438, "memfd_secret": 447,
}  # fmt: skip
"""Calls that have the same number on every machine."""

_GENERIC: Final = _SINCE_2019 | {
    "clone": 220, "unshare": 97, "socket": 198, "setns": 268, "ptrace": 117, "process_vm_readv": 270,
    "process_vm_writev": 271, "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241,
    "userfaultfd": 282, "memfd_create": 279, "shmget": 194, "msgget": 186,
}  # fmt: skip
"""Source: asm-generic/unistd.h."""

_X86_64: Final = _SINCE_2019 | {
    "clone": 56, "unshare": 272, "socket": 41, "setns": 308, "ptrace": 101, "process_vm_readv": 310,
    "process_vm_writev": 311, "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "memfd_create": 319, "shmget": 29, "msgget": 68,
}  # fmt: skip
"""Source: arch/x86/entry/syscalls/syscall_64.tbl."""

_MACHINES: Final = {
    "x86_64": _Machine(0xC000_003E, _X86_64),
    "aarch64": _Machine(0xC000_00B7, _GENERIC),
    "riscv64": _Machine(0xC000_00F3, _GENERIC),
}

_LOAD, _JUMP_EQUAL, _JUMP_FROM, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_JMP|JGE|K, BPF_JMP|JSET|K, BPF_RET|K. Source: linux/bpf_common.h."""
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets in struct seccomp_data; the argument's low half (all machines above are little-endian)."""
_ALLOW: Final = 0x7FFF_0000
_REFUSE: Final = 0x0005_0000
_X32: Final = 0x4000_0000
"""Set in numbers of the x32 ABI, which would be a second door to every call."""


def filter_for(machine: str = platform.machine()) -> bytes | None:
    """Return the filter for a machine as an array of struct sock_filter, or None when we have no table for it."""
    if (known := _MACHINES.get(machine)) is None:
        return None
    calls = known.calls
    return b"".join(
        (
            _step(_LOAD, _ARCHITECTURE),
            _step(_JUMP_EQUAL, known.audit, 1, 0),
            _refuse(errno.ENOSYS),
            _step(_LOAD, _NUMBER),
            _step(_JUMP_FROM, _X32, 0, 1),
            _refuse(errno.ENOSYS),
            *(_step(_JUMP_EQUAL, calls[name], 0, 1) + _refuse(code) for name, code in _REFUSED.items()),
            _when(calls["clone"], _step(_JUMP_ANY_BIT, _NAMESPACES, 0, 1) + _refuse(errno.EPERM)),
            _when(calls["unshare"], _step(_JUMP_ANY_BIT, _NAMESPACES, 0, 1) + _refuse(errno.EPERM)),
            _when(calls["socket"], _families()),
            _step(_RETURN, _ALLOW),
        )
    )


def _families() -> bytes:
    to_end = range(len(_FAMILIES), 0, -1)
    known = (_step(_JUMP_EQUAL, family, skip, 0) for family, skip in zip(_FAMILIES, to_end, strict=True))
    return b"".join(known) + _refuse(errno.EAFNOSUPPORT)


def _when(number: int, body: bytes) -> bytes:
    """Run `body` on the first argument of one call; falling off its end allows the call."""
    inner = _step(_LOAD, _FIRST_ARGUMENT) + body + _step(_RETURN, _ALLOW)
    return _step(_JUMP_EQUAL, number, 0, len(inner) // 8) + inner


def _refuse(code: int) -> bytes:
    return _step(_RETURN, _REFUSE | code)


def _step(operation: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, if_true, if_false, operand)
