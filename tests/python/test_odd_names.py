"""Names and paths that are not Unicode: import, hints, stats() and the doctor work, and show them escaped."""

import json
import os
import shutil
import sys

import pytest
from fixture_libraries import library
from place import HOME, installed

#: what Python makes of a byte that is not UTF-8
BYTE = "\udce9"
linux = pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")


def hinted(jitctl, hint, **names):
    """Give a function of its own, with these names, hinted."""
    namespace = {}
    exec(
        f"def f(n, a{'é'}=1):\n    total = 0\n    for i in range(n):\n        total += len(str(i))\n    return total",
        namespace,
    )
    function = namespace["f"]
    code = {key: value for key, value in names.items() if key.startswith("co_")}
    function.__code__ = function.__code__.replace(**code)
    for key in names.keys() - code.keys():
        setattr(function, key, names[key])
    assert getattr(jitctl, f"jit_{hint}")(function) is function
    assert function(3) == 3
    return function


@pytest.mark.parametrize("hint", ["focus", "ignore", "once"])
@pytest.mark.parametrize(
    "names",
    [
        {"__qualname__": f"C.f{BYTE}"},
        {"__name__": f"f{BYTE}", "__module__": f"m{BYTE}"},
        {"co_name": f"f{BYTE}"},
        {"co_filename": f"/tmp/caf{BYTE}.py"},
        {"co_names": (f"range{BYTE}", "len", "str")},
    ],
    ids=lambda names: "-".join(names),
)
def test_names_that_are_not_unicode_make_no_hint_fail(jitctl, hint, names):
    if "co_names" in names:
        namespace = {f"range{BYTE}": range}
        exec("def f(n):\n    return [i for i in range(n)]", namespace)
        function = namespace["f"]
        function.__code__ = function.__code__.replace(
            co_names=tuple(f"range{BYTE}" if name == "range" else name for name in function.__code__.co_names)
        )
        getattr(jitctl, f"jit_{hint}")(function)
        assert function(2) == [0, 1]
    else:
        function = hinted(jitctl, hint, **names)
    record = jitctl.stats(function)
    assert record.verdict.code not in ("not-readable", "exception-left", "internal")
    for text in (
        str(record),
        str(jitctl.stats()),
        repr(record),
        jitctl.stats().to_json(),
        jitctl.stats()._repr_html_(),
    ):
        text.encode()
    assert record.qualname == function.__qualname__


@linux
@pytest.mark.skipif(
    not installed._backend.describe()["extension"], reason="backends are loaded by the compiled extension only"
)
def test_a_folder_that_is_not_utf_8_is_used(run, tmp_path):
    tmp_path.chmod(0o755)
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)
    file = library("high_rank", tmp_path)
    moved = os.path.join(folder, os.fsencode(file.name))
    os.rename(file, moved)
    found = run(
        "-c", "import jitctl; print(ascii(jitctl._backend.chosen()['file']))", JITCTL_BACKEND_PATH=os.fsdecode(folder)
    )
    assert (found.stdout.strip(), found.stderr) == (ascii(os.fsdecode(moved)), "")
    data = json.loads(run("-m", "jitctl", "doctor", "--json", JITCTL_BACKEND_PATH=os.fsdecode(folder)).stdout)
    assert [one["file"] for one in data["candidates"] if one["chosen"]] == [os.fsdecode(moved)]


@linux
@pytest.mark.parametrize(
    "variable", ["JITCTL_BACKEND", "JITCTL_BACKEND_PATH", "JITCTL_LOG", "JITCTL_DISABLE", "JITCTL_X"]
)
@pytest.mark.parametrize("pure", ["0", "1"])
def test_a_variable_that_is_not_utf_8_breaks_nothing(run, variable, pure):
    environment = {variable: f"/nowhere/caf{BYTE}", "JITCTL_PURE_PYTHON": pure, "PYTHONIOENCODING": "utf-8:strict"}
    found = run("-c", "import jitctl", **environment)
    assert "UnicodeEncodeError" not in found.stderr
    assert found.returncode == (variable == "JITCTL_BACKEND")
    if variable == "JITCTL_BACKEND":
        assert found.stderr.strip().splitlines()[-1].startswith("jitctl.BackendError: JITCTL_BACKEND=/nowhere/caf")
    for arguments in (["doctor", "--verbose"], ["doctor", "--json"], ["backends", "list"]):
        found = run("-m", "jitctl", *arguments, **environment)
        assert found.stderr == ""
        assert found.returncode in ((0,) if arguments[0] == "backends" else (0, 1, 3))
    assert variable in run("-m", "jitctl", "doctor", "--verbose", **environment).stdout


@linux
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="PyPy finds no module in such a folder")
def test_the_package_works_from_a_folder_that_is_not_utf_8(run, tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    shutil.copytree(os.path.join(HOME, "jitctl"), os.path.join(os.fsdecode(folder), "jitctl"))
    code = (
        "import jitctl\n@jitctl.jit_focus\ndef f(): pass\n"
        "print(jitctl.stats(f).verdict.code, jitctl._backend.chosen()['name'])"
    )
    here, there = run("-c", code), run("-c", code, PYTHONPATH=os.fsdecode(folder))
    assert (there.returncode, there.stderr) == (0, "")
    # CPython 3.12 and later load no extension of any package from there; then the fallback says so.
    assert there.stdout in (here.stdout, "no-extension noop\n")
    if there.stdout != here.stdout:
        assert "UnicodeEncodeError" in run("-m", "jitctl", "doctor", PYTHONPATH=os.fsdecode(folder)).stdout
    assert run("-m", "jitctl", "doctor", PYTHONPATH=os.fsdecode(folder)).stderr == ""
