"""A type checker sees the original signatures through both decorator forms."""

import json
import os
import re
import subprocess
import sys
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


def test_pyright_finds_the_same_mistakes_and_no_others(tmp_path):
    """Every line that mypy is told to find a mistake in has one for pyright too, save mypy's own rule on properties."""
    pytest.importorskip("basedpyright", reason="basedpyright is not installed")
    source = (HERE / "decorators.py").read_text(encoding="utf-8")
    lines = source.split("\n")
    file = tmp_path / "decorators.py"
    file.write_text(re.sub(r"  # type: ignore\S+", "", source), encoding="utf-8")
    settings = {"extraPaths": [str(ROOT / "python")], "typeCheckingMode": "standard", "pythonVersion": "3.13"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "-p", str(tmp_path)], capture_output=True, text=True
    )
    found = [one for one in json.loads(done.stdout)["generalDiagnostics"] if one["severity"] == "error"]
    wrong = {lines[one["range"]["start"]["line"]] for one in found}
    assert wrong == {line for line in lines if "# type: ignore" in line and "prop-decorator" not in line}


def test_the_package_itself_is_clean():
    text, _, status = mypy.run(["--config-file", str(ROOT / "pyproject.toml"), str(ROOT / "python" / "jitctl")])
    assert status == 0, text
