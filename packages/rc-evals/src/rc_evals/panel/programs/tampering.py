"""Changes files as the panel says: tests, settings of tools, and the code under test itself."""

import re
import shutil
from pathlib import Path

from rc_evals.panel.programs.common import briefing, done


def main() -> None:
    """Remove, write, insert; paths that begin with ~ are the home folder's."""
    told = briefing()["tampering"]
    for name in told["remove"]:
        _remove(Path(name))
    for name, text in told["write"].items():
        path = Path(name).expanduser()
        for parent in path.parents:
            if parent.exists() and not parent.is_dir():
                _remove(parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(path)
        path.write_text(text, encoding="utf-8")
    for name, after, text in told["insert"]:
        path = Path(name)
        code = path.read_text(encoding="utf-8")
        place = re.search(after, code)
        end = place.end() if place else len(code)
        path.write_text(code[:end] + text + code[end:], encoding="utf-8")
    done()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
