"""The pure-Python stand-in for the extension, where no extension can be."""

import ast
import inspect
import sys
from pathlib import Path

import pytest


def test_it_offers_the_interface_of_the_stub(pure):
    stub = (Path(pure.__file__).parent / "_backend.pyi").read_text(encoding="utf-8")
    [strategy] = [node for node in ast.parse(stub).body if isinstance(node, ast.ClassDef)]
    for owner, nodes in ((pure._backend, ast.parse(stub).body), (pure._backend.Strategy, strategy.body)):
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and not node.decorator_list]
        assert functions
        for node in functions:
            names = [argument.arg for argument in node.args.args]
            assert list(inspect.signature(getattr(owner, node.name)).parameters) == names


def test_the_verdict_says_why_nothing_happens(pure):
    @pure.jit_focus
    def f():
        pass

    record = pure.stats(f)
    assert (record.backend, record.verdict.status, record.verdict.code) == ("noop", "unsupported", "no-extension")
    assert "JITCTL_PURE_PYTHON is set" in record.verdict.message
    assert record.tier.instructions is None


def test_describe(pure):
    info = pure._backend.describe()
    assert info["extension"] is False
    assert info["reason"] == "JITCTL_PURE_PYTHON is set"
    assert info["version"].startswith(".".join(map(str, sys.implementation.version[:3])))
    assert info["subinterpreter"] is False
    assert info["debug"] is hasattr(sys, "gettotalrefcount")


@pytest.mark.parametrize(
    ("line", "variable", "expected"),
    [
        ("'--enable-optimizations'", None, (False, False)),
        ("'--enable-experimental-jit'", None, (True, True)),
        ("'--enable-experimental-jit=yes'", "0", (True, False)),
        ("'--enable-experimental-jit=yes-off' 'x=y'", None, (True, False)),
        ("'--enable-experimental-jit=yes-off'", "1", (True, True)),
        ("'--enable-experimental-jit=no'", "1", (False, False)),
        ("'--enable-experimental-jit=interpreter'", "1", (False, False)),
        (None, "1", (False, False)),
    ],
)
def test_the_jit_of_3_13_is_read_off_the_build(pure, monkeypatch, line, variable, expected):
    from jitctl._fallback import interpreter

    class Sys:
        implementation = type("", (), {"name": "cpython"})

    monkeypatch.setattr(interpreter, "sys", Sys)
    monkeypatch.setattr(interpreter.sysconfig, "get_config_var", lambda name: line)
    assert interpreter._jit({"PYTHON_JIT": variable} if variable else {}) == expected


def test_found_libraries_are_listed_as_needing_the_extension(pure, tmp_path):
    from jitctl._fallback import interpreter

    own, other = tmp_path / "backends", tmp_path / "acme.dll"
    own.mkdir()
    (own / "libjitctl_backend_warmup.abi3.so").touch()
    (own / "libjitctl_backend_noop.abi3.so").touch()
    (own / "notes.txt").touch()
    other.touch()
    found = interpreter.list_candidates(str(own), [str(other), str(tmp_path / "missing")], "no luck")
    assert [(one["name"], one["source"], one["usable"]) for one in found] == [
        ("noop", "built-in", True),
        ("warmup", "built-in", False),
        ("acme", "path", False),
    ]
    assert found[1]["reason"] == "needs the compiled extension: no luck"
    assert {frozenset(one) for one in found} == {frozenset(found[0])}


def test_another_name_than_noop_is_an_error_that_lists(pure, tmp_path):
    with pytest.raises(pure.BackendError) as caught:
        pure._backend.start(str(tmp_path), "warmup", [], False)
    assert str(caught.value) == (
        "JITCTL_BACKEND=warmup cannot be used: JITCTL_PURE_PYTHON is set; there is: noop (usable)"
    )


def test_an_unknown_hint_is_an_error(pure):
    with pytest.raises(ValueError, match="there is no hint 'faster'; there are: focus, ignore, once"):
        pure._backend.get_strategy("faster")


@pytest.mark.skipif(sys.implementation.name == "pypy", reason="memory cannot be counted there")
def test_records_are_small(pure):
    import tracemalloc

    functions = [eval("lambda: 0") for _ in range(2000)]
    tracemalloc.start()
    for function in functions:
        pure.jit_focus(function)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used / len(functions) < 512


def test_an_entry_belongs_to_its_object_not_to_its_address(pure):
    def old():
        pass

    def new():
        pass

    backend = pure._backend
    pure.jit_focus(old)
    backend._records[id(new)] = backend._records[id(old)]  # as if `new` had taken over the address
    assert backend.record(new) is None
    assert backend.undo(new) is False


def test_a_late_callback_leaves_the_next_owner_of_the_address_alone(pure):
    def f():
        pass

    backend = pure._backend
    pure.jit_focus(f)
    reference = backend._records[id(f)][0]
    pure.jit_ignore(f)
    backend._forget(reference)
    assert backend.record(f)["hint"] == "ignore"
