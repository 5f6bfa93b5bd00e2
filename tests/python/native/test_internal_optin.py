"""The opt-in: the JIT is switched on for hinted functions alone, when the first of them is hinted, and not before."""

import sys

import pytest

pytestmark = pytest.mark.usefixtures("native")

ASKED = {} if sys.version_info >= (3, 15) else {"JITCTL_OPT_IN": "1"}
PRELUDE = """
import gc, marshal, sys, types, jitctl
from jitctl import _backend, jit_focus, jit_ignore
from look import tell, valid
SOURCE = "def f(n):\\n t = 0\\n for i in range(n): t += i\\n return t"
def make():
    space = {}
    exec(SOURCE, space)
    return space["f"]
def verdict(f):
    return _backend.record(f)["verdict"]
"""


def test_it_comes_with_the_first_focus(scene):
    told = scene(
        PRELUDE
        + """
seen = [sys._jit.is_enabled()]
ignored = jit_ignore(make())
seen.append(sys._jit.is_enabled())
focused = jit_focus(make())
seen.append(sys._jit.is_enabled())
tell(seen=seen, ignored=verdict(ignored)["code"], events=sys.monitoring.get_local_events(5, ignored.__code__) != 0)
""",
        **ASKED,
    )
    assert told == {"seen": [False, False, True], "ignored": "jit-off", "events": True}


def test_every_kind_of_new_code_is_neutral(scene):
    told = scene(
        PRELUDE
        + """
old = make()
old(1)
older = make()
generator = (i for i in iter(int, 1))
focused = jit_focus(make())
made = {"old": old, "never run": older, "exec": make(),
        "replace": types.FunctionType(old.__code__.replace(), {}),
        "marshal": types.FunctionType(marshal.loads(marshal.dumps(old.__code__)), {}),
        "lambda": eval("lambda n: sum([i for i in range(n)])")}
for f in [*made.values(), focused]:
    for _ in range(30): f(1_000)
    f(60_000)
for _ in range(20_000): next(generator)
tell(compiled={name: valid(f) for name, f in made.items()}, focused=valid(focused), generator=valid(generator.gi_code))
""",
        **ASKED,
    )
    assert set(told["compiled"].values()) == {0}
    assert (told["focused"], told["generator"]) == (1, 0)


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"PYTHON_JIT": "0"}, "jit-off"),
        ({"JITCTL_OPT_IN": "0"}, "jit-off"),
        ({"PYTHON_JIT": "0", "JITCTL_OPT_IN": "1"}, "armed"),
    ],
)
def test_what_the_user_says_counts(scene, environment, code):
    told = scene(
        PRELUDE + "f = jit_focus(make())\ntell(code=verdict(f)['code'], on=sys._jit.is_enabled())", **environment
    )
    assert told == {"code": code, "on": code == "armed"}


@pytest.mark.skipif("sys.version_info >= (3, 15)", reason="the default there")
def test_off_by_default_before_3_15(scene):
    told = scene(PRELUDE + "f = jit_focus(make())\ntell(**{k: verdict(f)[k] for k in ('status', 'code', 'advice')})")
    assert (told["status"], told["code"]) == ("unsupported", "jit-off")
    assert "JITCTL_OPT_IN=1" in told["advice"]


def test_undo_drops_the_code(scene):
    told = scene(
        PRELUDE
        + """
f = jit_focus(make())
for _ in range(5): f(20)
seen = [valid(f), _backend.undo(f), _backend.undo(f)]
for _ in range(5): f(20_000)
tell(seen=[*seen, valid(f)])
""",
        **ASKED,
    )
    assert told["seen"] == [1, True, False, 0]


def test_several_jumps_of_one_loop(scene):
    """Armed alike, such a loop is often never compiled; CPython by itself has the same trouble."""
    told = scene(
        PRELUDE
        + """
SOURCE = "def f(n):\\n t = 0\\n for i in range(n):\\n  t += i * 2\\n  if i & 1: t -= 1\\n return t"
f = jit_focus(make())
for _ in range(10): f(100)
tell(compiled=valid(f) > 0)
""",
        **ASKED,
    )
    assert told["compiled"]


def test_the_look_through_all_code_copies_no_list_of_objects(scene):
    """A list of ten million objects took a third of a second to make, and dirtied every page that a fork shares."""
    told = scene(
        PRELUDE
        + """
asked = []
real = gc.get_objects
gc.get_objects = lambda *generation: asked.append(generation) or real(*generation)
old = make()
focused = jit_focus(make())
old(60_000); focused(30)
tell(asked=len(asked), old=valid(old), focused=valid(focused))
""",
        **ASKED,
    )
    assert told == {"asked": 0, "old": 0, "focused": 1}


def test_what_was_frozen_from_the_collector_is_found(scene):
    told = scene(
        """
import gc
SOURCE = "def f(n):\\n t = 0\\n for i in range(n): t += i\\n return t"
space = {}
exec(SOURCE, space)
old = space["f"]
gc.freeze()
"""
        + PRELUDE
        + """
focused = jit_focus(make())
for _ in range(3): old(60_000); focused(30)
tell(old=valid(old), focused=valid(focused))
""",
        **ASKED,
    )
    assert told == {"old": 0, "focused": 1}


def test_a_large_heap_is_looked_at_in_part(scene):
    """What modules and their classes define is found all the same, and without a look-up that could run code."""
    code = """
class Lazy(types.ModuleType):
    def __getattribute__(self, name): raise SystemError(f"looked up {name}")
lazy = Lazy("lazy")
class Shop:
    plain = make()
    fixed = staticmethod(make())
    ofclass = classmethod(eval("lambda cls, n: [0 for i in range(n)]"))
    seen = property(eval("lambda self: sum([i for i in range(20_000)])"))
    class Inner:
        deep = make()
module = types.ModuleType("module")
module.free, module.lazy = make(), lazy
sys.modules["module"], sys.modules["lazy"] = module, lazy
heap = [[] for _ in range(1_100_000)]
gc.collect()
focused = jit_focus(make())
note = dict(_backend.chosen()["notes"])["opt-in"]
shop = Shop()
functions = {"free": module.free, "plain": Shop.plain, "fixed": Shop.fixed, "inner": Shop.Inner.deep}
functions["focused"] = focused
for _ in range(20):
    for f in functions.values(): f(20_000)
    shop.ofclass(20_000); shop.seen
functions |= {"class": Shop.ofclass.__func__, "property": Shop.seen.fget}
tell(note=note.split("; ")[1:], compiled=[name for name, f in functions.items() if valid(f)])
"""
    assert scene(PRELUDE + code, **ASKED) == {
        "note": ["among the first 1000000 objects, and what modules and classes define"],
        "compiled": ["focused"],
    }
