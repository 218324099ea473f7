"""Where the data folder is, and what is said when it cannot be used."""

import os
from pathlib import Path

import pytest
from rc_evals import Home, HomeError, resolve_home


def test_the_argument_wins_over_the_environment(tmp_path: Path) -> None:
    """Our rule: argument, then RC_EVALS_HOME, then the platform's place."""
    env = {"RC_EVALS_HOME": str(tmp_path / "b")}
    assert resolve_home(tmp_path / "a", env).root == tmp_path / "a"
    assert resolve_home(None, env).root == tmp_path / "b"
    assert resolve_home(None, {"RC_EVALS_HOME": ""}).root.name == "rc-evals"


def test_a_new_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    """Our rule: mode 0700."""
    home = Home(tmp_path / "x" / "y")
    home.ensure()
    home.ensure()
    assert home.root.stat().st_mode & 0o777 == 0o700


def test_a_file_in_the_place_of_the_folder_is_a_clear_line(tmp_path: Path) -> None:
    """Issue, part 5: unreadable data folder."""
    (tmp_path / "x").touch()
    for root in (tmp_path / "x", tmp_path / "x" / "y"):
        with pytest.raises(HomeError, match="--home") as caught:
            Home(root).ensure()
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; tests/e2e shows this with a read-only mount")
def test_a_folder_without_permission_is_a_clear_line(tmp_path: Path) -> None:
    """Issue, part 5: read-only data folder."""
    tmp_path.chmod(0o500)
    with pytest.raises(HomeError, match="permissions"):
        Home(tmp_path).ensure()
