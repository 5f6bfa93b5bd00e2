"""The usual ``jitctl run`` is read without `argparse`, which its program would wait for, and as `argparse` reads it."""

import itertools

import pytest

from jitctl._cli.parser import parser_of
from jitctl._cli.run import plain

OPTIONS = (
    [],
    ["-q"],
    ["--quiet", "-q"],
    ["--hints", "a.toml"],
    ["--hints=a.toml"],
    ["--hints", "a.toml", "-q", "--hints=b.toml"],
)
TARGETS = (
    ["program.py"],
    ["program.py", "-q", "--hints", "of its own"],
    ["-m", "module"],
    ["-m", "module", "-m", "--"],
)


def parsed(words):
    return vars(parser_of("jitctl", ["run"]).parse_args(["run", *words]))


@pytest.mark.parametrize("words", [[*one, *two] for one, two in itertools.product(OPTIONS, TARGETS)], ids=" ".join)
def test_as_argparse_reads_it(words):
    assert vars(plain(words)) == parsed(words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["-q"],
        ["-m"],
        ["-h"],
        ["--hints"],
        ["--hints", "-q", "program.py"],
        ["--jit", "on", "program.py"],
        ["--record=file", "program.py"],
        ["--", "program.py"],
        ["-qm", "module"],
        ["-m", "-q", "module"],
    ],
    ids=" ".join,
)
def test_all_else_is_left_to_argparse(words):
    assert plain(words) is None


def test_what_the_program_waits_for(run, tmp_path):
    """Modules that take longest to import, unless the TOML reader of this version needs them itself."""
    (tmp_path / "jitctl.toml").write_text('[[rule]]\nmatch = "shop.cart:Cart.*"\nhint = "focus"\n', encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text("import sys\nprint(*sorted(sys.modules))\n", encoding="utf-8")
    reader = run("-c", "import sys\ntry: import tomllib\nexcept ImportError: import tomli\nprint(*sys.modules)")
    found = run("-m", "jitctl", "run", "-q", "--hints", str(tmp_path / "jitctl.toml"), str(program))
    assert found.returncode == 0, found.stderr
    heavy = {
        "argparse",
        "gettext",
        "shutil",
        "inspect",
        "dataclasses",
        "datetime",
        "json",
        "re",
        "enum",
        "functools",
        "collections",
    }
    assert heavy & set(found.stdout.split()) <= set(reader.stdout.split())
