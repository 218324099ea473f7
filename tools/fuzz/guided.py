"""Talk odd messages at rc-ipc, guided by which lines they reach: `python tools/fuzz/guided.py --seconds 600`.

Needs atheris, which has no place among the workspace's tools (it is for Linux and some Pythons only): make an
environment of its own, `pip install atheris ./packages/rc-types[testing] './packages/rc-ipc[zmq]'`, and start this with
its Python. What must hold is in `fuzz.sessions`; an input that breaks it is written to DIR and ends the program, and
giving its path as INPUT shows it again. `tools/fuzz/ipc.py` needs nothing, and also watches memory.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `fuzz` is

import argparse
from importlib import import_module
from random import Random
from typing import Any, Final

LONGEST: Final = 20_000
"""Bytes of one input."""

SLOWEST: Final = 30
"""Seconds that one input may take."""


def main() -> None:
    """Talk until the time is over, or a law is broken."""
    parser = argparse.ArgumentParser(description="Talk odd messages at one side of rc-ipc, guided by coverage.")
    parser.add_argument("--target", default="client", help="client, strict client, server, zmq client or zmq server")
    parser.add_argument("--seconds", type=int, default=600, help="when to end")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), metavar="DIR", help="where inputs are kept")
    parser.add_argument("input", nargs="*", help="hear only these files")
    arguments = parser.parse_args()
    try:
        atheris: Any = import_module("atheris")
    except ImportError:
        parser.error("there is no atheris here; the head of this file says how to get it")
    with atheris.instrument_imports(include=["rc_ipc", "rc_types"]):
        sessions: Any = import_module("fuzz.sessions")
    target = sessions.SESSIONS[arguments.target]()
    chance = Random(0)
    mutator = sessions.mutator_for(arguments.target, chance)

    def hear(data: bytes) -> None:
        target.hear(data[1:].split(b"\x0c"), Random(data[:1]))

    def change(data: bytes, longest: int, seed: int) -> bytes:
        chance.seed(seed)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        head, *texts = data[:1] or b"x", *data[1:].split(b"\x0c")
        at = chance.randrange(len(texts) + 1)
        texts[at : at + 1] = [mutator.changed(texts[at]) if at < len(texts) else mutator.text()]
        return (head + b"\x0c".join(texts))[:longest]

    arguments.corpus.mkdir(parents=True, exist_ok=True)
    for number in range(100):
        (arguments.corpus / f"seed-{number}").write_bytes(b"x" + mutator.text()[: LONGEST - 1])
    limits = [f"-max_total_time={arguments.seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}"]
    where = arguments.input or [f"-artifact_prefix={arguments.corpus}/found-", str(arguments.corpus)]
    atheris.Setup([sys.argv[0], *limits, *where], hear, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
