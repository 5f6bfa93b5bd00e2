"""Frozen apps: what PyInstaller is told to take along, and advice that can be followed without an interpreter."""

import importlib.util
import os
import runpy
import subprocess
import sys
import types
from pathlib import Path

import pytest
from place import HOME

PACKAGE = Path(HOME) / "jitctl"


def test_the_hook_takes_the_libraries_and_all_modules(monkeypatch):
    """With a stand-in for PyInstaller's helpers, which need nothing but what they are given."""
    asked = []
    helpers = types.ModuleType("PyInstaller.utils.hooks")
    helpers.collect_dynamic_libs = lambda name: asked.append(name) or ["libraries"]
    names = ["jitctl", "jitctl._stats", "jitctl._pyinstaller", "jitctl._pyinstaller.hook-jitctl"]
    helpers.collect_submodules = lambda name, **given: list(filter(given["filter"], names))
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", helpers)
    from jitctl._pyinstaller import get_hook_dirs

    [folder] = get_hook_dirs()
    found = runpy.run_path(os.path.join(folder, "hook-jitctl.py"))
    assert (asked, found["binaries"], found["hiddenimports"]) == (["jitctl"], ["libraries"], names[:2])


def test_advice_of_a_frozen_app_can_be_followed(run_part):
    text = run_part("advice_of_a_frozen_app_can_be_followed", JITCTL_PURE_PYTHON="1")
    first, second, *_, last = text.split("\n")
    assert first == "call `jitctl.__main__.main(['doctor'])` in the app to see why"
    assert (second, last) == ("False", "True")


@pytest.mark.skipif(not importlib.util.find_spec("PyInstaller"), reason="PyInstaller is not installed")
def test_a_frozen_app_has_its_backends(tmp_path):
    (tmp_path / "app.py").write_text(
        "import jitctl\n@jitctl.jit_focus\ndef f(n): return n\n"
        "print(jitctl._backend.chosen()['name'], jitctl.stats(f).verdict.code)\n"
        "print(sorted(one['name'] for one in jitctl._backend.candidates() if one['code'] != 'not-found'))\n"
    )
    command = [sys.executable, "-m", "PyInstaller", "-y", "--onedir", "--additional-hooks-dir"]
    hooks = str(PACKAGE / "_pyinstaller")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([HOME, os.environ.get("PYTHONPATH", "")])}
    made = subprocess.run([*command, hooks, "app.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    if made.returncode and ("shared library" in made.stderr or "PythonLibraryNotFoundError" in made.stderr):
        pytest.skip("this Python has no shared library, which PyInstaller needs")
    assert made.returncode == 0, made.stderr
    here = subprocess.run([sys.executable, "app.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    frozen = subprocess.run([tmp_path / "dist" / "app" / "app"], capture_output=True, text=True)
    assert (frozen.stdout, frozen.stderr) == (here.stdout, "")
