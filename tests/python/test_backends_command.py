"""``python -m jitctl backends``: what there is, and whether one keeps the contract."""

import json
import threading

import pytest
from applies import SAME_WITH_JIT, usable
from fixture_libraries import library
from place import installed

compiled = pytest.mark.skipif(
    not installed._backend.describe()["extension"], reason="backends are loaded by the compiled extension only"
)


@pytest.fixture
def backends(run):
    def start(*arguments, **environment):
        return run("-m", "jitctl", "backends", *arguments, **environment)

    return start


@pytest.fixture
def place(tmp_path):
    """Give a folder that others may not write to, which the loader insists on."""
    tmp_path.chmod(0o755)
    return tmp_path


def check(backends, file, *only):
    found = backends("check", str(file), "--json", *(f"--only={name}" for name in only))
    data = json.loads(found.stdout)
    assert found.returncode == (0 if data["passed"] else 1), found.stderr
    assert found.stderr == ""
    return data


def failures(data):
    return {one["name"]: one["reason"] for one in data["checks"] if not one["passed"]}


@pytest.mark.parametrize("pure", ["0", "1"])
def test_list_names_every_candidate_with_a_reason(backends, pure):
    text = backends("list", JITCTL_PURE_PYTHON=pure)
    data = backends("list", "--json", JITCTL_PURE_PYTHON=pure)
    assert (text.returncode, text.stderr, data.returncode, data.stderr) == (0, "", 0, "")
    found = json.loads(data.stdout)
    assert found["schema"] == 1
    assert [one["chosen"] for one in found["backends"]].count(True) == 1
    for one in found["backends"]:
        assert one["name"]
        assert one["reason"]
        assert one["source"] in ("built-in", "path", "entry-point")
        assert one["reason"] in text.stdout
        if one["version"]:
            assert f"{one['name']} {one['version']}: " in text.stdout
        if one["usable"]:
            assert one["hints"]
            assert one["requires"] in text.stdout


@compiled
def test_list_tells_interface_rank_and_range(backends, place):
    file = library("minimal", place)
    found = json.loads(backends("list", "--json", JITCTL_BACKEND_PATH=str(place)).stdout)["backends"]
    (one,) = [one for one in found if one["file"] == str(file)]
    assert one["interface"]
    assert isinstance(one["rank"], int)
    assert one["source"] == "path"


def test_wrong_usage_is_exit_code_2(backends):
    for arguments in ([], ["check"], ["lst"], ["list", "more"]):
        found = backends(*arguments)
        assert found.returncode == 2
        assert "usage: " in found.stderr


def test_check_takes_a_name(backends):
    found = backends("check", "nonsense")
    assert (found.returncode, found.stdout) == (2, "")
    assert "there is no backend 'nonsense'; there are: " in found.stderr
    assert "noop" in found.stderr
    assert found.stderr.count("\n") == 1


def test_output_goes_where_the_options_say(backends, tmp_path):
    file = tmp_path / "found.json"
    found = backends("list", "--json", "-o", str(file))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert json.loads(file.read_text())["schema"] == 1
    assert backends("list", "-q").stdout == ""
    assert "\x1b[1m" in backends("list", "--color=always", NO_COLOR="1").stdout
    assert "\x1b" not in backends("list", "--color=never").stdout + backends("list").stdout
    nowhere = backends("list", "-o", str(tmp_path / "missing" / "file"))
    assert nowhere.returncode == 2
    assert "cannot write to" in nowhere.stderr


def test_check_without_the_extension_says_so(backends, tmp_path):
    found = backends("check", str(tmp_path / "nothing.so"), JITCTL_PURE_PYTHON="1")
    assert found.returncode == 1
    assert "FAIL  load: " in found.stdout


@SAME_WITH_JIT
@compiled
@pytest.mark.parametrize("name", usable("noop", "warmup", "native"))
def test_our_own_backends_keep_the_contract(backends, name):
    candidates = installed._backend.candidates()
    (one,) = [one for one in candidates if (one["name"], one["source"]) == (name, "built-in")]
    found = backends("check", one["file"])
    assert found.returncode == 0, found.stdout
    lines = found.stdout.splitlines()
    assert lines[-1].endswith("keeps the contract")
    assert all(line.startswith("ok    ") for line in lines[:-1])
    assert len(lines) == 13
    assert backends("check", name, "-q", "--only", "identity").stdout == ""


