"""The pages in benchmarks/results are what the results beside them give: none was edited, nor written by old code."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OUTCOMES = "import page, runpy; head = runpy.run_path(sys.argv[1] + '/__main__.py', run_name='read')['HEAD'];"
#: page -> (folder of the command that writes it, what gives the page for `stored`)
PAGES = {
    "cpython-tests": ("tests/evidence/cpython", OUTCOMES + "text = page.page(head, stored)"),
    "packages": ("tests/evidence/packages", OUTCOMES + "text = page.page(head, stored)"),
    "fuzz": ("tests/fuzz", "import report; text = report._PLACE.sub('', report.page(stored['runs']))"),
    "load": ("tests/evidence/load", "import page; text = page.page(stored)"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_stored_page_is_what_the_stored_results_give(name):
    folder, make = PAGES[name]
    results = ROOT / "benchmarks" / "results" / name
    paths = [str(ROOT / folder), str(ROOT / "tests" / "evidence" / "outcomes")]
    code = (
        "import json, pathlib, sys; sys.path[:0] = sys.argv[1:3];"
        "stored = json.loads(pathlib.Path(sys.argv[3]).read_text('utf-8'))\n"
        + make
        + "\nsys.stdout.reconfigure(encoding='utf-8'); sys.stdout.write(text)"
    )
    command = [sys.executable, "-c", code, *paths, str(results.with_suffix(".json"))]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    same = done.stdout == results.with_suffix(".md").read_text("utf-8")
    assert same, f"{name}.md is not what {name}.json gives; next: store a part again, python {folder} --help"
