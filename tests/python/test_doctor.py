"""``jitctl doctor``: what a hint does here first, the details on demand, and the same as JSON."""

import dataclasses
import json
import os
import sys

import pytest
from place import HOME, installed
from test_report import check


@pytest.fixture(params=["0", "1"])
def doctor(request, run):
    def start(*arguments, options=(), **environment):
        environment.setdefault("JITCTL_PURE_PYTHON", request.param)
        return run(*options, "-m", "jitctl", *arguments, **environment)

    return start


@pytest.fixture
def diagnosed(doctor):
    def start(*arguments, **environment):
        found = doctor("doctor", "--json", *arguments, **environment)
        data = json.loads(found.stdout)
        assert found.returncode == data["code"]
        return data

    return start


def unwrapped(text):
    return " ".join(text.split())


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


def test_the_answer_comes_first_and_is_short(doctor, diagnosed):
    found, data = doctor("doctor", COLUMNS="80"), diagnosed()
    assert found.stderr == ""
    assert found.returncode == (0 if any(one["acts"] for one in data["hints"]) else 3)
    assert found.stdout.startswith("hints here   ")
    assert max(map(len, found.stdout.split("\n"))) <= 80
    text = unwrapped(found.stdout)
    for name, field in (("hints here", "does"), ("to change", "change"), ("interpreter", "summary")):
        assert f"{name} {data[field]}" in text
    assert "environment:" not in found.stdout
    longer = doctor("doctor", "--verbose", COLUMNS="80").stdout
    assert longer.startswith(found.stdout.rstrip("\n"))
    assert "environment:" in longer


def test_each_hint_was_tried(diagnosed):
    data = diagnosed()
    assert [one["hint"] for one in data["hints"]] == ["focus", "ignore", "once"]
    for one in data["hints"]:
        assert one["code"]
        assert one["message"]
        assert one["does"] in data["does"] or f"a hint does nothing: {one['message']}" == data["does"]
        if one["status"] == "unsupported":
            assert one["acts"] is False


def test_a_trial_leaves_nothing_behind(run_code):
    code = "from jitctl._cli import main; import jitctl; main(['doctor', '-q']); print(len(jitctl.stats()))"
    assert run_code(code) == "0"


def test_the_summary_says_built_on_and_backend(diagnosed):
    data = diagnosed()
    interpreter, jit = data["interpreter"], data["jit"]
    assert (jit["built"], jit["on"]) == (interpreter["jit_built"], interpreter["jit_enabled"])
    assert data["summary"].count(jit["text"]) == 1
    assert jit["text"].startswith("JIT built, " if jit["built"] else "no JIT built")
    assert f"uses backend {data['backend']['name']}" in data["summary"]


def test_the_interpreter_is_described(diagnosed):
    data = diagnosed()
    assert data["interpreter"]["implementation"] == sys.implementation.name
    assert data["interpreter"]["version"]
    assert isinstance(data["interpreter"]["jit_built"], bool)
    assert isinstance(data["interpreter"]["jit_enabled"], bool)
    assert data["interpreter"]["subinterpreter"] is False
    if not data["interpreter"]["extension"]:
        assert data["interpreter"]["reason"]


def test_the_json_keeps_the_published_schema(doctor, diagnosed):
    schema = json.loads(doctor("doctor", "--schema").stdout)
    data = diagnosed(JITCTL_TYPO="1")
    check(data, schema)
    assert set(data) == set(schema["properties"])
    data["hints"][0]["hint"] = "other"
    with pytest.raises(AssertionError, match=r"hints\[0\]\.hint"):
        check(data, schema)


def test_every_candidate_has_a_reason_and_the_one_in_use_comes_first(doctor, diagnosed):
    text = doctor("doctor", "--verbose").stdout
    candidates = diagnosed()["candidates"]
    assert [one["chosen"] for one in candidates] == [True] + [False] * (len(candidates) - 1)
    usable = [one["usable"] for one in candidates]
    assert usable == sorted(usable, reverse=True)
    places = [text.index(f"\n  {one['name']}") for one in candidates if one["source"] == "built-in"]
    assert places == sorted(places)
    for one in candidates:
        assert one["name"]
        assert one["reason"]
        assert one["reason"] in text


