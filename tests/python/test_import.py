"""`import jitctl`: never fails but for a named backend, loads little, opens little."""

import json
import os
import statistics
import sys

import pytest

#: what is slow to import and not needed to decorate a function
HEAVY = {
    *("typing", "dataclasses", "enum", "inspect", "functools", "collections", "pathlib", "re", "json"),
    *("importlib.metadata", "sysconfig", "weakref", "__future__", "ctypes", "logging", "warnings", "shutil"),
}
LOADED = "import sys; before = set(sys.modules)\n{}\nimport json; print(json.dumps(sorted(set(sys.modules) - before)))"


@pytest.mark.parametrize("pure", ["0", "1"])
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="other implementations load more by themselves")
def test_only_what_is_needed_is_loaded(run_code, pure):
    code = "import jitctl\n@jitctl.jit_focus\ndef f(): pass"
    loaded = set(json.loads(run_code(LOADED.format(code), "-S", JITCTL_PURE_PYTHON=pure)))
    loaded -= set(json.loads(run_code(LOADED.format("import os"), "-S"))) | {"json"}
    assert not loaded & (HEAVY - {"json"})
    ours = {name for name in loaded if name.startswith("jitctl.")}
    always, fallback = {"jitctl._router", "jitctl._settings"}, {"jitctl._fallback", "jitctl._verdicts"}
    assert ours == always | fallback or (pure == "0" and ours == always | {"jitctl._backend"})


def test_the_lazy_names_are_there(jitctl):
    for name in jitctl.__all__:
        assert getattr(jitctl, name) is not None
        assert name in dir(jitctl)
    with pytest.raises(AttributeError, match="module 'jitctl' has no attribute 'jit_fast'"):
        jitctl.jit_fast
    assert jitctl.BackendError.__module__ == "jitctl"
    assert issubclass(jitctl.BackendError, ImportError)


def test_star_import(run_code):
    assert run_code("from jitctl import *\nprint(jit_focus.__name__, stats.__name__)") == "jit_focus stats"


def test_a_broken_extension_is_no_error(tmp_path, run_part):
    """An extension that cannot be loaded is a reason in the verdict, not a failing import."""
    folder = {"folder": str(tmp_path)}
    run_part("a_copy_with_a_broken_extension", given=folder)
    text = run_part("a_broken_extension_is_no_error", given=folder)
    state, code = text.split("\n")
    assert state.startswith("False ")
    assert "_backend" in state
    assert code == "no-extension"


@pytest.mark.parametrize("pure", ["0", "1"])
def test_an_unknown_backend_fails_with_one_message(run, pure):
    found = run("-c", "import jitctl", JITCTL_BACKEND="nonsense", JITCTL_PURE_PYTHON=pure)
    assert found.returncode == 1
    last = found.stderr.strip().split("\n")[-1]
    assert last.startswith("jitctl.BackendError: ")
    assert "nonsense" in last
    assert "noop" in last


def test_a_failed_import_can_be_caught_and_tried_again(run_part):
    text = run_part("a_failed_import_can_be_caught_and_tried_again", JITCTL_BACKEND="nonsense")
    assert text.split("\n") == ["BackendError", "BackendError", "True"]


def test_the_noop_backend_can_be_named(run_code):
    for pure in ("0", "1"):
        code = "import jitctl; print(jitctl._backend.chosen()['name'])"
        assert run_code(code, JITCTL_BACKEND="noop", JITCTL_PURE_PYTHON=pure) == "noop"


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="Linux lists the libraries of a process")
def test_few_libraries_are_opened(run_code):
    opened = "import jitctl\nprint(*{line.split()[-1] for line in open('/proc/self/maps') if 'jitctl' in line})"
    assert len([path for path in run_code(opened).split() if "backends" in path]) <= 2


def test_every_hint_is_as_much_work_as_the_first(jitctl):
    """What a hint costs is measured by the benchmarks; here, that it is no more where there are many."""
    calls = []
    functions = [eval("lambda: 0") for _ in range(5000)]
    for function in functions:
        before = len(calls)
        sys.setprofile(lambda frame, event, argument: calls.append(event))
        try:
            jitctl.jit_focus(function)
        finally:
            sys.setprofile(None)
        function.__kwdefaults__ = {"calls": len(calls) - before}
    work = [function.__kwdefaults__["calls"] for function in functions]
    assert statistics.median(work[-100:]) == statistics.median(work[100:200])
