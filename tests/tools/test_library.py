import importlib.util
import sys
from pathlib import Path

import pytest
from interp import library


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder that an interpreter takes for its standard library."""
    folder = tmp_path / "test" / "lib"  # a name that is left out, but not above the library
    for name in ("one.py", "package/two.py", "test/bad_on_purpose.py", "package/tests/three.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("(" if "bad" in name else "x = 1\n")
    monkeypatch.setattr(library, "WHERE", f"print({str(folder)!r})")
    return folder


def stored(folder):
    return sorted(
        str(one.relative_to(folder))
        for one in folder.rglob("*.py")
        if Path(importlib.util.cache_from_source(one)).is_file()
    )


def test_all_of_a_library_is_compiled_but_tests(folder):
    assert stored(folder) == []
    assert library.compiled(sys.executable)
    assert stored(folder) == ["one.py", "package/two.py"]


def test_it_is_done_once(folder, tmp_path):
    said = []
    library.compile_libraries(tmp_path, [sys.executable], said.append)
    library.compile_libraries(tmp_path, [sys.executable], said.append)
    assert said == ["compiling the standard libraries"]
    assert stored(folder) == ["one.py", "package/two.py"]


def test_what_does_not_compile_is_said_and_tried_again(folder, tmp_path):
    (folder / "broken.py").write_text("(")
    said = []
    library.compile_libraries(tmp_path, [sys.executable], said.append)
    assert len(said) == 2
    assert said[1].startswith(f"{sys.executable}: parts of its library were not compiled")
    (folder / "broken.py").write_text("x = 1")
    library.compile_libraries(tmp_path, [sys.executable], said.append)
    assert said[2:] == ["compiling the standard libraries"]


def test_an_interpreter_that_does_not_run_is_no_error(tmp_path):
    assert not library.compiled("/bin/false")
