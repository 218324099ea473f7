"""Java: a JDK, and the jars of JUnit and AssertJ from Debian's packages or from a folder of the user."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rc_evals.languages.model import Toolchain
from rc_evals.languages.probing import ToolMissingError, ask, mounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rc_evals.languages.cache import Cache
    from rc_evals.languages.model import Language

FOLDER_VARIABLE: Final = "RC_EVALS_JAVA_LIB"
"""Names a folder whose jars, all of them, are the class path: a JUnit 5 console launcher, and what tests import."""

DEBIAN: Final = Path("/usr/share/java")

JARS: Final = (
    *("junit-jupiter-api", "junit-jupiter-engine", "junit-jupiter-params"),
    *("junit-platform-commons", "junit-platform-console", "junit-platform-engine", "junit-platform-launcher"),
    *("junit-platform-reporting", "apiguardian-api", "opentest4j", "picocli", "univocity-parsers"),
    *("assertj-core", "byte-buddy", "byte-buddy-agent"),
)
"""What the class path consists of when it is Debian's."""


def complete(language: Language, programs: Mapping[str, Path], _cache: Cache, env: Mapping[str, str]) -> Toolchain:
    """Return the toolchain; nothing has to be installed.

    Raises:
        ToolMissingError: jars are missing, or there is no JDK around the `java` that was found.
        ToolchainError: java does not answer.
    """
    answer = ask((programs["java"], "-XshowSettings:properties", "-version"), env=env)
    found = re.search(r"^\s*java\.home = (.+)$", answer, re.MULTILINE)
    home = Path(found[1].strip()) if found else programs["javac"].resolve().parent.parent
    java, javac = home / "bin" / "java", home / "bin" / "javac"
    if not javac.exists():
        raise ToolMissingError(f"{home} is a runtime without a compiler", language.remedy)
    jars = _jars(env, language.remedy)
    return Toolchain(
        language=language.id,
        version=ask((javac, "-version"), env=env),
        programs={"java": str(java), "javac": str(javac)},
        mounts=tuple(dict.fromkeys((*mounts_of(home.resolve(), java), *_folders(jars)))),
        values={"classpath": ":".join(map(str, jars))},
    )


def _jars(env: Mapping[str, str], remedy: str) -> list[Path]:
    if named := env.get(FOLDER_VARIABLE):
        folder = Path(named).expanduser().absolute()
        jars = sorted(folder.glob("*.jar"))
        if not any("junit-platform-console" in jar.name for jar in jars):
            raise ToolMissingError(
                f"{FOLDER_VARIABLE} names {folder}, where there is no junit-platform-console*.jar",
                "put junit-platform-console-standalone.jar and assertj-core.jar there",
            )
        return jars
    jars = [DEBIAN / f"{name}.jar" for name in JARS]
    if missing := [jar.name for jar in jars if not jar.exists()]:
        raise ToolMissingError(f"{DEBIAN} has no {missing[0]}", remedy)
    return jars


def _folders(jars: list[Path]) -> list[Path]:
    """Only the jars themselves when they are not the system's: their folder may hold anything else."""
    return [jar for jar in jars if mounts_of(jar.parent, jar)]
