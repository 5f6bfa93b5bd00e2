"""What the tests of test_internal_optin.py have fresh interpreters run."""

import gc
import marshal
import sys
import types

from parts import part

SOURCE = "def f(n):\n t = 0\n for i in range(n): t += i\n return t"
if part("what_was_frozen_from_the_collector_is_found"):
    space = {}
    exec(SOURCE, space)
    old = space["f"]
    gc.freeze()

from look import tell, valid  # noqa: E402 - nothing of ours is there when the collector freezes what is

from jitctl import _backend, jit_focus, jit_ignore  # noqa: E402


def make():
    space = {}
    exec(SOURCE, space)
    return space["f"]


def verdict(f):
    return _backend.record(f)["verdict"]


if part("it_comes_with_the_first_focus"):
    seen = [sys._jit.is_enabled()]
    ignored = jit_ignore(make())
    seen.append(sys._jit.is_enabled())
    focused = jit_focus(make())
    seen.append(sys._jit.is_enabled())
    tell(seen=seen, ignored=verdict(ignored)["code"], events=sys.monitoring.get_local_events(5, ignored.__code__) != 0)
elif part("every_kind_of_new_code_is_neutral"):
    old = make()
    old(1)
    older = make()
    generator = (i for i in iter(int, 1))
    focused = jit_focus(make())
    made = {
        "old": old,
        "never run": older,
        "exec": make(),
        "replace": types.FunctionType(old.__code__.replace(), {}),
        "marshal": types.FunctionType(marshal.loads(marshal.dumps(old.__code__)), {}),
        "lambda": eval("lambda n: sum([i for i in range(n)])"),
    }
    for f in [*made.values(), focused]:
        for _ in range(30):
            f(1_000)
        f(60_000)
    for _ in range(20_000):
        next(generator)
    tell(
        compiled={name: valid(f) for name, f in made.items()},
        focused=valid(focused),
        generator=valid(generator.gi_code),
    )
elif part("what_the_user_says_counts"):
    f = jit_focus(make())
    tell(code=verdict(f)["code"], on=sys._jit.is_enabled())
elif part("off_by_default_before_3_15"):
    f = jit_focus(make())
    tell(**{k: verdict(f)[k] for k in ("status", "code", "advice")})
elif part("undo_drops_the_code"):
    f = jit_focus(make())
    for _ in range(5):
        f(20)
    seen = [valid(f), _backend.undo(f), _backend.undo(f)]
    for _ in range(5):
        f(20_000)
    tell(seen=[*seen, valid(f)])
elif part("several_jumps_of_one_loop"):
    SOURCE = "def f(n):\n t = 0\n for i in range(n):\n  t += i * 2\n  if i & 1: t -= 1\n return t"
    f = jit_focus(make())
    for _ in range(10):
        f(100)
    tell(compiled=valid(f) > 0)
elif part("the_look_through_all_code_copies_no_list_of_objects"):
    asked = []
    real = gc.get_objects
    gc.get_objects = lambda *generation: asked.append(generation) or real(*generation)
    old = make()
    focused = jit_focus(make())
    old(60_000)
    focused(30)
    tell(asked=len(asked), old=valid(old), focused=valid(focused))
elif part("what_was_frozen_from_the_collector_is_found"):
    focused = jit_focus(make())
    for _ in range(3):
        old(60_000)
        focused(30)
    tell(old=valid(old), focused=valid(focused))
elif part("a_large_heap_is_looked_at_in_part"):

    class Lazy(types.ModuleType):
        def __getattribute__(self, name):
            raise SystemError(f"looked up {name}")

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
        for f in functions.values():
            f(20_000)
        shop.ofclass(20_000)
        shop.seen
    functions |= {"class": Shop.ofclass.__func__, "property": Shop.seen.fget}
    tell(note=note.split("; ")[1:], compiled=[name for name, f in functions.items() if valid(f)])
