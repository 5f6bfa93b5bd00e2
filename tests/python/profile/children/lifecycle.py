"""What the tests of test_lifecycle.py have fresh interpreters run."""

import os
import sys

from parts import given, part

import jitctl

if part("under_tracing_tools"):

    def f(x):
        return x

    def g(x):
        yield x

    seen = []

    def trace(frame, event, arg):
        seen.append(event)
        return trace

    set_tool = getattr(sys, given.tool)
    set_tool(trace)
    jitctl.jit_ignore(f, profile=True)
    jitctl.jit_ignore(g, profile=True)
    for i in range(50):
        assert f(i) == i
        assert list(g(i)) == [i]
    set_tool(None)
    for i in range(50):
        assert f(i) == i
        assert list(g(i)) == [i]
    first, second = jitctl.stats(f).profile, jitctl.stats(g).profile
    assert seen
    assert first.all.count == 100 or first.state == "unsupported", first
    assert second.all.count == 200 or second.state == "unsupported", second
    jitctl.profiler.stop()
    print("fine")
elif part("fork"):
    if not hasattr(os, "fork"):
        print("0")
        sys.exit()

    def f(x):
        return x

    jitctl.jit_ignore(f, profile=True)
    for i in range(10):
        f(i)
    child = os.fork()
    if child == 0:
        for i in range(10):
            f(i)
        profile = jitctl.stats(f).profile
        os._exit(0 if profile.state == "unsupported" or profile.all.count == 20 else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
