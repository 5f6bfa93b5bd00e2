"""Two hints on one function: the nearer wins; of two equally near, the later."""

import pytest


def make():
    def f():
        pass

    return f


def test_the_later_of_two_hints_wins_and_the_verdict_says_so(jitctl):
    f = make()
    jitctl.jit_focus(f)
    jitctl.jit_ignore(f)
    assert jitctl.stats(f).hint == "ignore"
    assert "focus" in jitctl.stats(f).verdict.message


def test_the_same_hint_again_changes_nothing(jitctl):
    f = make()
    jitctl.jit_focus(f)
    before = jitctl.stats(f)
    jitctl.jit_focus(f)
    after = jitctl.stats(f)
    assert (after.hint, after.verdict.status, after.verdict.code) == (
        before.hint,
        before.verdict.status,
        before.verdict.code,
    )
    assert "replaced" not in after.verdict.message


def test_a_methods_own_hint_beats_its_classs(jitctl):
    @jitctl.jit_ignore
    class C:
        @jitctl.jit_focus
        def hot(self):
            pass

        def cold(self):
            pass

    assert (jitctl.stats(C.hot).hint, jitctl.stats(C.hot).origin) == ("focus", "function")
    assert (jitctl.stats(C.cold).hint, jitctl.stats(C.cold).origin) == ("ignore", "class")


def test_a_hint_on_the_method_later_beats_the_earlier_one_of_the_class(jitctl):
    @jitctl.jit_ignore
    class C:
        def method(self):
            pass

    jitctl.jit_focus(C.method)
    assert (jitctl.stats(C.method).hint, jitctl.stats(C.method).origin) == ("focus", "function")


def test_the_later_of_two_class_hints_wins(jitctl):
    class C:
        def method(self):
            pass

    jitctl.jit_once(jitctl.jit_ignore(C))
    assert jitctl.stats(C.method).hint == "once"


def test_a_hint_can_be_taken_back(jitctl):
    f = make()
    jitctl.jit_focus(f)
    assert jitctl._backend.undo(f) is True
    assert jitctl._backend.undo(f) is False
    with pytest.raises(LookupError):
        jitctl.stats(f)


def test_a_replaced_hint_is_named_once():
    import jitctl

    def function(rows):
        return sum(row for row in rows if row)

    jitctl.jit_focus(function)
    jitctl.jit_ignore(function)
    message = jitctl.stats(function).verdict.message
    assert message.count("replace") == 1, message
    assert message.endswith("; this hint replaced focus"), message
