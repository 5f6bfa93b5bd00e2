"""No stored result names a folder of the machine that made it, and finding that out takes no time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
#: who stores results, and the pattern that it leaves out of them
STORES = [
    ("tests/evidence/outcomes/page.py", "_PLACE"),
    ("tests/fuzz/report.py", "_PLACE"),
]


@pytest.mark.parametrize(("file", "name"), STORES)
def test_places_are_left_out(file, name):
    texts = {
        'File "/home/me/all/usr/lib/python3.15/ast.py", line 3': 'File "python3.15/ast.py", line 3',
        "at ./some-where/bin/python3.15d: and 1/2 of it": "at python3.15d: and 1/2 of it",
        "elsewhere/no place": "elsewhere/no place",
        # A test's details can hold very long words; this one took a pattern with nested repeats for ever.
        "x" * 20_000: "x" * 20_000,
    }
    code = (
        "import json, runpy, sys; file, name, texts = sys.argv[1], sys.argv[2], json.load(sys.stdin);"
        "sys.path.insert(0, file.rpartition('/')[0]); place = runpy.run_path(file, run_name='read')[name];"
        "print(json.dumps([place.sub('', text) for text in texts]))"
    )
    arguments = [sys.executable, "-c", code, str(ROOT / file), name]
    done = subprocess.run(arguments, input=json.dumps(list(texts)), capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == list(texts.values())
