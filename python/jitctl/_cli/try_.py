"""``jitctl try``: the whole program without and with the rules, in turn: is it faster, and how sure is that?"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .._stats.plain import Count, Plain
from .._stats.system import read_system
from .._tune.comparison import FEWEST_ROUNDS, Comparison, compare
from .._tune.programs import Cost, FailedError
from .console import add_output_options, add_schema_option, console, write_schema
from .exits import Exit, UsageError
from .program import target_of
from .progress import Progress
from .run import add_rules_option, add_target, rules_files
from .runs import Runs

#: raised by one when a field changes its meaning or goes; new fields may come without
SCHEMA = 1
MARGIN = 0.02
WITHOUT, WITH, AGAIN, ALL = "without hints", "with hints", "without, again", "PYTHON_JIT=1"


def add_parser(commands: Any) -> None:
    """Add ``try``."""
    parser = commands.add_parser(
        "try",
        help="compare the whole program with and without the rules",
        description="Run the program without hints, with them, without them again (which shows the noise) and with "
        "CPython's JIT on for all code, in turn, and compare processor times. Its output is thrown away.",
    )
    add_rules_option(parser)
    parser.add_argument("--rounds", type=_rounds, default=10, metavar="N", help="runs of each, default 10, at least 6")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="the most that one run may take")
    add_schema_option(parser)
    add_output_options(parser)
    add_target(parser)
    parser.set_defaults(run=run)


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST_ROUNDS:
        raise argparse.ArgumentTypeError(f"{FEWEST_ROUNDS} rounds at least: with fewer there is no interval")
    return int(text)


@dataclass(frozen=True, slots=True)
class Way(Plain):
    """One way to run the program. ``ratio``: times as fast as without hints, with its 95 % interval."""

    name: str
    cpu_seconds: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Result(Plain):
    """Everything that ``try --json`` gives; ``machine_code_bytes`` is None where the program did not tell."""

    schema: int
    verdict: Literal["faster", "slower", "same", "unclear"]
    sentence: str
    interpreter: str
    rounds: Count
    ways: tuple[Way, ...]
    regions: int | None
    machine_code_bytes: int | None


def run(options: argparse.Namespace) -> int:
    """Run the program again and again, and say what came of it; 0 unless it failed."""
    if options.schema:
        return write_schema(Result, "jitctl try --json", SCHEMA)
    runs, files = Runs(target_of(options.is_module, options.target), options.timeout), rules_files(options)
    with tempfile.TemporaryDirectory() as folder, console(options, sys.stderr) as out:
        record = os.path.join(folder, "record.json")
        progress = Progress()

        def told(found: Comparison) -> bool:
            ratio = found.interval(WITH).ratio
            progress(f"round {found.rounds} of {options.rounds}: with hints {ratio:.3f} times as fast so far")
            return True

        try:
            found = compare(ways(runs, files), options.rounds, told)
            # Once more, not counted, to learn what was compiled: asking takes time.
            runs.hinted(files, "", "--record", record)
        except FailedError as error:
            raise UsageError(f"the program failed, so there is nothing to compare: {error}") from None
        finally:
            progress.end()
        result = result_of(found, record)
        out.data(result.to_dict())
        for line in shown(result):
            out.text(line)
    return Exit.DONE


def ways(runs: Runs, files: list[str]) -> Mapping[str, Callable[[], Cost]]:
    """Give what to run for each way."""
    found: dict[str, Callable[[], Cost]] = {
        WITHOUT: runs.plain,
        WITH: lambda: runs.hinted(files),
        AGAIN: runs.plain,
    }
    if read_system().jit.built:
        found[ALL] = lambda: runs.plain(PYTHON_JIT="1")
    return found


def result_of(found: Comparison, record: str) -> Result:
    """Judge a comparison."""
    intervals = {way: found.interval(way) for way in found.ways}
    hinted, noise = intervals[WITH], intervals[AGAIN]
    verdict: Literal["faster", "slower", "same", "unclear"]
    if found.rounds < FEWEST_ROUNDS:
        verdict, sentence = "unclear", f"{found.rounds} rounds are too few to say"
    elif hinted.low > max(1.0, noise.high):
        verdict, sentence = "faster", f"with hints the program is {hinted.ratio:.2f} times as fast"
    elif hinted.high < min(1.0, noise.low):
        verdict, sentence = "slower", f"with hints the program is slower: {hinted.ratio:.2f} of its speed"
    elif hinted.near_one(MARGIN):
        verdict, sentence = "same", "the hints make no difference worth a hint (less than 2 %)"
    else:
        spread = max(noise.high - 1, 1 - noise.low)
        noise_text = f"the same program differs from itself by up to {100 * spread:.0f} %"
        sentence = f"too noisy to say: {noise_text}; give more --rounds"
        verdict = "unclear"
    told = _told(record)
    return Result(
        SCHEMA,
        verdict,
        sentence,
        str(read_system().interpreter),
        found.rounds,
        tuple(Way(way, found.seconds(way), one.ratio, one.low, min(one.high, 1e9)) for way, one in intervals.items()),
        told.get("regions"),
        told.get("machine_code_bytes"),
    )


def _told(record: str) -> dict[str, int]:
    """Read what a hinted run told of its compiled code."""
    try:
        with open(record, encoding="utf-8") as file:
            status = json.load(file)["status"]
    except (OSError, ValueError, KeyError):
        return {}
    return {key: status[key] for key in ("regions", "machine_code_bytes")}


def shown(result: Result) -> list[str]:
    """Write the result for a terminal of 80 columns."""
    lines = [f"{result.rounds} rounds on {result.interpreter}, processor time", ""]
    lines.append(f"{'':<16}{'seconds':>9}{'times as fast':>16}   95 % interval")
    for way in result.ways:
        ratio = "" if way.name == WITHOUT else f"{way.ratio:.3f}"
        interval = "" if way.name == WITHOUT else f"   {way.low:.3f} to {way.high:.3f}"
        noise = "   (the noise)" if way.name == AGAIN else ""
        lines.append(f"{way.name:<16}{way.cpu_seconds:>9.3f}{ratio:>16}{interval}{noise}")
    if result.machine_code_bytes is not None:
        lines += ["", f"compiled code: {result.regions} regions, {(result.machine_code_bytes + 1023) // 1024} KiB"]
    return [*lines, "", result.sentence]