@compiled
def test_check_may_be_limited_to_what_is_named(backends):
    found = backends("check", "noop", "--only", "undo", "--only", "calls")
    assert [line.split(":")[0].split()[-1] for line in found.stdout.splitlines()[:-1]] == ["load", "undo", "calls"]
    assert found.stdout.splitlines()[-1].endswith("keeps the contract as far as it was checked: undo, calls")
    found = backends("check", "noop", "--only", "und")
    assert (found.returncode, found.stdout) == (2, "")
    assert "there is no check 'und'; there are: identity, " in found.stderr


@compiled
@pytest.mark.parametrize(
    ("changes", "broken"),
    [("next(count)", True), ("next(count) % 40 == 7", True), ("next(count) == 7", False)],
)
def test_reading_may_change_nothing_of_itself(run_part, changes, broken):
    """What a step of maintenance changes meanwhile is seen once, what reading changes often."""
    found = run_part("reading_may_change_nothing_of_itself", given={"changes": changes})
    assert ("broken: " in found) is broken, found
    assert ("reading its state changed it" in found) is broken


@SAME_WITH_JIT
@compiled
def test_a_backend_that_does_the_least_keeps_the_contract(backends, place):
    assert failures(check(backends, library("minimal", place))) == {}


@SAME_WITH_JIT
@compiled
@pytest.mark.parametrize(
    ("fixture", "failed", "words"),
    [
        ("panics_in_apply", "verdicts", "boom in apply"),
        ("panics_in_undo", "undo", "panicked"),
        ("leaves_exception", "verdicts", "left behind"),
        ("calls_functions", "calls", "the backend called it, unasked (1 calls)"),
        ("prints_to_stdout", "load", "it prints"),
        ("declines_in_create", "load", "declined"),
        ("panics_in_create", "load", "panicked"),
        ("fit_no", "load", "declined"),
        ("no_symbol", "load", "not a jitctl backend"),
        ("bad_name", "load", "describes itself wrongly"),
    ],
)
def test_a_broken_backend_fails_with_its_reason(backends, place, fixture, failed, words):
    found = failures(check(backends, library(fixture, place), *({failed} - {"load"} or {"identity"})))
    assert failed in found
    assert words in found[failed]
    assert all("\n" not in reason for reason in found.values())


@compiled
def test_what_is_no_library_fails_with_its_reason(backends, place):
    text = place / "backend.so"
    text.write_text("not a library")
    for file, words in ((text, "not a shared library"), (place / "none.so", "no such file")):
        assert words in failures(check(backends, file))["load"]


def _wrapped(function):
    def wrapper(*arguments, **keywords):
        return function(*arguments, **keywords)

    return wrapper


def _marked(function):
    getattr(function, "__func__", function).__dict__["mark"] = True
    return function


def _other_default(function):
    if getattr(function, "__defaults__", None):
        function.__defaults__ = (99,)
    return function


def _calling(function, **options):
    function()
    return function


def _calling_later(function, **options):
    threading.Timer(0.005, function).start()
    return function


@pytest.mark.parametrize(
    ("check", "hint", "words"),
    [
        ("identity", _wrapped, "another object came back"),
        ("identity", _marked, "attributes of"),
        ("results", _other_default, "expected"),
        ("calls", _calling, r"the backend called it, unasked \(1 calls\)"),
        ("calls", _calling_later, "the backend called it, unasked"),
        ("verdicts", lambda thing: thing, "no verdict was recorded"),
        ("options", lambda *_, **keywords: lambda thing: thing, "no verdict was recorded"),
    ],
)
def test_each_check_sees_what_it_is_for(monkeypatch, check, hint, words):
    from jitctl._conformance import cases, checks

    for module in (checks, cases):
        monkeypatch.setattr(module, "HINTS", dict.fromkeys(("focus", "ignore", "once"), hint))
    with pytest.raises(cases.BrokenError, match=words):
        checks.CHECKS[check]()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "done"}, "unknown status"),
        ({"code": "Not Good"}, "code"),
        ({"code": ""}, "code"),
        ({"message": " "}, "no message"),
        ({"advice": "one\ntwo"}, "longer than one line"),
        ({"code": "panicked"}, "the backend failed"),
    ],
)
def test_an_unreadable_verdict_is_refused(change, words):
    from jitctl._conformance.cases import BrokenError, readable

    good = {"status": "applied", "code": "compiled-2", "message": "done", "advice": "", "measures": []}
    readable({"verdict": good}, "here")
    with pytest.raises(BrokenError, match=words):
        readable({"verdict": {**good, **change}}, "here")


def test_the_check_is_imported_only_when_it_is_used(run_code):
    code = "import sys, jitctl; print([name for name in sys.modules if 'conformance' in name or '_cli' in name])"
    assert run_code(code) == "[]"
