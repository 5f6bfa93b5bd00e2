"""The end of the interpreter: finalisers of the program do as without hints, and hints in them raise nothing."""

import pytest

pytestmark = pytest.mark.usefixtures("native")

LOOP = """
def {name}(n):
    t = 0
    for i in range(n): t += i
    return t
"""


@pytest.mark.parametrize("hint", ["jit_focus", "jit_once", "jit_ignore"])
@pytest.mark.parametrize("calls", [0, 1, 300])
def test_a_hinted_module_is_freed_as_any_other(run_script, mode, hint, calls):
    """The finaliser of a global object runs when its module goes, which a kept reference would prevent."""
    script = f"""
import os
from jitctl import {hint}
class Last:
    def __del__(self, write=os.write): write(1, b"finalised")
last = Last()
@{hint}
{LOOP.format(name="work").strip()}
for _ in range({calls}): work(100)
"""
    assert run_script(script, **mode) == "finalised"


#: where an object may live that is finalised while the interpreter ends
PLACES = {
    "a module": "late = Late()",
    "sys": "sys.late = Late()",
    "builtins": "import builtins; builtins.late = Late()",
    "a cycle": "late = Late(); late.itself = late",
    "a class": "class Holder: pass\nHolder.late, Holder.itself = Late(), Holder",
    "a thread's locals": "import threading; local = threading.local(); local.late = Late()",
    "a generator": "def wait(late=Late()):\n    try: yield\n    finally: del late\nwaits = wait(); next(waits)",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hinted", [True, False], ids=["hinted before", "not hinted before"])
def test_hints_in_finalisers_raise_nothing(run_script, mode, place, hinted):
    script = f"""
import os, sys
from jitctl import jit_focus, jit_ignore, jit_once
class Late:
    def __del__(self, hints=(jit_focus, jit_once, jit_ignore), write=os.write, ignore=jit_ignore, sum=sum, range=range):
        right = True
        for hint in hints:
            def work(n):
                t = 0
                for i in range(n): t += i
                return t
            class Kind:
                def method(self): return 1
            def generate(n):
                for i in range(n): yield i
            right = right and hint(work) is work and work(500) == sum(range(500))
            right = right and hint(Kind) is Kind and Kind().method() == 1
            right = right and sum(hint(generate)(500)) == sum(range(500))
            if hint is not ignore: hint(sample_args=(9,), when="decoration")(work)
        write(1, b"right" if right else b"wrong")
{PLACES[place]}
if {hinted}:
    @jit_focus
    def early(n):
        t = 0
        for i in range(n): t += i
        return t
    early(500)
"""
    assert run_script(script, **mode) == "right"
