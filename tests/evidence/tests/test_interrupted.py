"""Results are kept when a run is interrupted."""

import json
import sys

import pytest
from process import MEMORY_BYTES, neutral, run
from store import Store

ROW = {
    "interpreter": "3.15",
    "jit": "off",
    "mode": "mixed",
    "revision": "abc",
    "outcomes": {"ok": 1},
    "hinted": 1,
    "compiled": {},
    "differences": [],
    "unstable": [],
    "errors": [],
    "ended": ["ok", "ok"],
    "seconds": [1.0, 1.0],
    "verdicts": {},
}


def test_a_run_that_breaks_off_keeps_what_was_done(tmp_path):
    store = Store(tmp_path / "out", False, "# Head\n", "units", {})

    def perform(task):
        if task == "breaks":
            raise KeyboardInterrupt
        return [{**ROW, "unit": task}]

    with pytest.raises(KeyboardInterrupt):
        store.run([["a", "b", "breaks"]], perform, 1)
    assert [row["unit"] for row in json.loads((tmp_path / "out.json").read_text("utf-8"))["rows"]] == ["a", "b"]
    assert (tmp_path / "out.md").read_text("utf-8").startswith("# Head\n")


def test_a_child_keeps_a_lower_limit_from_outside():
    lower = MEMORY_BYTES // 2
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({lower}, {lower}));"
        "sys.path[:0] = sys.argv[1:]; from process import neutral, run;"
        "ended = run([sys.executable, '-c', 'import resource; print(resource.getrlimit(resource.RLIMIT_AS))'],"
        " neutral({}), 60); print(ended.how, ended.output)"
    )
    ended = run([sys.executable, "-c", code, *sys.path], neutral({}), 120)
    assert (ended.how, ended.output.split("\n")[0]) == ("ok", f"ok ({lower}, {lower})"), ended
