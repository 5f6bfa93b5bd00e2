"""Shows what CPython itself does where a tool has local events as `jit_ignore` has: ``events.py [MODULE] [EVENT ...]``.

Sets these events (default: those that jitctl sets on 3.15) on every function of a module of CPython's tests (default:
test.test_monitoring), by sys.monitoring and without jitctl, runs its tests, and prints those that fail. These are the
tests of that module that explained.json explains; name one event to see what is due to it. With ``NONE`` all pass.
"""

import gc
import importlib
import sys
import types
import unittest

MODULE = "test.test_monitoring"
#: what backends/native/src/versions/v3_15.rs names
EVENTS = ("PY_START", "PY_RESUME", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "LINE", "INSTRUCTION")
#: the id that jitctl takes, which the tests leave alone
TOOL = 5


def tree(code):
    """Yield the code and all that is nested in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from tree(one)


class Result(unittest.TestResult):
    """Cleans up after a failed test, which leaves its events on and so fails the next."""

    def stopTest(self, test):
        super().stopTest(test)
        for tool in range(TOOL):
            if sys.monitoring.get_tool(tool) is not None:
                sys.monitoring.set_events(tool, 0)
                sys.monitoring.free_tool_id(tool)


def main():
    """Run the tests; the exit code says nothing, since both passing and failing are answers."""
    modules = [name for name in sys.argv[1:] if name.startswith("test.")] or [MODULE]
    names = [name for name in sys.argv[1:] if name not in modules] or EVENTS
    names = [name for name in names if name != "NONE"]
    monitoring = sys.monitoring
    mask = sum(getattr(monitoring.events, name) for name in names)
    module = importlib.import_module(modules[0])
    functions = [one for one in gc.get_objects() if type(one) is types.FunctionType and one.__module__ == modules[0]]
    codes = {code for one in functions for code in tree(one.__code__)}
    monitoring.use_tool_id(TOOL, "events.py")
    for code in codes:
        monitoring.set_local_events(TOOL, code, mask)
    result = Result()
    unittest.defaultTestLoader.loadTestsFromModule(module)(result)
    # A subtest has its test in `test_case`.
    failed = {getattr(test, "test_case", test).id() for test, _ in (*result.failures, *result.errors)}
    print(f"{result.testsRun} tests with {', '.join(names) or 'no events'} on {len(codes)} code objects; these fail:")
    print("\n".join(sorted(failed)) or "none")


if __name__ == "__main__":
    main()
