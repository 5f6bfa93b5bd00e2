"""Traits of functions that might be unfriendly to a JIT, each as a pair: with the trait, and the same without it.

A source defines `target`, the function that is judged, and `run(n)`, which answers how many of its markers ran in
compiled code and how many ran at all (``active()`` is `sys._jit.is_active`). `prepare()`, where there is one, runs
between the warm-up and what is counted.
"""

#: iterations before anything is counted: more than CPython's thresholds (4,002 to 8,193), less than it takes for
#: globals that change to be given up (six times the threshold)
WARM = 20_000
#: enough for a first trace and too few for a second one behind it
FIRST_TRACE_ONLY = 6_000
COUNTED = 2_000

#: in more than this share of its markers a function without a trait runs compiled, and in less one with it does
FRIENDLY = 0.95


class Pair:
    """A trait and its absence."""

    def __init__(self, code, variant, with_it, without, warm=WARM):
        """Name the reason, tell its variants apart, and give both sources."""
        self.code = code
        self.variant = variant
        self.sources = {"with": with_it, "without": without}
        self.warm = warm

    @property
    def key(self):
        """The name of the pair: ``raise-in-loop/every-8th``."""
        return f"{self.code}/{self.variant}"


def _indented(text, by):
    return "\n".join(" " * by + line for line in text.strip("\n").splitlines())


def loop(body, before="", module=""):
    """Write a target with one loop that has `body`, and a marker at its end."""
    return f"""
{module}
def target(n):
    hits = 0
{_indented(before, 4)}
    for i in range(n):
{_indented(body, 8)}
        hits += active()
    return hits, n
run = target
"""


def _body_pair(code, variant, body, instead, **options):
    module = options.pop("module", "")
    before = options.pop("before", "")
    return Pair(code, variant, loop(body, before, module), loop(instead, before, module), **options)


_ITEMS = "items = [(number,) for number in range({})]\n"

_STRAIGHT = """
    b = a * 2
    c = b + a
    d = c - b
    e = d * a
    b = e + c
    c = b - d
"""

_NO_LOOP = f"""
def target(a):
{_STRAIGHT}
    return c
def run(n):
    list(map(target, range(n)))
    return share(target)
"""

_NO_LOOP_GENERATOR = f"""
def target(a):
{_STRAIGHT}
    yield c
def run(n):
    list(map(next, map(target, range(n))))
    return share(target)
"""

_NO_LOOP_COROUTINE = f"""
async def target(a):
{_STRAIGHT}
    return c
def finish(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        pass
def run(n):
    list(map(finish, map(target, range(n))))
    return share(target)
"""

_SAME_IN_LOOP = f"""
def target(n):
    for a in range(n):
{_indented(_STRAIGHT, 8)}
def run(n):
    target(n)
    return share(target)
"""

_YIELD = """
def target(n):
    for i in range(n):
        yield active()
def run(n):
    hits = 0
    for hit in target(n):
        hits += hit
    return hits, n
"""

_GATHER = """
def target(n):
    hits = []
    for i in range(n):
        hits.append(active())
    return hits
def run(n):
    hits = 0
    for hit in target(n):
        hits += hit
    return hits, n
"""

_AWAIT = """
async def other():
    return 1
async def target(n):
    hits = 0
    for i in range(n):
        {}
        hits += active()
    return hits, n
def run(n):
    try:
        target(n).send(None)
    except StopIteration as end:
        return end.value
"""

_ASYNC_FOR = """
async def numbers(n):
    for i in range(n):
        yield i
async def target(n):
    hits = 0
    {} i in {}(n):
        hits += active()
        y = i
    return hits, n
def run(n):
    try:
        target(n).send(None)
    except StopIteration as end:
        return end.value
"""

_MANY = """
source = "def target(n):\\n" + "    for i in range(n): pass\\n" * {loops}
space = {{}}
exec(source, space)
target = space["target"]
def run(n):
    target(4200)
    return share(target, {loops})
"""

