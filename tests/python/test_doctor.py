"""``python -m jitctl``: the first line answers, the rest says why."""

import json
import os
import sys

import pytest


@pytest.fixture(params=["0", "1"])
def doctor(request, run):
    def start(*arguments, **environment):
        environment.setdefault("JITCTL_PURE_PYTHON", request.param)
        return run("-m", "jitctl", *arguments, **environment)

    return start


def test_without_a_command_it_prints_help(doctor):
    found = doctor()
    assert found.returncode == 0
    assert "doctor" in found.stdout
    assert "usage: python -m jitctl" in found.stdout


def test_wrong_usage_is_exit_code_2(doctor):
    for arguments in (["docter"], ["doctor", "--yaml"]):
        found = doctor(*arguments)
        assert found.returncode == 2
        assert "usage: " in found.stderr


def test_version(doctor):
    assert doctor("--version").stdout.startswith("jitctl ")


def test_the_first_line_says_built_on_and_backend(doctor):
    found = doctor("doctor")
    data = json.loads(doctor("doctor", "--json").stdout)
    assert (found.returncode, found.stderr) == (0, "")
    first = found.stdout.split("\n")[0]
    assert first == data["summary"]
    interpreter = data["interpreter"]
    if not interpreter["jit_built"]:
        assert "no JIT is built" in first
    elif interpreter["implementation"] == "cpython":
        assert ("built and on" if interpreter["jit_enabled"] else "built but off") in first
    else:
        assert "own JIT is built" in first
    assert f"uses backend {data['backend']['name']}" in first
    assert f"{data['backend']['name']} {data['backend']['version']}: used" in found.stdout


def test_the_interpreter_is_described(doctor):
    data = json.loads(doctor("doctor", "--json").stdout)
    assert data["schema"] == 1
    assert data["interpreter"]["implementation"] == sys.implementation.name
    assert data["interpreter"]["version"]
    assert isinstance(data["interpreter"]["jit_built"], bool)
    assert isinstance(data["interpreter"]["jit_enabled"], bool)
    assert data["interpreter"]["subinterpreter"] is False
    if not data["interpreter"]["extension"]:
        assert data["interpreter"]["reason"]


def test_every_candidate_has_a_reason_and_one_is_chosen(doctor):
    text = doctor("doctor").stdout
    candidates = json.loads(doctor("doctor", "--json").stdout)["candidates"]
    assert [one["chosen"] for one in candidates].count(True) == 1
    for one in candidates:
        assert one["name"]
        assert one["reason"]
        assert one["name"] in text
        assert one["reason"] in text


@pytest.mark.skipif(not hasattr(sys, "orig_argv"), reason="3.9 does not say what python -m was asked to run")
def test_a_named_backend_that_cannot_be_used_does_not_stop_the_doctor(doctor):
    found = doctor("doctor", JITCTL_BACKEND="nonsense")
    assert found.returncode == 0, found.stderr
    lines = found.stdout.split("\n")
    assert "import jitctl fails: JITCTL_BACKEND=nonsense cannot be used" in lines[0]
    assert any(line.startswith("problem ") and "noop" in line for line in lines)
    data = json.loads(doctor("doctor", "--json", JITCTL_BACKEND="nonsense").stdout)
    assert "nonsense" in data["problem"]


def test_only_our_own_command_line_goes_on_with_a_bad_name(run, tmp_path):
    """A program started with -m, with arguments that look like ours, must still see the error."""
    (tmp_path / "program.py").write_text("import jitctl\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("import jitctl\n")
    (tmp_path / "package" / "__main__.py").write_text("")
    from place import HOME

    for arguments in (["program"], ["package"], ["package", "jitctl"], ["package", "-m", "jitctl"]):
        found = run("-m", *arguments, JITCTL_BACKEND="nonsense", PYTHONPATH=os.pathsep.join([HOME, str(tmp_path)]))
        assert found.returncode == 1
        assert "BackendError" in found.stderr


def test_the_environment_is_listed(doctor):
    found = doctor("doctor", "--json", JITCTL_BACKEND_PATH="/nowhere", PYTHON_JIT="0", JITCTL_TYPO="1")
    seen = {one["name"]: one for one in json.loads(found.stdout)["environment"]}
    assert seen["JITCTL_BACKEND_PATH"]["value"] == "/nowhere"
    assert "PYTHON_JIT" in seen
    assert "not read by jitctl" in seen["JITCTL_TYPO"]["meaning"]
    assert not any(one["ignored"] for one in seen.values())


def test_an_ignored_environment_is_called_ignored(run_code):
    code = "from jitctl.__main__ import main; main(['doctor'])"
    text = run_code(code, "-I", JITCTL_BACKEND="nonsense")
    assert "JITCTL_BACKEND=nonsense  (ignored, Python was started with -E or -I)" in text


def test_disabled_is_in_the_first_line(doctor):
    assert "switched off by JITCTL_DISABLE" in doctor("doctor", JITCTL_DISABLE="1").stdout.split("\n")[0]
