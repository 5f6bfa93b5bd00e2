"""Which traits are unfriendly to the JIT of an interpreter: ``python benchmarks/unfriendly [interpreter ...]``.

Every pair of `pairs.py` runs in a fresh process with ``PYTHON_JIT=1``; what counts is the share of its markers that
ran in compiled code, so that a busy machine changes nothing. The table is kept in benchmarks/results/unfriendly.md and
unfriendly.json, which tests/python/reasons compares with the interpreter at hand. Without interpreters, this one.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "tools"))

import pairs  # noqa: E402
from clean_environment import clean_environment  # noqa: E402

RESULTS = HERE.parent / "results"
HEAD = """# What is unfriendly to CPython's JIT

`python benchmarks/unfriendly python3.14 python3.15` makes this page. A figure is the share of a function's markers that
ran in compiled code with the JIT on, with the trait / without it. Shares below {limit} are **unfriendly**.
`jitctl.stats(f)` tells those, by the code before the slash, where they hold on the interpreter at hand.

"""
FOLKLORE = """
Often called unfriendly, and not (a loop that contains it; shares alone):

"""
ELSEWHERE = """
Unfriendly on some version, but nothing in the function itself shows it, so that it is not told:

"""


def run(interpreter):
    """Measure on one interpreter; answer its minor version, its full one and the shares."""
    env = clean_environment(PYTHON_JIT="1")
    ask = "import sys; print(sys._jit.is_enabled(), '%d.%d.%d' % sys.version_info[:3])"
    enabled, version = subprocess.run(
        [interpreter, "-c", ask], env=env, capture_output=True, check=True, text=True
    ).stdout.split()
    if enabled != "True":
        sys.exit(f"{interpreter} has no JIT that PYTHON_JIT=1 switches on; expected CPython 3.14 or later with one")
    found = subprocess.run([interpreter, HERE / "child.py"], env=env, capture_output=True, check=True, text=True)
    return version.rpartition(".")[0], version, json.loads(found.stdout)["measured"]


def cell(shares):
    """Write the shares of one pair."""
    if shares is None:
        return ""
    text = " / ".join(f"{share:.2f}" for share in shares.values())
    return f"**{text}**" if shares["with"] < pairs.FRIENDLY else text


def page(stored):
    """Write all that is stored as a page."""
    versions = sorted(stored)
    heads = [stored[version]["version"] for version in versions]
    text = HEAD.format(limit=pairs.FRIENDLY)
    for kind, intro in ((None, ""), ("folklore", FOLKLORE), ("elsewhere", ELSEWHERE)):
        keys = [key for key in stored[versions[-1]]["shares"] if (key.split("/")[0] == kind if kind else True)]
        if not kind:
            keys = [key for key in keys if key.split("/")[0] not in ("folklore", "elsewhere")]
        rows = [[key if not kind else key.partition("/")[2]] for key in keys]
        for version in versions:
            for row, key in zip(rows, keys, strict=False):
                row.append(cell(stored[version]["shares"].get(key)))
        lines = ["| " + " | ".join(cells) + " |" for cells in [["trait", *heads], *rows]]
        lines.insert(1, "| --- |" + " ---: |" * len(heads))
        text += intro + "\n".join(lines) + "\n"
    return text


def main():
    """Measure, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interpreters", nargs="*", default=[sys.executable])
    file = RESULTS / "unfriendly.json"
    stored = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for interpreter in parser.parse_args().interpreters:
        minor, version, shares = run(interpreter)
        stored[minor] = {"version": version, "shares": shares}
    file.write_text(json.dumps(stored, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    text = page(stored)
    (RESULTS / "unfriendly.md").write_text(text, encoding="utf-8")
    print(text, end="")


main()