_WALK = """
def target(tree):
    hits, seen = 0, 0
    for one in tree:
        {}
        hits += active()
        seen += 1
    return hits, seen
leaf = lambda tree: (0, 0)
tree = [[()] * 5] * 40
def run(n):
    hits = seen = 0
    for _ in range(n // 100):
        h, s = target(tree)
        hits, seen = hits + h, seen + s
    return hits, seen
"""

_EXEC = """
text = '''
hits = 0
for i in range(100):
    hits += active()
'''
{}
def target():
    space = {{"active": active}}
    exec(code, space)
    return space["hits"]
def run(n):
    return sum(target() for _ in range(n // 100)), n // 100 * 100
"""

_EVAL = """
text = "sum([active() for i in data])"
{}
data = range(100)
def target():
    return eval(code)
def run(n):
    return sum(target() for _ in range(n // 100)), n // 100 * 100
"""

_SWAPS = """
def one(a):
    b = a + 1
    return active()
def other(a):
    b = a - 1
    return active()
codes = [one.__code__, other.__code__]
def target(n):
    hits = 0
    for i in range(n):
        if i % 50 == 0:
            {}
        hits += one(i)
    return hits, n
run = target
"""

_REPLACED = """
def target(n):
    hits = 0
    for i in range(n):
        hits += active()
    return hits, n
run = target
def prepare():
    {}
"""

KINDS = """
class Kind:
    limit = 1
    def __init__(self): self.a = 1
    def __getitem__(self, index): return index
    @property
    def double(self): return 2
    def method(self): return 2
class Bare:
    pass
class Overrides:
    def __getattribute__(self, name): return 1
kind, overrides = Kind(), Overrides()
def numbers(n):
    for i in range(n):
        yield i
"""

_STARS = "pair = (1, 2)\nnamed = {'a': 1, 'b': 2}\ndef pick(a, b): return a"

_TOOLS = """
import sys
def target(n):
    hits = 0
    for i in range(n):
        hits += active()
    return hits, n
run = target
def prepare():
    {}
    target(WARM)
def undo():
    {}
"""

_MONITOR = """sys.monitoring.use_tool_id(4, "pair")
    sys.monitoring.{}"""

_FREE = "sys.monitoring.free_tool_id(4)"


def _tool(code, variant, start, stop):
    return Pair(code, variant, _TOOLS.format(start, stop), _TOOLS.format("pass", "pass"))


def _many(statement, times):
    return "\n".join([statement] * times)


_CLASS = "class P: pass\np = P(); p.a = p.b = 1"

#: bodies of which a trace is filled: statement, how many fit for certain, how many do not, what comes before
BODIES = {
    "arithmetic": ("y = y + 1", 20, 110, "y = 0", ""),
    "attributes": ("p.a = p.b + 1", 9, 50, "", _CLASS),
    "moves": ("y = i", 50, 270, "", ""),
    "globals": ("y = H", 33, 190, "", "H = 1"),
    "subscripts": ("y = t[i & 1]", 14, 80, "t = (1, 2)", ""),
    "tuples": ("y = (i, i)", 28, 180, "", ""),
    "builtins": ("y = len(t)", 15, 90, "t = (1, 2)", ""),
}


def body(kind, count):
    """Write a loop with so many statements of one of these kinds."""
    statement, _, _, before, module = BODIES[kind]
    return loop(_many(statement, count), before, module)


_WATCHED_START = """import sys
sys.monitoring.use_tool_id(4, "pair")
sys.monitoring.set_local_events(4, target.__code__, sys.monitoring.events.PY_START)
def undo():
    sys.monitoring.free_tool_id(4)
def run"""

