"""Bodies of loops that are measured alone: what is said to be unfriendly, and what is so without showing in them."""

from pairs import KINDS


def _watched(event):
    """Write a module in which a tool watches one event everywhere."""
    return f"""
import sys
sys.monitoring.use_tool_id(4, "pair")
sys.monitoring.set_events(4, sys.monitoring.events.{event})
def undo():
    sys.monitoring.set_events(4, 0)
    sys.monitoring.free_tool_id(4)
"""


#: traits of which the same is often said; a name, the body of a loop, what the module has
FOLKLORE = [
    ("global-monitoring-of-starts", "y = 1", _watched("PY_START")),
    ("global-monitoring-of-exceptions", "y = 1", _watched("RAISE")),
    ("import", "import sys", ""),
    ("from-import", "from sys import path", ""),
    ("with", "with manager: y = 1", "import contextlib\nmanager = contextlib.nullcontext()"),
    ("try-nothing-raised", "try:\n    y = i\nexcept ValueError:\n    y = 0", ""),
    ("try-finally", "try:\n    y = i\nfinally:\n    z = 0", ""),
    ("eval-of-code", "y = eval(code)", "code = compile('1', '<code>', 'eval')"),
    ("exec-of-code", "exec(code)", "code = compile('1', '<code>', 'exec')"),
    ("locals", "y = locals()", ""),
    ("frame-access", "y = sys._getframe().f_locals", "import sys"),
    ("keyword-arguments", "y = other(b=i)", "def other(a=1, b=2): return a"),
    ("closure-made-in-loop", "y = lambda: i", ""),
    ("match", "match i:\n    case 1: y = 1\n    case _: y = 2", ""),
    ("comprehension", "y = [one for one in (1, 2, 3)]", ""),
    ("polymorphic-attribute", "y = kinds[i & 3].v", "kinds = [type('K', (), {'v': v})() for v in range(4)]"),
    ("long-jump", "if i < 0:\n" + "    y = i + 1\n" * 60 + "y = 1", ""),
    ("attribute-of-class-stored", "Kind.a = i\ny = kind.b", "class Kind: b = 1\nkind = Kind()"),
]

#: what is unfriendly too, but shows in no single function: a name, the body of a loop, what the module has
ELSEWHERE = [
    (
        "calls-8-deep",
        "y = c7(i)",
        "def c0(a): return a\n" + "".join(f"def c{j}(a): return c{j - 1}(a)\n" for j in range(1, 8)),
    ),
    ("calls-a-recursive-function", "y = fib(6)", "def fib(k): return k if k < 2 else fib(k - 1) + fib(k - 2)"),
    ("recursion-100-deep", "y = down(100)", "def down(k): return 0 if k == 0 else 1 + down(k - 1)"),
    ("makes-a-generator", "y = numbers(3)", KINDS),
    ("exception-from-callee", "try:\n    fail()\nexcept ValueError:\n    y = 0", "def fail(): raise ValueError"),
    ("inner-loop-of-one", "for y in one: pass", "one = (1,)"),
]
