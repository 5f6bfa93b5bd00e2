"""3.11: what a function's code looks like, and does, between the hint and the first call."""

import dis
import inspect
import pickle
import sys
import traceback
import types
import warnings

import pytest
from warmed import STAND_INS, fresh, jit_focus

pytestmark = pytest.mark.skipif(not STAND_INS, reason="others notice first calls by an event or the function's entry")


class Unready(Exception):
    pass


def unready():
    raise Unready


def armed(function):
    """Arm a function whose training ends before it makes a call, so that only the first call's own body runs."""
    return jit_focus(sample_args=unready)(function)


def test_attributes_of_the_code():
    def example(a, /, b, *args, c=1, **kwargs):
        def inner():
            return a, b, c

        return inner, args, kwargs

    code = example.__code__
    armed(example)
    new = example.__code__
    assert new is not code
    changed = {
        "co_code",
        "co_consts",
        "co_stacksize",
        "co_lnotab",
        "co_linetable",
        "co_lines",
        "co_positions",
        "co_exceptiontable",
    }
    for name in {name for name in dir(code) if name.startswith("co_")} - changed:
        assert getattr(new, name) == getattr(code, name), name
    assert new.co_consts[:-2] == code.co_consts
    assert inspect.getsource(new) == inspect.getsource(code)
    hash(new)


def test_lines_in_a_traceback():
    @armed
    def deep(
        n,
    ):
        if n == 0:
            raise ValueError(
                "deep",
            )
        return deep(n - 1)

    with pytest.raises(ValueError, match="deep") as caught:
        deep(2)
    first = deep.__code__.co_firstlineno
    entries = traceback.extract_tb(caught.tb)[1:]
    assert [entry.lineno - first for entry in entries] == [8, 8, 5]
    assert [entry.name for entry in entries] == ["deep"] * 3
    columns = [list(code.co_positions())[tb.tb_lasti // 2] for code, tb in frames(caught.tb)]
    assert columns[0] == columns[1] != columns[2]


def frames(tb):
    found = []
    while tb:
        found.append((tb.tb_frame.f_code, tb))
        tb = tb.tb_next
    return found[1:]


def test_the_training_seems_to_be_called_where_the_function_was():
    seen = []

    def look():
        frame = sys._getframe(1)
        seen.append((frame.f_code.co_name, frame.f_lineno))
        warnings.warn("from the samples", stacklevel=2)
        return ()

    @jit_focus(sample_args=look, budget_calls=1)
    def target():
        pass

    line = sys._getframe().f_lineno + 2
    with pytest.warns(UserWarning, match="from the samples") as caught:
        target()
    assert seen[0] == ("test_the_training_seems_to_be_called_where_the_function_was", line)
    assert (caught[0].filename, caught[0].lineno) == (__file__, line)


def test_an_interrupt_during_the_training():
    @jit_focus(sample_args=(True,))
    def stop(sample):
        if sample:
            raise KeyboardInterrupt
        return 1

    with pytest.raises(KeyboardInterrupt) as caught:
        stop(False)
    assert "stop" in "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert stop(False) == 1


def test_the_users_code_is_not_overwritten(verdict):
    def first():
        return 1

    def second():
        return 2

    armed(first)
    stand_in = first.__code__
    first.__code__ = second.__code__
    assert first() == 2
    assert verdict(first).kind == ("pending", "first-call")
    copy = types.FunctionType(stand_in, globals())
    assert copy() == 1  # what the stand-in's owner has now stays as it is
    assert first.__code__ is second.__code__
    assert verdict(first).kind == ("refused", "code-replaced")
    assert copy() == 1


def test_undo_after_the_users_code(undo):
    def first():
        return 1

    def second():
        return 2

    armed(first)
    first.__code__ = second.__code__
    undo(first)
    assert first.__code__ is second.__code__


def test_a_copy_of_the_stand_in_works_for_ever(verdict):
    def add(a, b=2):
        return a + b

    code = add.__code__
    jit_focus(sample_args=(1,))(add)
    copy = types.FunctionType(add.__code__, globals(), "copy", (5,))
    assert copy(1) == 6 or pytest.fail("defaults")
    assert add.__code__ is code
    assert [copy(i) for i in range(100)] == [i + 5 for i in range(100)]
    assert add(1) == 3
    assert verdict(add).status == "applied"


def test_pickling_by_value_leaves_the_trigger_out():
    """The constant is pickled as `int`, whose call does nothing: cloudpickle can take a function that waits."""

    def add(a):
        return a + 1

    code = armed(add).__code__
    constants = pickle.loads(pickle.dumps(code.co_consts))
    assert constants[-1] is int
    sent = types.FunctionType(code.replace(co_consts=constants), globals())
    assert sent(1) == 2
    assert add(1) == 2


def test_cells_defaults_and_frees():
    def make(start):
        def outer(a, *rest, k=5, **more):
            b = a + start

            def inner():
                nonlocal b
                b += a + k
                return b, rest, more

            return inner

        return armed(fresh(outer))

    inner = make(10)(1, 2, 3, k=7, z=0)
    assert inner() == (19, (2, 3), {"z": 0})
    assert inner() == (27, (2, 3), {"z": 0})


def test_classes_and_super():
    class Base:
        def name(self):
            return "base"

    class Derived(Base):
        def name(self):
            return super().name() + __class__.__name__

    armed(Derived.name)
    assert Derived().name() == "baseDerived"


def test_the_prologue_has_no_line():
    def example(n):
        return n

    code = example.__code__
    new = armed(example).__code__
    extra = len(new.co_code) - len(code.co_code)
    without = [(start, end) for start, end, line in new.co_lines() if line is None]
    assert sum(end - start for start, end in without) == extra + sum(
        end - start for start, end, line in code.co_lines() if line is None
    )
    assert "first_call" in next(repr(i.argval) for i in dis.get_instructions(new) if i.opname == "LOAD_CONST")
