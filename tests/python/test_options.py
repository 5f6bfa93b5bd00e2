"""Keywords are checked where the decorator stands; the message names keyword, find and rule."""

import functools

import pytest


def f(a, b=2, *, c=3):
    return a


@pytest.fixture(params=["focus", "once"])
def hint(request, jitctl):
    return getattr(jitctl, f"jit_{request.param}")


class Spy:
    """A strategy that remembers what it was given."""

    hint = "focus"

    def __init__(self):
        self.applied = []

    def apply(self, function, options, origin):
        self.applied.append((function, options, origin))

    def note(self, *gap):
        self.applied.append(gap)


def passed_on(jitctl, thing, **options):
    """Give the options that reach the backend for one object."""
    spy = Spy()
    jitctl._hint(spy, thing, options)
    return spy.applied[-1][1]  # what a wrapper wraps has been given the hint before it


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"sample_arg": ()}, TypeError, "has no keyword 'sample_arg'; allowed: sample_args, sample_kwargs, when"),
        ({"sample_args": 3}, TypeError, "sample_args must be a tuple or list of arguments, or a callable"),
        ({"sample_args": "abc"}, TypeError, "got 'abc' (str)"),
        ({"sample_args": None}, TypeError, "got None (NoneType)"),
        ({"sample_kwargs": [1]}, TypeError, "sample_kwargs must be a mapping"),
        ({"sample_kwargs": {1: 2}}, TypeError, "keys are parameter names"),
        ({"when": "later"}, ValueError, "when must be one of 'first-call', 'decoration', 'background'; got 'later'"),
        ({"when": 1}, TypeError, "when must be one of"),
        ({"budget_calls": 0}, ValueError, "budget_calls must be a whole number from 1 to 1000000000; got 0 (int)"),
        ({"budget_calls": -5}, ValueError, "got -5 (int)"),
        ({"budget_calls": 2.0}, TypeError, "budget_calls must be a whole number"),
        ({"budget_calls": True}, TypeError, "got True (bool)"),
        ({"budget_calls": 10**30}, ValueError, "budget_calls must be"),
        ({"budget_ms": -1}, ValueError, "budget_ms must be a number of milliseconds above 0"),
        ({"budget_ms": 0}, ValueError, "got 0 (int)"),
        ({"budget_ms": float("nan")}, ValueError, "got nan (float)"),
        ({"budget_ms": float("inf")}, ValueError, "got inf (float)"),
        ({"budget_ms": 10**400}, ValueError, "budget_ms must be"),
        ({"budget_ms": "5"}, TypeError, "got '5' (str)"),
        ({"infer": 1}, TypeError, "infer must be True or False; got 1 (int)"),
        ({"infer": None}, TypeError, "infer must be True or False"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_keyword_is_an_error_at_once(hint, options, error, words):
    for call in (lambda: hint(**options), lambda: hint(f, **options)):
        with pytest.raises(error) as caught:
            call()
        assert str(caught.value).startswith(f"{hint.__name__}")
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"threshold": 0}, ValueError, "must be a whole number of iterations or calls from 1 to 4000; got 0 (int)"),
        ({"threshold": 4001}, ValueError, "got 4001 (int)"),
        ({"threshold": 2.0}, TypeError, "threshold must be a whole number"),
        ({"threshold": True}, TypeError, "got True (bool)"),
        ({"threshold": 9, "sample_args": (1,)}, ValueError, "compile the function before them; give one or the other"),
        ({"threshold": 9, "sample_kwargs": {"a": 1}}, ValueError, "threshold counts real calls"),
        ({"threshold": 9, "infer": True}, ValueError, "threshold counts real calls"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_threshold_is_an_error_at_once(jitctl, options, error, words):
    with pytest.raises(error) as caught:
        jitctl.jit_focus(**options)
    assert str(caught.value).startswith("jit_focus: threshold")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_threshold_is_for_focus_alone(jitctl):
    assert passed_on(jitctl, f, threshold=4000, infer=False) == {"threshold": 4000, "infer": False}
    with pytest.raises(TypeError, match=r"^jit_once has no keyword 'threshold'; allowed: sample_args"):
        jitctl.jit_once(threshold=20)


def test_ignore_takes_one_keyword(jitctl):
    with pytest.raises(TypeError, match=r"^jit_ignore has no keyword 'when'; allowed: profile$"):
        jitctl.jit_ignore(when="decoration")


@pytest.mark.parametrize("name", ["jit_focus", "jit_ignore", "jit_once"])
def test_profile_is_yes_or_no(jitctl, name):
    with pytest.raises(TypeError, match=rf"^{name}: profile must be True or False; got 1 \(int\)$"):
        getattr(jitctl, name)(profile=1)


@pytest.mark.parametrize("args", [(), (1, 2, 3), (1, 2, 3, 4)])
def test_sample_args_that_do_not_fit_show_the_signature(hint, args):
    with pytest.raises(ValueError, match="argument") as caught:
        hint(sample_args=args)(f)
    assert str(caught.value).startswith(f"{hint.__name__}: sample_args do not fit f(a, b=2, *, c=3): ")


def test_sample_kwargs_that_do_not_fit_are_found_too(hint):
    with pytest.raises(ValueError, match="'d'"):
        hint(f, sample_args=(1,), sample_kwargs={"d": 1})
    with pytest.raises(ValueError, match="missing a required argument: 'a'"):
        hint(f, sample_kwargs={"c": 1})


@pytest.mark.parametrize(("args", "kwargs"), [((1,), {}), ((1, 2), {}), ([1], {"c": 4}), ((), {"a": 1, "b": 2})])
def test_what_fits_is_passed_on_as_a_copy(jitctl, args, kwargs):
    given = passed_on(jitctl, f, sample_args=args, sample_kwargs=kwargs)
    assert given == {"sample_args": tuple(args), "sample_kwargs": kwargs}
    assert given["sample_kwargs"] is not kwargs


def test_only_what_was_given_is_passed_on(jitctl):
    assert passed_on(jitctl, f) is None
    assert passed_on(jitctl, f, when="background", budget_calls=9, budget_ms=3) == {
        "when": "background",
        "budget_calls": 9,
        "budget_ms": 3.0,
    }
    assert type(passed_on(jitctl, f, budget_ms=3)["budget_ms"]) is float


def test_empty_sample_args_ask_for_a_call_without_arguments(jitctl):
    assert passed_on(jitctl, lambda: 0, sample_args=()) == {"sample_args": ()}


def test_a_factory_is_passed_on_uncalled(jitctl):
    def fresh():
        raise AssertionError("not at decoration")

    assert passed_on(jitctl, f, sample_args=fresh, sample_kwargs=fresh) == {
        "sample_args": fresh,
        "sample_kwargs": fresh,
    }


def test_a_variadic_function_takes_any_number(jitctl):
    assert passed_on(jitctl, lambda *args, **kwargs: 0, sample_args=(1, 2, 3), sample_kwargs={"x": 1})


def test_the_function_itself_counts_not_what_it_wraps(jitctl):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args)

    assert passed_on(jitctl, wrapper, sample_args=(1, 2, 3, 4, 5))


