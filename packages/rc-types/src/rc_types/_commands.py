"""What the command line does, once its arguments are known."""

import gzip
import json
import sys
import zlib
from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rc_types import registry
from rc_types._codec import WireCodec
from rc_types._json_schema import json_schema_of
from rc_types._judge import Tally, UnjudgeableError
from rc_types._judge import judge as judge_lines
from rc_types.roomodes import roomodes_json_schema


class UsageError(Exception):
    """What was asked makes no sense; the text is one line for a person."""


def shown(text: str) -> str:
    """Return the text in a way that no terminal obeys: names of files may hold anything."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def judge(options: Namespace) -> bool:
    """Judge files by the schemas that they are named after, and print the counts; return whether all agreed."""
    codecs = {file: _codec(_schema_name(file), f"{file} is named after no schema") for file in options.files}
    tallies: list[tuple[Path, WireCodec[Any], Tally]] = []
    for file, codec in codecs.items():
        try:
            with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
                tally = judge_lines(codec, lines, str(file), flavor=options.flavor)
        except UnjudgeableError as error:
            raise UsageError(str(error)) from error
        except (OSError, EOFError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise UsageError(f"{file} cannot be read: {reason}") from error
        if not tally.agreed + tally.disagreed:
            raise UsageError(f"{file} holds no judged inputs")
        tallies.append((file, codec, tally))
        if not options.json:
            _tell(file, tally)
    if options.json:
        _print_json([_report(*each) for each in tallies])
    return not any(tally.disagreed for _, _, tally in tallies)


def _schema_name(file: Path) -> str:
    return file.name.removesuffix(".gz").removesuffix(".jsonl")


def _tell(file: Path, tally: Tally) -> None:
    lines = [f"{_schema_name(file)}: {tally.agreed} agreed, {tally.disagreed} disagreed"]
    place = shown(str(file))
    lines += [f"  {place}:{number}: {problem.path or '(root)'} {problem.wants}" for number, problem in tally.first]
    if (untold := tally.disagreed - len(tally.first)) > 0:
        lines.append(f"  ... and {untold} more")
    sys.stdout.write("\n".join(lines) + "\n")


def _report(file: Path, codec: WireCodec[Any], tally: Tally) -> dict[str, Any]:
    first = [{"line": number, "path": problem.path, "problem": problem.wants} for number, problem in tally.first]
    counts = {"agreed": tally.agreed, "disagreed": tally.disagreed}
    return {"file": str(file), "schema": _schema_name(file), "shape": codec.name, **counts, "first": first}


def schema(options: Namespace) -> bool:
    """Print the JSON Schema of a shape, or the names of all."""
    if options.list:
        names = ((name, registry.schema_of_shape(name) or "") for name in registry.shape_names())
        sys.stdout.writelines(f"{name:44}{schema}".rstrip() + "\n" for name, schema in names)
    elif options.name.removeprefix(".") == "roomodes":
        _print_json(roomodes_json_schema())
    else:
        codec = _codec(options.name, f"{options.name} is no shape")
        _print_json(json_schema_of(codec.shape, codec.name, flavor=options.flavor))
    return True


def _codec(name: str, problem: str) -> WireCodec[Any]:
    try:
        return registry.shape(name)
    except KeyError:
        pass
    if name in registry.type_names():
        raise UsageError(f"{name} describes behaviour, not data: it has no schema")
    close = get_close_matches(name, (*registry.schema_names(), *registry.shape_names()), n=1)
    advice = f"did you mean {close[0]}?" if close else "`python -m rc_types schema --list` has all names"
    raise UsageError(f"{problem}; {advice}")


def _print_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
