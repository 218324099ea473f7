from importlib.metadata import version
from importlib.resources import files

import rc_build


def test_the_version_that_is_installed_is_the_version_that_it_says() -> None:
    assert version("rc-build") == rc_build.__version__


def test_type_checkers_are_told_that_it_is_typed() -> None:
    assert files(rc_build).joinpath("py.typed").is_file()


def test_it_promises_nothing_that_is_not_there() -> None:
    assert rc_build.__all__ == ["__version__"]