def test_a_named_backend_that_cannot_be_used_does_not_stop_the_doctor(doctor, diagnosed):
    found = doctor("doctor", "--verbose", JITCTL_BACKEND="nonsense")
    assert found.returncode == 1, found.stderr
    lines = found.stdout.split("\n")
    assert lines[0] == "hints here   import jitctl fails: JITCTL_BACKEND=nonsense cannot be used"
    assert lines[1].startswith("to change    unset JITCTL_BACKEND, or name a backend")
    assert any(line.startswith("problem ") and "noop" in line for line in lines)
    data = diagnosed(JITCTL_BACKEND="nonsense")
    assert "nonsense" in data["problem"]
    assert (data["code"], data["hints"]) == (1, [])


def test_the_script_does_what_the_module_does(run, tmp_path):
    """Pip makes such a file of [project.scripts]; a bad JITCTL_BACKEND must not stop it either."""
    script = tmp_path / "jitctl"
    script.write_text("import sys\nfrom jitctl.__main__ import main\nsys.exit(main())\n")
    found = run(str(script), "doctor", JITCTL_BACKEND="nonsense")
    assert found.returncode == 1, found.stderr
    assert found.stdout.startswith("hints here   import jitctl fails")
    assert "usage: jitctl" in run(str(script)).stdout


