"""Runs whatever asks for a place over every transport: Unix sockets, memory, and ZeroMQ in its three kinds."""

from pathlib import Path

import pytest

from .places import TRANSPORTS, Place, new_place


@pytest.fixture(params=TRANSPORTS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where the host of the test is."""
    return new_place(request.param, tmp_path, "rc")


@pytest.fixture
def other_place(place: Place, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where another host is, of the same kind."""
    return new_place(request.node.callspec.params["place"], tmp_path, "other")
