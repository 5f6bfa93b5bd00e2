"""Hints can be taken back, and all of them switched off and on, while the process runs."""

import gc

import pytest


def hint_of(jitctl, function):
    record = jitctl._router.backend.record(function)
    return record and record["hint"]


@pytest.fixture(autouse=True)
def _on_again(jitctl):
    yield
    jitctl.enable()


def test_a_hint_is_taken_back(jitctl):
    def f(): ...

    jitctl.jit_focus(f)
    assert jitctl.remove(f) is True
    assert (jitctl.remove(f), hint_of(jitctl, f)) == (False, None)
    with pytest.raises(LookupError):
        jitctl.stats(f)


def test_all_hints_of_a_class_are_taken_back(jitctl):
    @jitctl.jit_ignore
    class C:
        def f(self): ...

        @property
        def p(self): ...

    assert jitctl.remove(C) is True
    assert (hint_of(jitctl, C.f), hint_of(jitctl, C.p.fget)) == (None, None)


def test_what_could_not_have_a_hint_is_a_mistake(jitctl):
    with pytest.raises(TypeError, match="remove needs"):
        jitctl.remove(3)


def test_off_and_on_again(jitctl):
    def f(): ...

    def g(): ...

    jitctl.jit_focus(threshold=7)(f)
    assert jitctl.disable() >= 1
    assert jitctl.disable() == 0
    jitctl.jit_once(g)
    assert (hint_of(jitctl, f), hint_of(jitctl, g)) == (None, None)
    assert jitctl.status().disabled is True
    assert jitctl.enable() >= 2
    assert (hint_of(jitctl, f), hint_of(jitctl, g)) == ("focus", "once")
    assert (jitctl.enable(), jitctl.status().disabled) == (0, False)
    assert jitctl._applying.kept_options(f) == {"threshold": 7}


def test_a_function_that_dies_meanwhile_stays_dead(jitctl, collect):
    def f(): ...

    jitctl.jit_focus(f)
    jitctl.disable()
    from weakref import ref

    dead = ref(f)
    del f
    collect()
    assert dead() is None
    jitctl.enable()


def test_options_do_not_keep_what_they_hold(jitctl, collect):
    class Thing: ...

    from weakref import ref

    thing = Thing()
    dead = ref(thing)

    def f(x): ...

    jitctl.jit_focus(sample_args=(thing,), budget_calls=3)(f)
    f(1)
    jitctl.remove(f)
    del thing
    collect()
    gc.collect()
    assert dead() is None


def test_status_sums_up_what_is_compiled(jitctl, monkeypatch):
    found = jitctl.compiled()
    # CPython may compile more between two readings, so both look at the same one.
    monkeypatch.setattr("jitctl._process.inventory.compiled", lambda: found)
    status = jitctl.status()
    # A trace that several functions lead to is a region of each of them, and counts once.
    traces = {trace.identity for one in found for trace in one._traces}
    assert (status.functions, status.regions) == (len(found), len(traces))
    assert max((len(one.regions) for one in found), default=0) <= len(traces) <= sum(len(one.regions) for one in found)
    assert status.jit.text in str(status)
    assert sorted(status.to_dict()) == sorted(type(status).json_schema()["properties"])
