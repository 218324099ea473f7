"""Upstream's own verdicts and values, for the tests that compare with them."""

import gzip
import json
import os
import tarfile
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def conformance() -> Generator[Path]:
    """Folder of the conformance data: what RC_CONFORMANCE_DIR names, else the archive of this package, unpacked."""
    if given := os.environ.get("RC_CONFORMANCE_DIR"):
        yield Path(given) / "types"
        return
    with TemporaryDirectory(prefix="rc-types-") as folder, tarfile.open(DATA / "types.tar.xz") as archive:
        archive.extractall(folder, filter="data")
        yield Path(folder) / "types"


@pytest.fixture(scope="session")
def exports() -> list[dict[str, Any]]:
    """Every name that upstream exports, with its `module` and `kind`."""
    if given := os.environ.get("RC_CONFORMANCE_DIR"):
        text = (Path(given) / "types" / "exports.json").read_bytes()
    else:
        text = gzip.decompress((DATA / "types" / "exports.json.gz").read_bytes())
    return cast("list[dict[str, Any]]", json.loads(text))
