"""A type checker sees the original signatures through both decorator forms."""

import os
import re
from pathlib import Path

import pytest

mypy = pytest.importorskip("mypy.api", reason="mypy is not installed")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """Everything mypy says about decorators.py, as (line text, severity, message)."""
    file = HERE / "decorators.py"
    os.environ["MYPYPATH"] = str(ROOT / "python")
    options = ["--strict", "--config-file=", "--python-version=3.13", f"--cache-dir={tmp_path_factory.mktemp('mypy')}"]
    text, errors, _ = mypy.run([*options, str(file)])
    assert errors == ""
    source = file.read_text(encoding="utf-8").split("\n")
    found = re.findall(r"^.*decorators\.py:(\d+): (\w+): (.*)$", text, re.MULTILINE)
    return [(source[int(line) - 1], severity, message) for line, severity, message in found]


def test_no_errors_beyond_the_expected(findings):
    assert [finding for finding in findings if finding[1] == "error"] == []


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("plain", "def (a: int, *, key: str =) -> float"),
        ("with_options", "def (a: int, *, key: str =) -> float"),
        ("async_numbers", "def () -> typing.AsyncIterator[int]"),
        ("Shop.buy", "def (self: decorators.Shop, count: int =) -> int"),
    ],
)
def test_the_original_signature_is_revealed(findings, name, signature):
    [message] = [message for line, _, message in findings if line == f"reveal_type({name})"]
    assert signature in message.replace("= ...", "=").replace("builtins.", "")


def test_the_package_itself_is_clean():
    text, _, status = mypy.run(["--config-file", str(ROOT / "pyproject.toml"), str(ROOT / "python" / "jitctl")])
    assert status == 0, text
