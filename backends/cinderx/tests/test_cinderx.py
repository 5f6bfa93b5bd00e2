# ruff: noqa: D103
"""What the hints do with CinderX, each in a fresh process."""

import importlib.metadata
import subprocess
import sys

import pytest

LOOP = """
def loop(count):
    total = 0.0
    for number in range(count):
        total = total * 0.5 + number * 1.5
    return total
"""


def test_focus_compiles_when_specialised(run):
    printed = run(
        LOOP
        + """
plain = loop(50)
assert jit_focus(loop) is loop
print(verdict(loop))
for _ in range(2): assert loop(50) == plain
print(verdict(loop), cx.is_jit_compiled(loop))
for _ in range(33): assert loop(50) == plain
print(verdict(loop), cx.is_jit_compiled(loop))
one = stats(loop)
region, = one.tier.regions
print(region.kind, region.machine_code_bytes == cx.get_compiled_size(loop) > 0, region.line < region.last_line)
print(sorted(name for name, value, unit in one.verdict.measures))
"""
    )
    assert printed.splitlines() == [
        "pending cinderx-compiles-when-warm",
        "pending cinderx-compiles-when-warm False",
        "applied cinderx-compiled True",
        "function True True",
        "['compile_time', 'machine_code', 'specialised']",
    ]


def test_sample_args_compile_before_the_first_call_ends(run):
    printed = run(
        LOOP
        + """
jit_focus(sample_args=(50,))(loop)
print(verdict(loop)); loop(1); print(verdict(loop))
def other(count): return [n * 2 for n in range(count)]
jit_focus(sample_args=(50,), when="decoration")(other)
print(verdict(other), "sample calls" in stats(other).verdict.message)
def failing(count): return 1 // count
jit_focus(sample_args=(0,), when="decoration")(failing)
print(verdict(failing), "ZeroDivisionError" in stats(failing).verdict.message)
"""
    )
    assert printed.splitlines() == [
        "pending cinderx-compiles-when-warm",
        "applied cinderx-compiled",
        "applied cinderx-compiled True",
        "applied cinderx-compiled True",
    ]


def test_an_interrupted_sample_call_raises(run):
    printed = run("""
def f(x): raise KeyboardInterrupt("now")
for when in ("decoration", "first-call"):
    try:
        jit_focus(sample_args=(1,), when=when)(f)
        f(1)
    except KeyboardInterrupt as error:
        print(when, error)
""")
    assert printed.splitlines() == ["decoration now", "first-call now"]


def test_only_hinted_functions_are_compiled_and_others_keep_their_speed(run):
    printed = run(
        LOOP
        + """
def unhinted(count): return loop(count)
jit_focus(loop)
for _ in range(60): unhinted(9)
print([f.__name__ for f in cx.get_compiled_functions()], _cinderx.is_frame_evaluator_installed())
import contextlib
print(contextlib._GeneratorContextManager.__exit__.__module__, "cinderx" in sys.modules)
"""
    )
    assert printed.splitlines() == ["['loop'] False", "contextlib False"]


def test_somebody_elses_evaluator_is_left_in_place(run):
    assert (
        run("""
_cinderx.install_frame_evaluator()
jit_focus(when="decoration")(lambda: 1)
print(_cinderx.is_frame_evaluator_installed())
""")
        == "True"
    )


def test_ignore_keeps_it_out_for_good(run):
    printed = run(
        LOOP
        + """
jit_focus(when="decoration")(loop); print(cx.is_jit_compiled(loop))
jit_ignore(loop); print(verdict(loop), cx.is_jit_compiled(loop))
try: cx.force_compile(loop)
except RuntimeError: print("refused")
def small(x): return x + 1
def caller(n):
    for i in range(n): small(i)
jit_ignore(small)
jit_focus(caller)
for _ in range(40): caller(30)
print(verdict(caller), cx.get_num_inlined_functions(caller))
""",
        PYTHON_JIT="0",
    )
    assert printed.splitlines() == ["True", "applied cinderx-suppressed False", "refused", "applied cinderx-compiled 0"]


def test_ignore_is_partial_where_a_copy_may_exist_or_another_jit_is_on(run):
    code = """
def small(x): return x + 1
def caller(n):
    for i in range(n): small(i)
for _ in range(40): caller(30)
jit_focus(when="decoration")(caller)
jit_ignore(small)
print(verdict(small))
"""
    assert run(code, PYTHON_JIT="0") == "partial cinderx-maybe-inlined"
    assert run(code + "print(sys._jit.is_enabled())", PYTHON_JIT="1") in (
        "partial cinderx-other-jit-on\nTrue",
        "partial cinderx-maybe-inlined\nFalse",  # an interpreter without a JIT
    )


