"""Who asks for a profile gets one or the reason why not; who does not ask gets none."""

import json

import pytest
from place import installed

ASK = """
import json, jitctl
@jitctl.jit_focus{keyword}
def f(x):
    return x
@jitctl.jit_ignore
def g(x):
    yield x
for i in range(5):
    f(i); list(g(i))
print(json.dumps([jitctl.stats(h).to_dict()["profile"] for h in (f, g)]))
"""


def test_nobody_asked(run_code):
    assert json.loads(run_code(ASK.format(keyword=""))) == [None, None]


@pytest.mark.parametrize("value", ["1", "0"])
def test_the_variable(run_code, value):
    found = json.loads(run_code(ASK.format(keyword=""), JITCTL_PROFILE=value))
    if value == "0":
        assert found == [None, None]
        return
    for profile, count in zip(found, (5, 10), strict=False):
        assert profile["state"] in ("on", "unsupported")
        assert profile["all"]["count"] == (count if profile["state"] == "on" else 0)
        assert profile["state"] == "on" or profile["note"]


def test_the_variable_is_ignored_where_python_ignores_its_own(run_code):
    assert json.loads(run_code(ASK.format(keyword=""), "-E", JITCTL_PROFILE="1")) == [None, None]


def test_the_keyword_is_for_one_function(run_code):
    first, second = json.loads(run_code(ASK.format(keyword="(profile=True)")))
    assert first["state"] in ("on", "unsupported")
    assert second is None


def test_profile_false_wins_over_the_variable(run_code):
    first, second = json.loads(run_code(ASK.format(keyword="(profile=False)"), JITCTL_PROFILE="1"))
    assert first is None
    assert second is not None


def test_switched_off_altogether(run_code):
    text = ASK.format(keyword="(profile=True)")
    assert json.loads(run_code(text, JITCTL_PROFILE="1", JITCTL_DISABLE="1")) == [None, None]


def test_the_fallback_says_why_not(pure, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    @pure.jit_focus(profile=True)
    def f(x):
        return x

    profile = pure.stats(f).profile
    assert (profile.state, profile.all.count, profile.paid) == ("unsupported", 0, None)
    assert profile.note.startswith("profiling needs the compiled extension: ")
    assert "not profiled" in str(pure.stats(name="*test_the_fallback_says*"))
    assert "profile: none, profiling needs" in str(pure.stats(f))
    assert json.loads(pure.stats().to_json())["records"]
    pure._backend.undo(f)


def test_where_the_interpreter_lacks_what_is_needed_the_note_says_so():
    def f(x):
        return x

    installed.jit_ignore(f, profile=True)
    f(1)
    profile = installed.stats(f).profile
    installed.profiler.stop(f)
    if profile.state == "unsupported":
        assert "from 3.12 on" in profile.note or "needs the compiled extension" in profile.note
    else:
        assert (profile.state, profile.all.count) == ("on", 1)


def test_the_table_has_a_column_only_when_something_is_profiled(run_code):
    show = "\nprint(jitctl.stats())"
    assert " calls " not in run_code(ASK.format(keyword="") + show, COLUMNS="200")
    assert " calls " in run_code(ASK.format(keyword="(profile=True)") + show, COLUMNS="200")
