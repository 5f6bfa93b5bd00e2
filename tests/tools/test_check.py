import pytest
from interp.check import faults, sort_out
from interp.errors import ToolError
from test_find import program


def test_a_program_that_keeps_its_promise(tmp_path):
    assert faults(str(program(tmp_path / "python3.14"))) == []


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("python3.15", {}, "is version 3.14.1, not 3.15"),
        ("python3.14d", {}, "is not a debug build"),
        ("python3.14", {"debug": True}, "is a debug build"),
        ("python3.14t", {}, "is not free-threaded"),
        ("python3.14", {"free_threaded": True}, "is free-threaded"),
        ("python3.14", {"jit_built": False}, "carries no JIT"),
        ("pypy3", {}, "is cpython, not pypy"),
    ],
)
def test_a_broken_promise_is_named(tmp_path, name, facts, expected):
    assert expected in faults(str(program(tmp_path / name, **facts)))


def test_no_jit_is_expected_of_3_13(tmp_path):
    assert faults(str(program(tmp_path / "python3.13", version="3.13.1", jit_built=False))) == []


def test_modules_that_cannot_be_imported(tmp_path):
    path = program(tmp_path / "python3.14")
    path.write_text(path.read_text().replace("#!/bin/sh\n", '#!/bin/sh\ncase "$5" in *ssl*) exit 1;; esac\n'))
    assert faults(str(path)) == ["cannot import ssl, ctypes or zlib"]


def test_one_that_works_is_enough_and_the_other_is_named(tmp_path):
    good, bad = str(program(tmp_path / "python3.14")), str(program(tmp_path / "python3.15"))
    assert sort_out([good, bad]) == ([good], ["python3.15: fetched, but it is version 3.14.1, not 3.15"])


def test_nothing_with_a_jit_is_an_error_of_one_line(tmp_path):
    plain = str(program(tmp_path / "python3.13", version="3.13.1", jit_built=False))
    with pytest.raises(ToolError) as caught:
        sort_out([plain])
    assert "\n" not in str(caught.value)
    for part in ("fetched python3.13", "expected a working CPython that carries a JIT", "next: "):
        assert part in str(caught.value)