def test_once_is_partial_and_says_why(run):
    printed = run(
        LOOP
        + """
jit_once(loop)
for _ in range(40): loop(50)
print(verdict(loop), cx.is_jit_compiled(loop), "never again" in stats(loop).verdict.message)
"""
    )
    assert printed == "partial cinderx-compiled-once True True"


def test_undo_takes_everything_back(run):
    printed = run(
        LOOP
        + """
def state(): return cx.is_jit_compiled(loop), loop.__code__.co_flags >> 30
jit_focus(loop); print(undo(loop), state(), undo(loop))
for _ in range(60): loop(50)
print(state())
jit_focus(when="decoration")(loop); print(state()); print(undo(loop), state())
jit_ignore(loop); print(state()); print(undo(loop), state())
jit_ignore(loop); jit_focus(when="decoration")(loop); print(verdict(loop), state())
"""
    )
    assert printed.splitlines() == [
        "True (False, 0) False",
        "(False, 0)",
        "(True, 0)",
        "True (False, 0)",
        "(False, 1)",
        "True (False, 0)",
        "applied cinderx-compiled (True, 0)",
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("async def f():\n    yield 1", "cinderx-async-generator"),
        ("def f():\n    return eval('1')", "cinderx-reads-frame"),
        ("def f():\n    x = 1\n    return locals()", "cinderx-reads-frame"),
        ("def f():\n    return super()", "cinderx-super-outside-class"),
        ("def f():\n    x = 0\n" + "    x += 1\n" * 20_000, "cinderx-too-large"),
    ],
)
def test_what_it_cannot_compile_has_a_readable_reason(run, source, code):
    printed = run(
        f"exec({source!r})\njit_focus(when='decoration')(f)\nprint(verdict(f)); print(stats(f).verdict.message)"
    )
    first, message = printed.splitlines()
    assert first == f"unsupported {code}"
    assert "PYJIT" not in message


def test_a_function_that_cannot_be_compiled_says_so_once_it_was_tried(run):
    printed = run("""
@jit_focus
def f(): return eval("1 + 1")
print(verdict(f))
for _ in range(40): assert f() == 2
print(verdict(f))
""")
    assert printed.splitlines() == ["pending cinderx-compiles-when-warm", "unsupported cinderx-reads-frame"]


def test_a_users_own_jit_suppress_is_respected(run):
    printed = run(LOOP + "cx.jit_suppress(loop)\njit_focus(loop)\nprint(verdict(loop))")
    assert printed == "refused cinderx-marked"


def test_a_tracer_delays_it(run):
    printed = run(
        LOOP
        + """
jit_focus(loop)
sys.settrace(lambda *_: None)
for _ in range(40): loop(5)
print(verdict(loop), cx.is_jit_compiled(loop))
sys.settrace(None)
for _ in range(80): loop(5)
print(verdict(loop), cx.is_jit_compiled(loop))
"""
    )
    assert printed.splitlines() == ["pending cinderx-compiles-when-warm False", "applied cinderx-compiled True"]


def test_it_is_never_chosen_unless_named(start):
    found = start("import jitctl; print(jitctl._router.backend.chosen()['name'])", JITCTL_BACKEND=None)
    assert found.returncode == 0
    assert found.stdout.strip() != "cinderx"


def test_cinderx_disabled_is_a_clear_error(start):
    found = start("import jitctl", CINDERX_DISABLE="1")
    assert "CINDERX_DISABLE is set" in found.stderr.splitlines()[-1]


def test_without_cinderx_it_is_a_clear_error(start):
    found = start("import sys; sys.modules['_cinderx'] = None; import jitctl")
    assert "pip install cinderx" in found.stderr.splitlines()[-1]


def test_the_entry_point_leads_to_the_library(start):
    try:
        importlib.metadata.version("jitctl-cinderx")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("jitctl-cinderx is not installed as a package")
    found = start("import jitctl; print(jitctl._router.backend.chosen()['name'])", JITCTL_BACKEND_PATH=None)
    assert found.stdout.strip() == "cinderx", found.stderr


def test_it_keeps_the_contract():
    import jitctl_cinderx

    command = [sys.executable, "-m", "jitctl", "backends", "check", str(jitctl_cinderx.library())]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