def test_annotations_are_not_evaluated_for_the_check(jitctl):
    namespace = {}
    exec("from __future__ import annotations\ndef g(a: Unknown, *, k: Missing): pass", namespace)
    with pytest.raises(ValueError, match="Unknown"):
        jitctl.jit_focus(namespace["g"], sample_args=(1,))


class C:
    def method(self, x):
        pass

    @classmethod
    def of_class(cls, x):
        pass

    size = property(lambda self: 1)


def test_arguments_of_an_unbound_method_include_self(jitctl):
    assert passed_on(jitctl, C.method, sample_args=(C(), 1))
    with pytest.raises(ValueError, match="missing a required argument: 'x'"):
        passed_on(jitctl, C.method, sample_args=(1,))
    with pytest.raises(ValueError, match="'x'"):
        passed_on(jitctl, vars(C)["of_class"], sample_args=(1,))
    assert passed_on(jitctl, vars(C)["size"], sample_args=(C(),))


def test_a_bound_method_brings_its_self_along(jitctl):
    thing = C()
    assert passed_on(jitctl, thing.method, sample_args=(1,)) == {"sample_args": (thing, 1)}
    assert passed_on(jitctl, thing.method, sample_kwargs={"x": 1})["sample_args"] == (thing,)
    assert passed_on(jitctl, C.of_class, sample_args=lambda: (1,))["sample_args"]() == (C, 1)


def test_sample_args_on_several_functions_say_to_put_them_on_one(jitctl):
    with pytest.raises(ValueError, match="this class stands for 3; put them on the method itself"):
        jitctl.jit_focus(sample_args=(1,))(C)
    with pytest.raises(ValueError, match="this property stands for 2"):
        jitctl.jit_focus(property(f, f.__class__(f.__code__, {})), sample_args=(1,))


def test_other_options_on_a_class_reach_every_function(jitctl):
    spy = Spy()
    jitctl._hint(spy, C, {"budget_calls": 5})
    assert [(options, origin) for _, options, origin in spy.applied] == [({"budget_calls": 5}, "class")] * 3


@pytest.mark.parametrize(
    ("name", "key", "meant"),
    [
        ("jit_focus", "treshold", "threshold"),
        ("jit_focus", "sample_arg", "sample_args"),
        ("jit_once", "budget", "budget_ms"),
        ("jit_once", "profiles", "profile"),
        ("jit_ignore", "profiling", "profile"),
    ],
)
def test_a_misspelt_keyword_is_guessed_at(jitctl, name, key, meant):
    with pytest.raises(TypeError, match=rf"^{name} has no keyword '{key}'; allowed: .*; did you mean {meant}\?$"):
        getattr(jitctl, name)(**{key: 1})


@pytest.mark.parametrize(
    ("options", "remark"),
    [
        ({"when": "decoration"}, "when has no effect without sample_args, sample_kwargs or infer=True"),
        ({"when": "background", "budget_ms": 2}, "when, budget_ms have no effect without"),
        ({"budget_calls": 9, "infer": False}, "budget_calls has no effect without"),
        ({"when": "decoration", "sample_args": (1,)}, None),
        ({"when": "decoration", "infer": True}, None),
        ({"profile": False}, None),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_keywords_that_do_nothing_are_told(jitctl, hint, options, remark):
    def function(a):
        return a

    hint(**options)(function)
    message = jitctl.stats(function).verdict.message
    assert ("no effect" in message) is (remark is not None)
    assert remark is None or remark in message
