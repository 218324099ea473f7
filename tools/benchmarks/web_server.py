"""Servers to be asked: the dashboard, and Inspect View; and what their answers took."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote
from zipfile import ZipFile

from rc_evals.home import Home

from benchmarks.evals_tasks import PEER
from measuring import inspect_programs

PATIENCE: Final = 120.0
"""Seconds to wait for a server."""


@dataclass(frozen=True, slots=True)
class Server:
    """A program that answers on a port of this machine."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used."""
        fields = Path("/proc", str(self.pid), "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server took to answer one address over and over."""

    name: str
    p95: float
    """Milliseconds from the request to the last byte, at the 95th percentile."""
    cpu: float
    """Milliseconds of the server's CPU, on average."""
    size: int
    """Bytes of the body."""


@contextmanager
def server(home: Home) -> Generator[Server]:
    """Serve a data folder within the block."""
    command = [sys.executable, "-m", "rc_evals", "--home", str(home.root), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://[^:]+:(\d+)", process.stdout.readline())
            if found is None:
                raise SystemExit("the dashboard did not start")
            yield Server(process.pid, int(found[1]))
        finally:
            process.terminate()


def asked(server: Server, path: str, requests: int) -> Answers:
    """Ask for an address so many times, after one request that nobody counts, over one connection."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    took: list[float] = []
    size = 0
    cpu = 0.0
    for number in range(requests + 1):
        if number == 1:
            cpu = server.cpu()
        began = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        size = len(response.read())
        took.append(1000 * (time.perf_counter() - began))
        if response.status != 200:
            raise SystemExit(f"{path} was answered with {response.status}")
    connection.close()
    counted = sorted(took[1:])
    return Answers(path, counted[min(requests - 1, int(0.95 * requests))], 1000 * (server.cpu() - cpu) / requests, size)


def inspect_view(folder: Path, samples: int, requests: int) -> list[Answers] | None:
    """Ask Inspect View for its list of logs, and for what its page reads of a log of so many samples.

    Returns None where it cannot be had. Making the log takes minutes: Inspect AI evaluates the samples.
    """
    programs = inspect_programs(install=True)
    if programs is None:
        return None
    logs = folder / "logs"
    script = folder / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    subprocess.run([programs / "python", script, str(samples), "25", logs], check=True, stdout=subprocess.DEVNULL)
    [log] = logs.iterdir()
    with ZipFile(log) as parts:
        part = parts.getinfo("summaries.json")  # a line for every sample; the page decodes it in the browser
    end = part.header_offset + len(part.FileHeader()) + part.compress_size - 1
    with _view(programs, logs) as server:
        summaries = f"/api/log-bytes/{quote(log.as_uri(), safe='')}?start={part.header_offset}&end={end}"
        return [asked(server, path, requests) for path in ("/api/log-files", summaries)]


@contextmanager
def _view(programs: Path, logs: Path) -> Generator[Server]:
    port = 7585
    command = [str(programs / "inspect"), "view", "start", "--log-dir", str(logs), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _until_listening(port)
            yield Server(process.pid, port)
        finally:
            process.terminate()


def _until_listening(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
