"""No file imports another in a circle, and what stands at the top of a source folder imports only what is below."""

from pathlib import Path

import pytest
import python_imports
from circles import circles
from rust_imports import Crate

ROOT = Path(__file__).resolve().parents[2]
#: For each source folder its files and folders, from the bottom up; those of one line know nothing of each other.
ORDER = {
    "core/src": ["abi", "types", "plugin", "host", "lib"],
    "cpython/src": [
        "layout steering traits",
        "version",
        "v3_10 v3_11 v3_12 v3_13 v3_14 v3_15",
        "lib",
    ],
    "verdicts/src": ["row", "table", "code", "lib"],
    "backends/noop/src": ["lib"],
    "backends/training/src": [
        "async_exception python stopwatch tuning explain",
        "main_thread moment",
        "budget interruption samples tool_ids running timeout",
        "infer job plan one_call",
        "outcome pending",
        "steady run first_call background",
        "scheduler",
        "lib",
    ],
    "backends/native/src": ["tuning", "cpython", "state", "control", "hints notes", "upkeep", "lib"],
    "backends/compiler/src": [
        "ir python tuning",
        "layout",
        "runtime",
        "decode frames memory",
        "selftest",
        "settings start",
        "units",
        "exits invalidate",
        "ops subject",
        "forecast profile",
        "ssa",
        "lower",
        "compile",
        "entry",
        "lib",
    ],
    "backends/warmup/src": ["verdicts", "lib"],
    "backends/cinderx/src": ["cinderx vectorcall samples", "state verdicts", "pending", "hints", "lib"],
    "python/src": [
        "attached log modules symbols text",
        "moving",
        "introspect records",
        "profile sampler",
        "bridge made",
        "router",
        "serve to_python",
        "strategy",
        "api",
        "lib",
    ],
    "python/jitctl": [
        "_entry_points _errors _pyinstaller _settings _text _verdicts _version _wrapping",
        "_training",
        "_fallback _ownership",
        "_router _targets",
        "_keywords _stats profiler",
        "_options",
        "_applying _rules",
        "_tune rules",
        "_process",
        "__init__",
        "_conformance _report",
        "_cli",
        "__main__ testing",
    ],
}


def imports(folder: str) -> dict[str, set[str]]:
    """Give the imports of a source folder, by the files' paths in it."""
    source = ROOT / folder
    return python_imports.named(source) if (source / "__init__.py").exists() else Crate(source).named()


def unit(file: str) -> str:
    """Give the folder or file at the top of the source folder that the file belongs to."""
    return file.split("/")[0].removesuffix(".rs").removesuffix(".py")


@pytest.mark.parametrize("folder", ORDER)
def test_no_file_imports_another_in_a_circle(folder):
    assert circles(imports(folder)) == []


@pytest.mark.parametrize("folder", ORDER)
def test_every_import_goes_down(folder):
    level = {name: number for number, names in enumerate(ORDER[folder]) for name in names.split()}
    found = imports(folder)
    assert {unit(file) for file in found} == set(level), "the table at the top has to name what there is, and no more"
    upwards = [
        f"{file} imports {other}"
        for file, others in found.items()
        for other in sorted(others)
        if unit(file) != unit(other) and level[unit(other)] >= level[unit(file)]
    ]
    assert upwards == []


def test_every_crate_and_the_package_are_in_the_table():
    crates = {file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob("*/src/lib.rs")}
    crates |= {file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob("backends/*/src/lib.rs")}
    assert crates | {"python/jitctl"} == set(ORDER)


def test_circles_are_found_and_what_is_none_is_not():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_imports_of_rust_are_read_in_every_form(tmp_path):
    files = {
        "lib.rs": "mod one; mod two; mod deep;\npub use one::Thing;\nfn f() { two::go() }",
        "one.rs": '// use crate::two;\npub struct Thing; fn f() { let text = "crate::two"; }',
        "two.rs": "use crate::{Thing, deep::{self, inner::{Deep as D}}}; pub fn go() {}",
        "deep/mod.rs": "pub mod inner; pub(crate) use self::inner::Deep;",
        "deep/inner.rs": "pub struct Deep; fn f() { super::super::two::go(); }\n"
        "#[cfg(test)] mod tests { use crate::one; }",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert Crate(tmp_path).named() == {
        "lib.rs": {"two.rs"},
        "one.rs": set(),
        "two.rs": {"one.rs", "deep/mod.rs", "deep/inner.rs"},
        "deep/mod.rs": set(),
        "deep/inner.rs": {"two.rs"},
    }


def test_imports_of_python_are_read_in_every_form(tmp_path):
    files = {
        "__init__.py": "def f():\n    from .one import thing\n    import pack._compiled",
        "one.py": "from . import two\nfrom pack import deep",
        "two.py": "import pack.deep.inner",
        "deep/__init__.py": "",
        "deep/inner.py": "from ..one import *\nfrom .. import thing",
    }
    package = tmp_path / "pack"
    for name, text in files.items():
        (package / name).parent.mkdir(exist_ok=True, parents=True)
        (package / name).write_text(text)
    assert python_imports.named(package) == {
        "__init__.py": {"one.py"},
        "one.py": {"two.py", "deep/__init__.py"},
        "two.py": {"deep/inner.py"},
        "deep/__init__.py": set(),
        "deep/inner.py": {"one.py", "__init__.py"},
    }