PAIRS = [
    Pair("no-loop", "plain", _NO_LOOP, _SAME_IN_LOOP),
    Pair("no-loop", "generator", _NO_LOOP_GENERATOR, _SAME_IN_LOOP),
    Pair("no-loop", "coroutine", _NO_LOOP_COROUTINE, _SAME_IN_LOOP),
    Pair("yield-in-loop", "yield", _YIELD, _GATHER),
    Pair("yield-in-loop", "await", _AWAIT.format("await other()"), _AWAIT.format("pass")),
    Pair(
        "yield-in-loop",
        "async-with",
        _AWAIT.replace(
            "async def target",
            """class Manager:
    async def __aenter__(self): pass
    async def __aexit__(self, *raised): pass
manager = Manager()
async def target""",
        ).format("async with manager: pass"),
        _AWAIT.format("pass"),
    ),
    Pair("async-for", "loop", _ASYNC_FOR.format("async for", "numbers"), _ASYNC_FOR.format("for", "range")),
    _body_pair("raise-in-loop", "always", "try:\n    raise ValueError\nexcept ValueError:\n    y = 0", "y = 0"),
    _body_pair(
        "raise-in-loop",
        "every-2nd",
        "try:\n    if i & 1:\n        raise ValueError\nexcept ValueError:\n    y = 0",
        "if i & 1:\n    y = 0",
    ),
    *[
        _body_pair(
            "large-body",
            name,
            _many(statement, long),
            _many(statement, short),
            before=before,
            module=module,
            warm=FIRST_TRACE_ONLY,
        )
        for name, (statement, short, long, before, module) in BODIES.items()
    ],
    Pair("many-loops", "300", _MANY.format(loops=300), _MANY.format(loops=20), warm=1),
    Pair("recursion-in-loop", "walk", _WALK.format("target(one)"), _WALK.format("leaf(one)")),
    _body_pair("global-store", "in-loop", "G = i\ny = H", "y = H", before="global G", module="G = 0\nH = 1"),
    Pair("exec-text", "exec", _EXEC.format("code = text"), _EXEC.format("code = compile(text, '<text>', 'exec')")),
    Pair("exec-text", "eval", _EVAL.format("code = text"), _EVAL.format("code = compile(text, '<text>', 'eval')")),
    Pair("sets-code", "swap", _SWAPS.format("one.__code__ = codes[i // 50 & 1]"), _SWAPS.format("pass")),
    _body_pair("opaque-call", "new", "y = Kind()", "y = Bare()", module=KINDS),
    _body_pair("opaque-call", "property", "y = kind.double", "y = kind.method()", module=KINDS),
    _body_pair("opaque-call", "getitem", "y = kind[i]", "y = kind.method()", module=KINDS),
    _body_pair("opaque-call", "getattribute", "y = overrides.any", "y = kind.a", module=KINDS),
    _body_pair("opaque-call", "generator", "for y in numbers(3): pass", "for y in range(3): pass", module=KINDS),
    _body_pair("opaque-call", "star-python", "y = pick(*pair)", "y = pick(1, 2)", module=_STARS),
    _body_pair("opaque-call", "star-builtin", "y = max(*pair)", "y = max(1, 2)", module=_STARS),
    _body_pair("opaque-call", "double-star", "y = pick(**named)", "y = pick(a=1, b=2)", module=_STARS),
    _tool("tracing-active", "settrace", "sys.settrace(lambda *event: None)", "sys.settrace(None)"),
    _tool("tracing-active", "setprofile", "sys.setprofile(lambda *event: None)", "sys.setprofile(None)"),
    _tool("tracing-active", "monitoring-line", _MONITOR.format("set_events(4, sys.monitoring.events.LINE)"), _FREE),
    _tool("tracing-active", "monitoring-call", _MONITOR.format("set_events(4, sys.monitoring.events.CALL)"), _FREE),
    _tool(
        "events-on-code",
        "line",
        _MONITOR.format("set_local_events(4, target.__code__, sys.monitoring.events.LINE)"),
        _FREE,
    ),
    _tool(
        "events-on-code",
        "jump",
        _MONITOR.format("set_local_events(4, target.__code__, sys.monitoring.events.JUMP)"),
        _FREE,
    ),
    *[
        _tool(
            "events-on-code",
            event.lower().replace("_", "-"),
            _MONITOR.format(f"set_local_events(4, target.__code__, sys.monitoring.events.{event})"),
            _FREE,
        )
        for event in ("CALL", "BRANCH_LEFT", "INSTRUCTION")
    ],
    Pair("events-on-code", "start-of-a-loopless-function", _NO_LOOP.replace("def run", _WATCHED_START), _NO_LOOP),
    Pair(
        "code-replaced",
        "replaced",
        _REPLACED.format("target.__code__ = target.__code__.replace()"),
        _REPLACED.format("pass"),
    ),
]
