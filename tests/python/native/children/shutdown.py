"""What the tests of test_shutdown.py have fresh interpreters run."""

import os
import sys

from parts import given, part

import jitctl
from jitctl import jit_focus, jit_ignore, jit_once

if part("a_hinted_module_is_freed_as_any_other"):

    class Last:
        def __del__(self, write=os.write):
            write(1, b"finalised")

    last = Last()

    @getattr(jitctl, given.hint)
    def work(n):
        t = 0
        for i in range(n):
            t += i
        return t

    for _ in range(given.calls):
        work(100)
elif part("hints_in_finalisers_raise_nothing"):

    class Late:
        def __del__(
            self, hints=(jit_focus, jit_once, jit_ignore), write=os.write, ignore=jit_ignore, add=sum, numbers=range
        ):
            right = True
            for hint in hints:

                def work(n):
                    t = 0
                    for i in numbers(n):
                        t += i
                    return t

                class Kind:
                    def method(self):
                        return 1

                def generate(n):
                    for i in numbers(n):  # noqa: UP028 - a loop is to be compiled
                        yield i

                right = right and hint(work) is work and work(500) == add(numbers(500))
                right = right and hint(Kind) is Kind and Kind().method() == 1
                right = right and add(hint(generate)(500)) == add(numbers(500))
                if hint is not ignore:
                    hint(sample_args=(9,), when="decoration")(work)
            write(1, b"right" if right else b"wrong")

    if given.place == "a module":
        late = Late()
    elif given.place == "sys":
        sys.late = Late()
    elif given.place == "builtins":
        import builtins

        builtins.late = Late()
    elif given.place == "a cycle":
        late = Late()
        late.itself = late
    elif given.place == "a class":

        class Holder:
            pass

        Holder.late, Holder.itself = Late(), Holder
    elif given.place == "a thread's locals":
        import threading

        local = threading.local()
        local.late = Late()
    elif given.place == "a generator":

        def wait(late=Late()):  # noqa: B008 - the generator holds it, and nothing else
            try:
                yield
            finally:
                del late

        waits = wait()
        next(waits)
    if given.hinted:

        @jit_focus
        def early(n):
            t = 0
            for i in range(n):
                t += i
            return t

        early(500)
