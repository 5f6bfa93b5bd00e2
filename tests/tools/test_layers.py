"""No file imports another in a circle, and folders import only what stands below them, in the order declared here.

Read from the sources of each crate and of the package; ARCHITECTURE.md says why the order is as it is.
"""

from pathlib import Path

import pytest
from imports import circles, graph, rooms

ROOT = Path(__file__).resolve().parents[2]
#: crate or package -> its folders and top files, bottom to top; names on one line do not import each other
ORDER = {
    "core/src": ["abi", "types", "plugin", "host", "lib.rs"],
    "cpython/src": [],
    "verdicts/src": ["row.rs", "table.rs", "code.rs", "lib.rs"],
    "backends/training/src": [],
    "backends/native/src": ["tuning.rs", "cpython", "state", "control", "hints notes.rs", "upkeep", "lib.rs"],
    "backends/warmup/src": [],
    "backends/cinderx/src": [],
    "python/src": [
        "log.rs symbols.rs modules.rs text.rs moving.rs",
        "introspect records",
        "profile",
        "bridge made.rs",
        "router",
        "serve.rs to_python.rs",
        "strategy.rs",
        "api.rs",
        "lib.rs",
    ],
    "python/jitctl": [
        "_tune _version.py _verdicts.py _errors.py _settings.py _entry_points.py _wrapping.py _pyinstaller",
        "_training",
        "_fallback _ownership.py",
        "_router.py _targets.py",
        "_keywords.py profiler.py _undo.py",
        "_options.py _stats",
        "_applying.py _rules",
        "rules.py _process",
        "__init__.py",
        "_conformance",
        "_cli",
        "__main__.py",
    ],
}


@pytest.mark.parametrize("place", ORDER)
def test_no_circle(place):
    assert circles(graph(ROOT / place)) == []


@pytest.mark.parametrize("place", [place for place, order in ORDER.items() if order])
def test_folders_import_only_what_stands_below(place):
    level = {name: number for number, line in enumerate(ORDER[place]) for name in line.split()}
    found = rooms(graph(ROOT / place))
    assert sorted(set(found) - set(level)) == [], "say in ORDER where it stands"
    upward = [f"{room} -> {other}" for room, others in found.items() for other in others if level[other] >= level[room]]
    assert sorted(upward) == []


@pytest.fixture
def tree(tmp_path):
    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def test_a_circle_of_python_files_is_found(tree):
    folder = tree(
        a_dot_py="from . import b\n",
        b_dot_py="def late():\n    from .c.d import thing\n",
        c__d_dot_py="from ..a import other\nimport os\n",
    )
    assert graph(folder)["b.py"] == {"c/d.py"}
    assert circles(graph(folder)) == [["a.py", "b.py", "c/d.py"]]
    assert rooms(graph(folder))["c"] == {"a.py"}


def test_a_circle_of_rust_modules_is_found(tree):
    folder = tree(
        a_dot_rs="use crate::{b::{self, Thing}, c};\n// use crate::d;\n",
        b__mod_dot_rs="mod inner;\npub use inner::Thing;\n",
        b__inner_dot_rs="fn f() { super::super::c::call(); }\n",
        c_dot_rs="fn call() -> crate::a::Value {}\n#[cfg(test)]\nmod tests { use crate::b; }\n",
        d_dot_rs="use crate::a;\n",
    )
    assert graph(folder)["a.rs"] == {"b/mod.rs", "c.rs"}
    assert circles(graph(folder)) == [["a.rs", "c.rs"]]
    assert graph(folder)["b/inner.rs"] == {"c.rs"}
