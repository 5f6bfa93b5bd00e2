"""How many functions of real packages can be warmed with inferred arguments, and why the others cannot?

200 functions of 15 pure-Python packages: about the same number from each package, evenly spaced over its functions in
the order of their names. Each is hinted with a plain `jit_focus` under the warmup backend.
``python benchmarks/inference [--python PATH ...]`` writes benchmarks/results/inference.md and .json
"""

import argparse
import collections
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from packages import PACKAGES, fetch

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results"
TOTAL = 200
#: the start of a path, which belongs to one machine and to no stored result; linear in what is searched
PLACE = re.compile(r"(?<![\w.+/-])[\w.+/-]*/(?=lib/python\d|tests/|site-packages/|python\d[\w.]*\b|libc\.so)")
#: what a message says -> the row of the table
REASONS = [
    ("parameter (self|cls) needs.*written in C", "a method: its class has a base written in C"),
    ("parameter (self|cls) needs.*metaclass", "a method: its class has a metaclass of its own"),
    ("parameter (self|cls) needs.*of its own", "a method: its class has special methods of its own"),
    ("parameter (self|cls) needs.*abstract", "a method: its class is abstract"),
    ("parameter (self|cls) needs", "a method: its instance cannot be made without risk"),
    ("parameter (self|cls)", "a method: its class cannot be found"),
    ("could not be inferred", "a parameter could not be inferred"),
    ("not known to be harmless", "calls, or makes an instance of, what is not known to be harmless"),
    ("exists outside", "changes a container that exists already"),
    ("yields|awaits", "a generator or coroutine"),
    ("sets the attribute|stores to|deletes", "stores to an attribute, global or free variable"),
    ("imports", "imports"),
    ("catches every", "catches every exception"),
    ("attribute", "reads an attribute of an object that is not known"),
    ("calls", "calls an object that is not known"),
    ("context manager", "enters a context manager"),
    ("known to be small|short|width|large|itself", "could make or walk through very much"),
    ("does not exist yet", "uses a global that does not exist"),
    ("too involved|too large|too deep", "too involved to be judged"),
    ("an object of a type|an instance|not known|the module|the function", "an operator on an object that is not known"),
    ("", "others"),
]


def reason(row):
    return next(text for pattern, text in REASONS if re.search(pattern, row["message"]))


def measure(python, site, backend_path):
    rows = []
    for place, package in enumerate(PACKAGES):
        # Small packages have fewer functions than their share; those behind them make up for it.
        count = -(-(TOTAL - len(rows)) // (len(PACKAGES) - place))
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("JITCTL_", "PYTHON"))}
        path = os.pathsep.join([*backend_path, str(site)])
        env = {**inherited, "JITCTL_BACKEND": "warmup", "PYTHONPATH": path}
        command = [python, "-W", "ignore", str(HERE / "child.py"), package, str(count)]
        found = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=600)
        if found.returncode:
            raise SystemExit(f"{package} on {python}: {found.stderr.strip()[-2000:]}")
        rows += json.loads(found.stdout)
    return rows


def table(rows):
    warmed = [row for row in rows if row["status"] in ("applied", "partial") and row.get("calls", 0) > 0]
    lines = [
        f"{len(rows)} functions: {len(warmed)} warmed with inferred arguments.",
        "",
        "| what came of it | functions |",
    ]
    lines += ["| --- | ---: |"]
    counted = collections.Counter(f"warmed: `{row['code']}`" for row in warmed)
    others = [row for row in rows if row not in warmed]
    for row in others:
        if row["code"] == "raised":
            counted["called once, raised: `raised`"] += 1
        elif row["code"] in ("has-effects", "no-samples"):
            counted[f"refused, `{row['code']}`: {reason(row)}"] += 1
        else:
            counted[f"`{row['code']}`"] += 1
    lines += [f"| {text} | {count} |" for text, count in counted.most_common()]
    spent = [row["inference"] for row in rows if row.get("inference")]
    if spent:
        lines += [
            "",
            f"Inferring and judging took {statistics.median(spent):.1f} ms (median), at most {max(spent):.0f} ms.",
        ]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", nargs="*", default=[sys.executable])
    parser.add_argument("--pip", default=sys.executable, help="a Python with pip, which fetches the packages")
    parser.add_argument("--site", type=Path, help="a folder for the packages (made, or used if it is there)")
    options = parser.parse_args()
    import jitctl

    home = [str(Path(jitctl.__file__).resolve().parents[1])]
    with tempfile.TemporaryDirectory() as folder:
        site = options.site or Path(folder) / "site"
        fetch(options.pip, site)
        lines = ["# Inferred arguments on real packages", "", *__doc__.strip().splitlines()[2:4], ""]
        lines += ["Packages: " + ", ".join(PACKAGES.values()) + ".", ""]
        stored = {}
        for python in options.python:
            version = subprocess.run(
                [python, "-c", "import platform; print(platform.python_version())"],
                capture_output=True,
                encoding="utf-8",
            ).stdout.strip()
            stored[version] = measure(python, site, home)
            lines += [f"## Python {version}", "", *table(stored[version]), ""]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "inference.md").write_text("\n".join(lines), encoding="utf-8")
    text = PLACE.sub("", json.dumps(stored, indent=1).replace(f"{site}{os.sep}", ""))
    (RESULTS / "inference.json").write_text(text + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
