"""In a subinterpreter the extension may refuse; the import and the hints must work all the same."""

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.implementation.name == "pypy", reason="PyPy offers no subinterpreters")

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

RUN = """
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
            failed = (getattr(module, "run_string"))(one, code)
        finally:
            module.destroy(one)
        assert not failed, failed
        return
    raise SystemExit("this interpreter offers no subinterpreters")
"""


@pytest.mark.parametrize("main_first", [True, False], ids=["after the main one", "alone"])
@pytest.mark.parametrize("pure", ["0", "1"])
def test_import_in_a_subinterpreter(run_code, pure, main_first):
    first = "import jitctl" if main_first else ""
    code = f"{RUN}\n{first}\nimport warnings; warnings.simplefilter('ignore')\n"
    code += f"path = {'sys.path[:] = ' + '%r'!r} % (sys.path,)\nrun('import sys; ' + path + {CODE!r})\nprint('done')"
    text = run_code(code, JITCTL_PURE_PYTHON=pure)
    assert text == "done"
