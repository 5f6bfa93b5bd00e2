"""Listing, with real programs: small scripts that answer as interpreters do, and this very interpreter."""

import json
import os
import sys

import pytest
from interp import find, stamp
from interp.probe import probe

FACTS = {
    "implementation": "cpython",
    "version": "3.14.1",
    "implementation_version": "3.14.1",
    "debug": False,
    "free_threaded": False,
    "jit_built": True,
    "jit_enabled": False,
}


def program(file, **facts):
    """Write a program that answers the probe."""
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = json.dumps({**FACTS, "path": str(file), **facts})
    file.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with nothing on it."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin-that-is-missing{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setattr(find, "_on_path", lambda on_path=find._on_path: (p for p in on_path() if str(tmp_path) in p[0]))
    return tmp_path


def names(machine, **options):
    return [one.name for one in find.find_interpreters(machine / "home", **options)]


def test_an_empty_machine(machine):
    assert names(machine) == []


def test_places_and_order(machine):
    program(machine / "bin/python3.15", version="3.15.0")
    program(machine / "bin/pypy3", implementation="pypy", version="3.11.9", jit_built=False)
    program(machine / "pyenv/versions/3.10.1/bin/python3.10", version="3.10.1", jit_built=False)
    program(machine / "uv/cpython-3.14/bin/python3.14", debug=True)
    assert names(machine) == ["cpython3.10", "cpython3.14d", "cpython3.15", "pypy3.11"]


def test_fetched_ones_come_first_and_the_second_of_a_name_is_numbered(machine):
    home = machine / "home"
    fetched = program(home / "root/usr/bin/python3.14")
    stamp.write(home, stamp.Stamp(str(home / "root"), "amd64", [], [], ["usr/bin/python3.14"], [], []))
    program(machine / "bin/python3.14", version="3.14.0")
    both = find.find_interpreters(home)
    assert [(one.name, one.origin) for one in both] == [("cpython3.14", "fetched"), ("cpython3.14-2", "PATH")]
    assert [one.path for one in find.find_interpreters(home, one_each=True)] == [str(fetched)]


def test_an_unfinished_fetch_is_not_listed(machine):
    program(machine / "home" / "root/usr/bin/python3.14")
    assert names(machine) == []


def test_what_does_not_run_or_does_not_answer_is_left_out(machine):
    broken = program(machine / "bin/python3.13")
    broken.write_text("#!/bin/sh\necho version not selected >&2\nexit 127\n")
    silent = program(machine / "bin/python3.12")
    silent.write_text("#!/bin/sh\necho hello\n")
    (machine / "bin/python3.11").write_text("not executable")
    program(machine / "bin/python3.14")
    assert names(machine) == ["cpython3.14"]


def test_shims_and_links_of_one_program_are_listed_once(machine):
    real = program(machine / "pyenv/versions/3.14.1/bin/python3.14")
    program(machine / "bin/python3", path=str(real))
    program(machine / "bin/python3.14", path=str(real))
    (machine / "bin/python").symlink_to(real)
    listed = find.find_interpreters(machine / "home")
    assert [(one.path, one.origin) for one in listed] == [(str(real), "pyenv")]


def test_too_old_ones_and_other_programs_are_left_out(machine):
    program(machine / "bin/python3", version="3.9.18")
    program(machine / "bin/python3.14-config")
    program(machine / "bin/python2.7", version="2.7.18")
    assert names(machine) == []


def test_a_free_threaded_debug_build_is_named_so(machine):
    program(machine / "bin/python3.14td", free_threaded=True, debug=True)
    assert names(machine) == ["cpython3.14td"]


def test_this_interpreter_is_described_truthfully():
    found = probe(sys.executable, "here")
    assert found is not None
    assert found.implementation == sys.implementation.name
    assert found.version == sys.version.split()[0]
    assert found.debug is hasattr(sys, "gettotalrefcount")
    # A virtual environment's program leads to the one it was made from.
    assert found.path == os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def test_the_jit_switch_is_seen(monkeypatch):
    jit = getattr(sys, "_jit", None)
    if jit is None or not jit.is_available():
        pytest.skip("this interpreter carries no JIT")
    monkeypatch.setenv("PYTHON_JIT", "1")
    assert probe(sys.executable, "here").jit_enabled
    monkeypatch.setenv("PYTHON_JIT", "0")
    assert not probe(sys.executable, "here").jit_enabled


def test_what_was_built_from_sources_is_found(machine):
    program(machine / "home/built/python3.14t-3.14.10/bin/python3.14t", free_threaded=True)
    (machine / "home/built/python3.15t-3.15.2").mkdir()  # without a program: not finished
    (one,) = find.find_interpreters(machine / "home")
    assert (one.name, one.origin) == ("cpython3.14t", "built")


def test_what_uv_installed_on_windows_is_found(machine):
    program(machine / "uv/cpython-3.14-windows/python.exe")
    (machine / "uv/.lock").touch()
    (one,) = find.find_interpreters(machine / "home")
    assert (one.name, one.origin) == ("cpython3.14", "uv")
