"""How much specialisation and compilation need: ``python benchmarks/thresholds [interpreter ...]``.

Every interpreter counts in processes of its own, one with the JIT and one without where it has one. They count, so
that a busy machine changes nothing. The counts are kept in benchmarks/results/thresholds.json and docs/thresholds.md;
tests/tools/test_thresholds.py compares the budgets of backends/training/src/tuning.rs with them. Without interpreters,
this one.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "tools"))

from clean_environment import clean_environment  # noqa: E402

STORED = HERE.parent / "results" / "thresholds.json"
PAGE = HERE.parents[1] / "docs" / "thresholds.md"
HEAD = """# How much specialisation and compilation need

`python benchmarks/thresholds INTERPRETER...` makes this page. Each figure is the least number of calls, iterations or
items after which fresh code is specialised in full, or its loops or its entry are compiled; "never" is not within
65,536. They are counts, found by bisection in `_co_code_adaptive` and by `_opcode.get_executor`, so that they are the
same on any machine. 3.10 shows nothing but the size of its code objects, which grows when they get their caches.

The budgets of warm-up (`backends/training/src/tuning.rs`) are at least {margin} times what is measured here;
`tests/tools/test_thresholds.py` sees to it.
"""
#: a budget is at least so many times the measured need; tests/tools/test_thresholds.py holds them to it
MARGIN = 1.2


def run(interpreter, jit):
    """Count in one interpreter; answer None where it has no JIT that could be switched on."""
    env = clean_environment(PYTHON_JIT=str(int(jit)))
    found = subprocess.run([interpreter, HERE / "child.py"], env=env, capture_output=True, text=True, timeout=600)
    if found.returncode:
        sys.exit(f"{interpreter}: {found.stderr.strip().splitlines()[-1]}")
    counts = json.loads(found.stdout)
    return counts if counts["jit"] == jit else None


def table(title, rows, versions):
    """Write one table: cases by versions."""
    lines = [f"\n## {title}\n", "| case | unit | " + " | ".join(versions) + " |"]
    lines.append("| --- | --- |" + " ---: |" * len(versions))
    for (case, unit), figures in rows.items():
        cells = ["never" if figure is None else f"{figure:,}" for figure in figures]
        lines.append(f"| {case} | {unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def page(stored):
    """Write all that is stored as a page."""
    parts = [HEAD.format(margin=MARGIN)]
    for title, mode, what in (
        ("Specialised", "off", "specialised"),
        ("Specialised, JIT on", "on", "specialised"),
        ("Compiled, JIT on", "on", "compiled"),
    ):
        chosen = [one for key, one in stored.items() if key.endswith(mode)]
        rows = {}
        for one in chosen:
            for case, found in one["found"].items():
                rows.setdefault((case, found["unit"]), []).append(found[what])
        parts.append(table(title, rows, [one["version"] for one in chosen]))
    return "".join(parts)


def main():
    """Count, and keep what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interpreters", nargs="*", default=[sys.executable])
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    for interpreter in parser.parse_args().interpreters:
        for jit in (False, True):
            counts = run(interpreter, jit)
            if counts is not None:
                minor = counts["version"].rpartition(".")[0]
                stored[f"{minor} {'on' if jit else 'off'}"] = {"version": counts["version"], "found": counts["found"]}
    stored = dict(sorted(stored.items(), key=lambda item: tuple(map(int, item[0].split()[0].split(".")))))
    STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(stored), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"), end="")


if __name__ == "__main__":
    main()
