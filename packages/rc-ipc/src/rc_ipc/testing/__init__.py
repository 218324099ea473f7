"""Hosts and connections for tests, ours and yours.

async with memory_pair(handler) as (client, server):              # both roles without a socket
async with scripted_host(path, behaviour("since-3.51")) as host:  # a host that behaves as real ones do
async with recording(path, "session.jsonl") as client:            # a session, written down as it happens
async with scripted_host(path, read_script("session.jsonl")):     # and played again
"""

from rc_ipc.testing._host import ScriptedHost, scripted_host, scripted_pair
from rc_ipc.testing._memory import MemoryListener, MemoryTransport, memory_pair, transport_pair
from rc_ipc.testing._recording import Recorder, read_script, recording
from rc_ipc.testing._script import Rule, Script, ScriptError, Step
from rc_ipc.testing._toml import behaviour, behaviours, script_from_toml

__all__ = [
    "MemoryListener",
    "MemoryTransport",
    "Recorder",
    "Rule",
    "Script",
    "ScriptError",
    "ScriptedHost",
    "Step",
    "behaviour",
    "behaviours",
    "memory_pair",
    "read_script",
    "recording",
    "script_from_toml",
    "scripted_host",
    "scripted_pair",
    "transport_pair",
]
