"""Work that was not done does not pass in the compiled languages either, whatever an agent puts beside its stub."""

import shlex

import pytest

from .program import Program

LAUNCHER = """
mkdir -p src/main/java/org/junit/platform/console
cat > src/main/java/org/junit/platform/console/ConsoleLauncher.java <<'X'
package org.junit.platform.console;
public class ConsoleLauncher {
  public static void main(String[] arguments) throws Exception {
    java.nio.file.Files.writeString(java.nio.file.Path.of("/eval/_results/TEST-x.xml"),
      "<testsuite><testcase name=\\"t\\"/></testsuite>");
  }
}
X
"""
ANNOTATION = """
mkdir -p src/main/java/org/junit/jupiter/api
cat > src/main/java/org/junit/jupiter/api/Test.java <<'X'
package org.junit.jupiter.api;
public @interface Test {}
X
cat > src/main/java/OkTest.java <<'X'
public class OkTest { @org.junit.jupiter.api.RepeatedTest(1) void passes() {} }
X
"""
UNIT_TEST = """
cat >> src/lib.rs <<'X'
#[test] fn passes() {
  for entry in std::fs::read_dir("target/debug/deps").unwrap() {
    let path = entry.unwrap().path();
    if path.extension().is_none() && path != std::env::current_exe().unwrap() {
      std::fs::write(&path, "#!/bin/sh\\necho 'test x ... ok'\\n").ok();
    }
  }
}
X
"""
BUILD_SCRIPT = """
cat > build.rs <<'X'
fn main() {
  for entry in std::fs::read_dir("tests").unwrap() {
    std::fs::write(entry.unwrap().path(), "#[test] fn passes() {}").ok();
  }
}
X
"""

TRICKS = [
    pytest.param("java/text-history", LAUNCHER, id="a launcher of its own", marks=pytest.mark.needs("java")),
    pytest.param("java/text-history", ANNOTATION, id="an annotation of its own", marks=pytest.mark.needs("java")),
    pytest.param("rust/frame-cutter", UNIT_TEST, id="a test that rewrites tests", marks=pytest.mark.needs("cargo")),
    pytest.param("rust/frame-cutter", BUILD_SCRIPT, id="a build script", marks=pytest.mark.needs("cargo")),
]


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize(("exercise", "trick"), TRICKS)
def test_a_trick_is_no_pass(program: Program, exercise: str, trick: str) -> None:
    """Spec 20, test tampering: what decides comes from the suite, and comes first."""
    agent = ("--agent", "command", "--agent-arg", f"command=sh -c {shlex.quote(trick)}")
    done = program("run", "--suite", "bundled", "--exercise", exercise, *agent, "--json", patience=120)
    assert done.code == 0, done.err
    (task,) = done.document["tasks"]
    assert (task["end_reason"], task["verdict"]) == ("completed", "failed")
