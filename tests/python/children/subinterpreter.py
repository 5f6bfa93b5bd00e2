"""What the tests of test_subinterpreter.py have fresh interpreters run."""

import sys
import warnings

from parts import given, part

CODE = """
import jitctl

@jitctl.jit_focus
def f(n):
    return n + 1

assert f(1) == 2
info = jitctl._backend.describe()
record = jitctl.stats(f)
assert info["subinterpreter"] is True, info
assert info["extension"] or info["reason"], info
assert record.verdict.status in ("applied", "pending", "partial", "unsupported", "refused")
"""


def run(code):
    try:
        from concurrent import interpreters
    except ImportError:
        pass
    else:
        interpreters.create().exec(code)
        return
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            module = __import__(name)
        except ImportError:
            continue
        one = module.create()
        try:
            failed = (module.run_string)(one, code)
        finally:
            module.destroy(one)
        assert not failed, failed
        return
    raise SystemExit("this interpreter offers no subinterpreters")


if part("import_in_a_subinterpreter"):
    if given.main_first:
        import jitctl  # noqa: F401 - the main interpreter has it first
    warnings.simplefilter("ignore")
    run(f"import sys; sys.path[:] = {sys.path!r}" + CODE)
    print("done")
