"""What the tests of test_interruption.py have fresh interpreters run."""

import sys

from parts import given, part

import jitctl

if part("too_little_room_on_the_stack_for_a_training"):

    def outcome(function):
        depth, frame = 0, sys._getframe()
        while frame:
            depth, frame = depth + 1, frame.f_back
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(depth + given.room)
        try:
            return function(3.5, object())
        except RecursionError:
            return "too deep"
        finally:
            sys.setrecursionlimit(before)

    def plain(x, y):
        return "done"

    @jitctl.jit_focus
    def hinted(x, y):
        return "done"

    print(outcome(plain), outcome(hinted), sep="|")