def test_only_our_own_command_line_goes_on_with_a_bad_name(run, tmp_path):
    """A program started with -m, with arguments that look like ours, must still see the error."""
    (tmp_path / "program.py").write_text("import jitctl\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("import jitctl\n")
    (tmp_path / "package" / "__main__.py").write_text("")
    for arguments in (["program"], ["package"], ["package", "jitctl"], ["package", "-m", "jitctl"]):
        found = run("-m", *arguments, JITCTL_BACKEND="nonsense", PYTHONPATH=os.pathsep.join([HOME, str(tmp_path)]))
        assert found.returncode == 1
        assert "BackendError" in found.stderr


def test_the_environment_is_listed(diagnosed):
    found = diagnosed(JITCTL_BACKEND_PATH="/nowhere", PYTHON_JIT="0", JITCTL_TYPO="1")
    seen = {one["name"]: one for one in found["environment"]}
    assert seen["JITCTL_BACKEND_PATH"]["value"] == "/nowhere"
    assert "PYTHON_JIT" in seen
    assert "not read by jitctl" in seen["JITCTL_TYPO"]["meaning"]
    assert not any(one["ignored"] for one in seen.values())


def test_a_value_that_cannot_be_meant_is_in_the_short_answer(doctor):
    assert "JITCTL_OPT_IN is not understood" in unwrapped(doctor("doctor", JITCTL_OPT_IN="please").stdout)


def test_an_ignored_environment_is_called_ignored(run_code):
    code = "from jitctl.__main__ import main; main(['doctor', '--verbose'])"
    text = run_code(code, "-I", JITCTL_BACKEND="nonsense")
    assert "JITCTL_BACKEND=nonsense  (ignored, Python was started with -E or -I)" in text


def test_disabled_is_in_the_answer(doctor, diagnosed):
    data = diagnosed(JITCTL_DISABLE="1")
    assert data["does"].startswith("a hint does nothing: jitctl is switched off by JITCTL_DISABLE")
    assert (data["change"], data["code"]) == ("unset JITCTL_DISABLE", 3)
    assert "switched off by JITCTL_DISABLE" in doctor("doctor", JITCTL_DISABLE="1").stdout


def test_an_option_that_cpython_ignores_is_told(doctor):
    text = unwrapped(doctor("doctor", options=["-X", "jit"]).stdout)
    assert "-X jit was given and is ignored" in text
    assert "PYTHON_JIT=1" in text


CASES = {
    "3.14, JIT off": ({}, "applied", "nothing"),
    "no JIT on Linux": ({"jit_built": False}, "unsupported", "use a CPython with a JIT: "),
    "free-threaded": ({"jit_built": False, "free_threaded": True}, "unsupported", "use the ordinary build"),
    "PyPy": ({"implementation": "pypy"}, "unsupported", "nothing: PyPy compiles what is hot by itself"),
    "GraalPy": ({"implementation": "graalpy"}, "unsupported", "use CPython"),
    "no extension": ({"extension": False, "reason": "it is broken"}, "unsupported", "install jitctl's wheel"),
    "asked to opt in": ({}, "unsupported", "do as the verdict says"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_one_thing_to_change(case):
    from jitctl._cli import advice
    from jitctl._cli.trial import Trial
    from jitctl._stats.system import Jit, read_system

    changes, status, expected = CASES[case]
    base = {"implementation": "cpython", "jit_built": True, "free_threaded": False, "extension": True, "reason": None}
    system = read_system()
    interpreter = dataclasses.replace(system.interpreter, **{**base, **changes})
    jit = Jit(interpreter.jit_built, False, "process", "")
    backend = dataclasses.replace(system.backend, disabled=False)
    system = dataclasses.replace(system, interpreter=interpreter, jit=jit, backend=backend)
    trial = Trial("focus", status == "applied", "", status, "", "", "do as the verdict says")
    assert advice.to_change(system, [trial]).startswith(expected)


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux", "freebsd14"])
def test_where_to_get_a_jit_is_said_for_each_platform(monkeypatch, platform):
    from jitctl._cli import advice
    from jitctl._stats.system import read_system

    monkeypatch.setattr(sys, "platform", platform)
    interpreter = dataclasses.replace(
        read_system().interpreter, implementation="cpython", jit_built=False, free_threaded=False
    )
    text = advice._for_build(interpreter)
    assert "build CPython with ./configure --enable-experimental-jit=yes-off" in text
    assert ("python.org" in text) == (platform in ("darwin", "win32"))
    assert ("uv python install" in text) == (platform == "linux")


@pytest.mark.parametrize("usable", [False, True])
def test_the_compiler_is_named_where_it_needs_no_other_interpreter(monkeypatch, usable):
    from jitctl._cli import advice
    from jitctl._cli.candidates import Candidate
    from jitctl._stats.system import read_system

    values = dict.fromkeys(field.name for field in dataclasses.fields(Candidate))
    compiler = Candidate(**{**values, "name": "compiler", "usable": usable})
    monkeypatch.setattr(advice, "candidates", lambda: (compiler,))
    interpreter = dataclasses.replace(
        read_system().interpreter, implementation="cpython", jit_built=False, free_threaded=False
    )
    assert ("JITCTL_BACKEND=compiler" in advice._for_build(interpreter)) == usable


def test_what_crashes_together_with_the_jit_is_in_the_short_answer():
    """Native says which module, where it is imported; tests/python/native/test_conflicts.py."""
    from jitctl._cli import advice
    from jitctl._stats.system import read_system

    notes = (
        (f"{advice.CONFLICT} with the JIT", "greenlet: a crash"),
        ("known fault", "another"),
        ("self-test", "granted"),
    )
    system = read_system()
    system = dataclasses.replace(system, backend=dataclasses.replace(system.backend, notes=notes))
    assert advice.warnings(system) == ["greenlet: a crash"]


@pytest.mark.skipif(
    not installed._backend.describe()["version"].startswith("3.14") or installed._backend.chosen()["name"] != "native",
    reason="the conflict is one of 3.14's JIT",
)
@pytest.mark.parametrize(
    ("environment", "told"), [({}, False), ({"PYTHON_JIT": "1"}, True), ({"JITCTL_OPT_IN": "1"}, True)]
)
def test_a_program_that_imports_greenlet_is_told_by_the_doctor(run_code, environment, told):
    code = "import types; sys.modules['greenlet'] = types.ModuleType('greenlet')\n"
    code += "from jitctl._cli import main; main(['doctor'])"
    assert ("know greenlet and the JIT of CPython 3.14 crash" in unwrapped(run_code(code, **environment))) is told
